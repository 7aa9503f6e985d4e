"""A server that speaks OpenAI's interface: its address, its models, and its refusals as sentences.

The standard library's client is enough and follows no redirects, so that a key goes only where the user sent it.
"""

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from engine.contract.errors import ErrorCode, UserError

CONNECT_S = 10.0
SILENCE_S = 600.0  # a server may load its model at the first question
LIST_BYTES = 4 << 20
LINE_BYTES = 1 << 20
_TOLD = 300  # characters of a server's own words


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is; ``key`` stands in no message and no representation."""

    url: str  # without a slash at its end: http://127.0.0.1:11434/v1
    key: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str, key: str = "") -> "Endpoint":
        """An address as people write it.

        Raises:
            UserError: it is none.
        """
        text = url.strip().rstrip("/")
        try:
            parts = urlsplit(text)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname)
            _ = parts.port
        except ValueError:
            usable = False
        if not usable:
            raise UserError(
                ErrorCode.BAD_COMMAND,
                f"{text[:100]!r} is no address of a server",
                hint="Write it like http://127.0.0.1:11434/v1.",
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise UserError(
                ErrorCode.BAD_COMMAND,
                "The address holds more than a place",
                hint="Leave names, passwords and questions out of it; the key has a field of its own.",
            )
        if not key.isascii() or any(char.isspace() for char in key):
            raise UserError(ErrorCode.BAD_COMMAND, "The key holds characters that no key has")
        return cls(text if parts.path else f"{text}/v1", key)

    def open(self, method: str, path: str, body: Any = None) -> "Exchange":
        """Send a request; the answer's head is there when this returns.

        Raises:
            UserError: ``NETWORK`` when nobody answers, or the server's own refusal in words.
        """
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=CONNECT_S)
        headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        data = None if body is None else json.dumps(body, ensure_ascii=True).encode()
        try:
            connection.connect()
            connection.sock.settimeout(SILENCE_S)
            connection.request(method, parts.path + path, data, headers)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise self.nobody(error) from None
        return Exchange(self, connection)

    def models(self) -> tuple[str, ...]:
        """The names of the models that the server has.

        Raises:
            UserError: as ``open``, or it is no server of this kind.
        """
        with self.open("GET", "/models") as exchange:
            document = exchange.whole(LIST_BYTES)
        listed = document.get("data") if isinstance(document, dict) else None
        if not isinstance(listed, list):
            raise self.strange()
        names = [item.get("id") for item in listed if isinstance(item, dict)]
        return tuple(name for name in names if isinstance(name, str) and name)

    def strange(self) -> UserError:
        """The server speaks something else."""
        return UserError(
            ErrorCode.NETWORK,
            f"The server at {self.url} does not speak OpenAI's interface",
            hint="Check the address; it usually ends in /v1.",
        )

    def broken(self, body: bytes = b"") -> UserError:
        """The answer ended before it was over."""
        return UserError(
            ErrorCode.NETWORK,
            f"The server at {self.url} broke off in the middle of its answer",
            hint=_words(body) or "Ask again; its own log may say why.",
        )

    def nobody(self, error: Exception) -> UserError:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return UserError(
            ErrorCode.NETWORK,
            f"No server answers at {self.url}: {reason}",
            hint="Start the server, or check its address.",
        )

    def refusal(self, status: int, body: bytes) -> UserError:
        """A server's refusal in words; its status stands in the details."""
        said = _words(body).replace(self.key, "•••") if self.key else _words(body)
        details = {"status": status}
        if status in (401, 403):
            message = (
                f"The server at {self.url} does not accept the key"
                if self.key
                else f"The server at {self.url} wants a key"
            )
            return UserError(ErrorCode.NETWORK, message, hint=said or None, details=details)
        if 300 <= status < 400:
            return UserError(
                ErrorCode.NETWORK,
                f"The server at {self.url} sends requests elsewhere",
                hint="Give the address where it really is.",
                details=details,
            )
        return UserError(
            ErrorCode.NETWORK,
            f"The server at {self.url} refused with status {status}",
            hint=said or None,
            details=details,
        )


class Exchange:
    """One request and its answer; leaving the block closes the connection, also while another thread reads."""

    def __init__(self, endpoint: Endpoint, connection: http.client.HTTPConnection) -> None:
        self._endpoint, self._connection = endpoint, connection
        self._socket = connection.sock
        self._response: http.client.HTTPResponse | None = None

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads
        self._connection.close()

    def whole(self, most: int) -> Any:
        """The answer as JSON."""
        response = self._head()
        try:
            return json.loads(response.read(most))
        except (ValueError, RecursionError):
            raise self._endpoint.strange() from None
        except (OSError, http.client.HTTPException) as error:
            raise self._endpoint.nobody(error) from None

    def lines(self) -> Iterator[bytes]:
        """The answer line by line."""
        response = self._head()
        while line := response.readline(LINE_BYTES):
            yield line

    def _head(self) -> http.client.HTTPResponse:
        try:
            response = self._connection.getresponse()
            if response.status >= 300:
                raise self._endpoint.refusal(response.status, response.read(1 << 16))
        except (OSError, http.client.HTTPException) as error:
            raise self._endpoint.nobody(error) from None
        return response


def _words(body: bytes) -> str:
    """What a server says of its refusal."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = document.get("error", document) if isinstance(document, dict) else document
    if isinstance(found, dict):
        found = found.get("message") or found.get("detail")
    return " ".join(found.split())[:_TOLD] if isinstance(found, str) else ""
