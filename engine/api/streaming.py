"""Server-sent events of one answer, and the watch over a client that goes away meanwhile."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from engine.api.guard import Gone
from engine.api.refusal import Refusal, of_error
from engine.api.seat import Talk
from engine.contract.errors import UserError

Event = dict[str, Any]


@contextlib.contextmanager
def watching(receive: Receive, talk: Talk[Any]) -> Iterator[None]:
    """While inside, the client's going away cancels ``talk``; leaving by an error does too."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        talk.cancel()

    task = asyncio.get_running_loop().create_task(watch())
    try:
        yield
    except BaseException:
        talk.cancel()
        raise
    finally:
        task.cancel()


async def gathered(request: Request, talk: Talk[Any]) -> list[Any]:
    """All pieces of a talk.

    Raises:
        Gone: the client went away first.
        Refusal: it cannot be answered.
    """
    with watching(request.receive, talk):
        try:
            pieces = [piece async for piece in talk]
        except Exception as error:
            raise as_refusal(error) from None
    if talk.cancelled:
        raise Gone
    return pieces


def as_refusal(error: Exception) -> Refusal:
    """What a client is told of an error; our own mistakes are left to the log."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, UserError):
        return of_error(error.info)
    logging.getLogger(__name__).error("an answer failed", exc_info=error)
    return Refusal(500, "Luthier made a mistake while answering; its log says more.", code="internal")


class EventStream(Response):
    """Sends ``events`` of ``talk`` as they come. The first one is there before, so that a refusal has its status."""

    media_type = "text/event-stream"

    def __init__(self, talk: Talk[Any], first: Event | None, rest: AsyncIterator[Event]) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._talk, self._first, self._rest = talk, first, rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the end, or until nobody listens."""
        try:
            with watching(receive, self._talk):
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                if self._first is not None:
                    await _send(send, self._first)
                await self._send_rest(send)
                await send({"type": "http.response.body", "body": b"data: [DONE]\n\n", "more_body": False})
        except Gone:
            return

    async def _send_rest(self, send: Send) -> None:
        try:
            async for event in self._rest:
                await _send(send, event)
        except Gone:
            raise
        except Exception as error:  # the status is out already: the error goes where the answer went
            await _send(send, as_refusal(error).body)


async def opened(request: Request, talk: Talk[Any], events: AsyncIterator[Event]) -> EventStream:
    """The stream, once its first event is there.

    Raises:
        Gone: the client went away first.
        Refusal: it cannot be answered.
    """
    with watching(request.receive, talk):
        try:
            first = await anext(events, None)
        except Exception as error:
            raise as_refusal(error) from None
    if talk.cancelled:
        raise Gone
    return EventStream(talk, first, events)


async def _send(send: Send, event: Event) -> None:
    text = f"data: {json.dumps(event, ensure_ascii=False, separators=(',', ':'))}\n\n"
    await send({"type": "http.response.body", "body": text.encode("utf-8", "replace"), "more_body": True})
