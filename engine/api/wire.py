"""What uvicorn leaves out: a time limit for the head of a request, and a way to cut a connection off."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_TOO_SLOW = b'{"error":{"message":"The request did not arrive in time.","type":"invalid_request_error","param":null,"code":"too_slow"}}'
_ANSWER = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\n"
    b"content-length: " + str(len(_TOO_SLOW)).encode() + b"\r\n\r\n" + _TOO_SLOW
)


def protocol(head_s: float) -> type[asyncio.Protocol]:
    """The protocol class for uvicorn; a head that is not complete after ``head_s`` is answered with 408."""

    class Patient(H11Protocol):
        _clock: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.app_state = {**self.app_state, "abort": transport.abort}
            self._start()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state is not h11.IDLE:
                self._end()
            elif self.conn.trailing_data[0]:
                self._start()

        def connection_lost(self, exc: Exception | None) -> None:
            self._end()
            super().connection_lost(exc)

        def _start(self) -> None:
            if self._clock is None:
                self._clock = self.loop.call_later(head_s, self._too_slow)

        def _end(self) -> None:
            if self._clock is not None:
                self._clock.cancel()
                self._clock = None

        def _too_slow(self) -> None:
            self._clock = None
            if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
                self.transport.write(_ANSWER)
                self.transport.close()

    return Patient
