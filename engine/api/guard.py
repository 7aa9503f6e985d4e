"""Stands before every route: who may come in, and how much and how long a request may be.

In this order: Host (a page elsewhere that points its name here), Origin (a page elsewhere that calls here), token, size,
time. Nothing of a refused request's body is kept.
"""

import asyncio
import hmac
import json
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.limits import Limits
from engine.api.refusal import Refusal

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Gone(Exception):
    """The client went away, or takes nothing of what it is sent."""


class Guard:
    """Wraps ``app``. ``port`` is the one that clients must have meant; without ``token`` everybody may come in."""

    def __init__(self, app: ASGIApp, *, port: int, token: str | None, limits: Limits) -> None:
        self._app, self._limits = app, limits
        self._hosts = {f"{name}:{port}".encode() for name in LOOPBACK}
        self._origins = {b"http://" + host for host in self._hosts}
        if port == 80:
            self._hosts |= {name.encode() for name in LOOPBACK}
        self._token = token.encode() if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] != "http":
            return
        sending = _patient(send, scope, self._limits.write_s)
        try:
            self._look_at(scope)
            body = await self._read(scope, receive)
        except Refusal as refusal:
            await self._refuse(refusal, scope, receive, sending)
        except Gone:
            return
        else:
            await self._app(scope, _replay(body, receive), sending)

    def _look_at(self, scope: Scope) -> None:
        host = _only(scope, b"host")
        if host is None or host.lower() not in self._hosts:
            raise Refusal(421, "This server answers to its own address only.", code="foreign_host")
        origins = _all(scope, b"origin")
        if any(origin.lower() not in self._origins for origin in origins):
            raise Refusal(403, "Pages of other origins may not call this server.", code="foreign_origin")
        if self._token is not None and not self._knows_token(scope):
            raise Refusal(
                401, "A token is needed: send it as 'Authorization: Bearer TOKEN'.", code="invalid_api_key"
            )

    def _knows_token(self, scope: Scope) -> bool:
        scheme, _, given = (_only(scope, b"authorization") or b"").partition(b" ")
        assert self._token is not None
        equal = hmac.compare_digest(given.strip(), self._token)
        return equal and scheme.lower() == b"bearer"

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, within bounds of size and time."""
        said = _only(scope, b"content-length")
        most = self._limits.body_bytes
        if said is not None and said.isdigit() and int(said) > most:
            raise _too_large(most)
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_s):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise _too_large(most)
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Refusal(408, "The request did not arrive in time.", code="too_slow") from None

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at once. A client that is still writing reads no answer before it is done: its bytes are let pass."""
        body = json.dumps(refusal.body).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **refusal.headers}
        writing = refusal.status == 408 or _has_body(scope)
        if writing:
            headers["connection"] = "close"
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        try:
            await send({"type": "http.response.start", "status": refusal.status, "headers": raw})
            await send({"type": "http.response.body", "body": body, "more_body": True})
            if writing and refusal.status != 408 and not _all(scope, b"expect"):
                await self._let_pass(receive)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Gone:
            return

    async def _let_pass(self, receive: Receive) -> None:
        try:
            async with asyncio.timeout(self._limits.linger_s):
                while (message := await receive())["type"] == "http.request":
                    if not message.get("more_body", False):
                        return
        except TimeoutError:
            return


def _patient(send: Send, scope: Scope, most_s: float) -> Send:
    """``send`` for a client that may stop reading: after ``most_s`` the connection is cut."""
    abort: Callable[[], None] | None = scope.get("state", {}).get("abort")

    async def sending(message: Message) -> None:
        try:
            async with asyncio.timeout(most_s):
                await send(message)
        except TimeoutError:
            if abort is not None:
                abort()
            raise Gone from None

    return sending


def _replay(body: bytes, receive: Receive) -> Receive:
    """What is left to receive: the body in one piece, then only the client's going away."""
    told = False

    async def receiving() -> Message:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receiving


def _too_large(most: int) -> Refusal:
    return Refusal(413, f"A request may have {most >> 20} MiB.", code="too_large")


def _has_body(scope: Scope) -> bool:
    said = _all(scope, b"content-length")
    return bool(_all(scope, b"transfer-encoding")) or any(value != b"0" for value in said)


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _only(scope: Scope, name: bytes) -> bytes | None:
    """The header's value; None when it is missing or there are several."""
    values = _all(scope, name)
    return values[0] if len(values) == 1 else None
