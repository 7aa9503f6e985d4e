"""Puts the routes together and runs them on this computer's own address until told to stop."""

import logging
import secrets
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from engine.api.chat import ChatDesk
from engine.api.completions import CompletionDesk
from engine.api.document import document
from engine.api.embeddings import EmbeddingDesk
from engine.api.guard import Gone, Guard
from engine.api.limits import Limits
from engine.api.refusal import Refusal
from engine.api.seat import Seat
from engine.api.wire import protocol
from engine.chat.base import LocalModel
from engine.contract.errors import ErrorCode, UserError

HOST = "127.0.0.1"
PORT = 8615  # asked for when nobody says another one
_BACKLOG = 512


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Service:
    """One model behind the interface. Without ``token`` every program of this computer may use it."""

    model: LocalModel
    name: str
    token: str | None
    port: int = PORT  # 0: any that is free
    limits: Limits = field(default_factory=Limits)

    def run(self, *, on_ready: Callable[[str], None], should_stop: Callable[[], bool]) -> None:
        """Serve until ``should_stop``; ``on_ready`` gets the address once it answers.

        Raises:
            UserError: the port is taken.
        """
        listener = _listen(self.port)
        port = listener.getsockname()[1]
        address = f"http://{HOST}:{port}/v1"
        seat = Seat(waiting=self.limits.waiting, answer_s=self.limits.answer_s)
        app = Guard(self._app(seat, address), port=port, token=self.token, limits=self.limits)
        server = _Server(_config(app, self.limits), seat, lambda: on_ready(address), should_stop)
        with listener:
            server.run(sockets=[listener])

    def _app(self, seat: Seat, address: str) -> ASGIApp:
        created = int(time.time())
        shared = (self.model, self.name, f"luthier-{created:x}", seat, created)
        chat, texts, vectors = ChatDesk(*shared), CompletionDesk(*shared), EmbeddingDesk(*shared)
        described = document(address, self.name)
        entry = {"id": self.name, "object": "model", "created": created, "owned_by": "luthier"}

        async def models(request: Request) -> Response:
            return JSONResponse({"object": "list", "data": [entry]})

        async def model(request: Request) -> Response:
            chat.check_name(request.path_params["model"])
            return JSONResponse(entry)

        async def describe(request: Request) -> Response:
            return JSONResponse(described)

        routes = [
            Route("/v1/models", models, methods=["GET"]),
            Route("/v1/models/{model:path}", model, methods=["GET"]),
            Route("/v1/chat/completions", chat.complete, methods=["POST"]),
            Route("/v1/completions", texts.complete, methods=["POST"]),
            Route("/v1/embeddings", vectors.embed, methods=["POST"]),
            Route("/openapi.json", describe, methods=["GET"]),
        ]
        handlers: Any = {Refusal: _refused, HTTPException: _no_route, Gone: _gone, Exception: _mistake}
        app = Starlette(routes=routes, exception_handlers=handlers)
        app.router.redirect_slashes = False
        return app


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there, others could listen on the same port otherwise
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise UserError(
            ErrorCode.NETWORK,
            f"Port {port} of this computer cannot be used: {error.strerror or error}",
            hint="Another program may listen there. Choose another port, or 0 for any that is free.",
        ) from None
    listener.listen(_BACKLOG)
    return listener


def _config(app: ASGIApp, limits: Limits) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").setLevel(
        logging.ERROR
    )  # its remarks on each bad request tell nobody anything
    return uvicorn.Config(
        app,
        http=protocol(limits.head_s),  # type: ignore[arg-type]
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
    )


class _Server(uvicorn.Server):
    """Says when it answers, looks for the wish to stop, and ends answers on their way."""

    def __init__(
        self,
        config: uvicorn.Config,
        seat: Seat,
        on_ready: Callable[[], None],
        should_stop: Callable[[], bool],
    ) -> None:
        super().__init__(config)
        self._seat, self._on_ready, self._should_stop = seat, on_ready, should_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._should_stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._seat.close()
        await super().shutdown(sockets)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse(error.body, error.status, headers=error.headers)


async def _no_route(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "method_not_allowed" if error.status_code == 405 else "not_found"
    refusal = Refusal(error.status_code, f"{request.method} {request.url.path}: {error.detail}", code=code)
    return JSONResponse(refusal.body, error.status_code, headers=dict(error.headers or {}))


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it


async def _mistake(request: Request, error: Exception) -> Response:
    refusal = Refusal(500, "Luthier made a mistake; its log says more.", code="internal")
    return JSONResponse(refusal.body, 500)
