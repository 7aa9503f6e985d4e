"""The one place at the model: requests wait in line for it, and who goes away leaves the line or ends the answer."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from engine.api.refusal import Refusal

Item = TypeVar("Item")
_END = object()


class Talk(Generic[Item]):
    """One request's work at the model. ``say`` and ``stopped`` are for the work, the rest is for who asked."""

    def __init__(self, work: "Callable[[Talk[Item]], None]", *, most_s: float) -> None:
        self._work, self._most_s = work, most_s
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[object] = asyncio.Queue()
        self._cancelled = threading.Event()
        self._ends = float("inf")
        self.task: asyncio.Task[None] | None = None
        self.begun = False

    def say(self, item: Item) -> None:
        """A piece of the answer."""
        self._hand(item)

    def stopped(self) -> bool:
        """Whether the work should end: nobody listens any more, or it took too long."""
        return self._cancelled.is_set() or time.monotonic() >= self._ends

    @property
    def cancelled(self) -> bool:
        """Whether nobody listens any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Nobody listens any more."""
        self._cancelled.set()
        if not self.begun and self.task is not None:
            self.task.cancel()

    async def __aiter__(self) -> AsyncIterator[Item]:
        """The pieces as they come; raises what the work raised."""
        while (item := await self._items.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            yield item  # type: ignore[misc]

    def carry_out(self) -> None:
        """Do the work; runs in the model's thread."""
        self._ends = time.monotonic() + self._most_s
        try:
            if not self._cancelled.is_set():
                self._work(self)
        except Exception as error:  # handed to whoever asked
            self._hand(error)
        else:
            self._hand(_END)

    def _hand(self, item: object) -> None:
        try:
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)
        except RuntimeError:  # the loop has ended, nobody listens
            self._cancelled.set()


class Seat:
    """Gives the model to one request after the other, in the order in which they came."""

    def __init__(self, *, waiting: int, answer_s: float) -> None:
        self._most, self._answer_s = waiting, answer_s
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._talks: set[Talk] = set()  # type: ignore[type-arg]
        self._closed = False

    @property
    def talks(self) -> int:
        """How many requests are answered or wait."""
        return len(self._talks)

    def take(self, work: Callable[[Talk[Item]], None]) -> Talk[Item]:
        """Stand in line with ``work``.

        Raises:
            Refusal: the line is too long, or the server is about to end.
        """
        if self._closed:
            raise Refusal(503, "The server is about to end.", code="ending")
        if len(self._talks) > self._most:
            raise Refusal(429, f"{self._most} requests wait already; try again later.", code="queue_full")
        talk: Talk[Item] = Talk(work, most_s=self._answer_s)
        self._talks.add(talk)
        talk.task = asyncio.get_running_loop().create_task(self._serve(talk))
        return talk

    async def _serve(self, talk: Talk[Item]) -> None:
        try:
            async with self._turn:
                talk.begun = True
                await asyncio.get_running_loop().run_in_executor(self._thread, talk.carry_out)
        finally:
            self._talks.discard(talk)

    async def close(self) -> None:
        """End all talks; returns when the model is at rest."""
        self._closed = True
        for talk in tuple(self._talks):
            talk.cancel()
        tasks = [talk.task for talk in tuple(self._talks) if talk.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        self._thread.shutdown(wait=False)
