"""Messages to lines and back: UTF-8, one JSON object a line, at most 1 MiB, NaN and infinities included."""

import json
from collections.abc import Iterator
from typing import Any

MAX_LINE_BYTES = 1 << 20


class CodecError(ValueError):
    """A line that is no message; ``line`` holds its beginning for the log."""

    def __init__(self, reason: str, line: bytes) -> None:
        super().__init__(reason)
        self.line = line[:200]


def encode(message: dict[str, Any]) -> bytes:
    """One message as one line with its newline.

    NaN and infinities are written as the tokens ``NaN``, ``Infinity`` and ``-Infinity``, which Python's own
    reader understands: both ends are this module.

    Raises:
        CodecError: the line would exceed ``MAX_LINE_BYTES``.
    """
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    line = text.encode("utf-8", errors="backslashreplace") + b"\n"
    if len(line) > MAX_LINE_BYTES:
        raise CodecError(f"message of {len(line)} bytes exceeds {MAX_LINE_BYTES}", line)
    return line


def decode(line: bytes) -> dict[str, Any]:
    """One line as a message.

    Raises:
        CodecError: not UTF-8, not JSON, nested too deeply, or not an object.
    """
    try:
        value = json.loads(line.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CodecError(f"not a JSON line: {error}", line) from None
    if not isinstance(value, dict):
        raise CodecError("a message must be a JSON object", line)
    return value


class Framer:
    """Cuts a byte stream into lines, keeping the tail of a cut line until the rest arrives.

    A line longer than ``limit`` is skipped to its end and reported as a ``CodecError``, so that junk without
    newlines cannot fill the memory.
    """

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self._limit = limit
        self._tail = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> Iterator[bytes | CodecError]:
        """Complete lines in ``chunk`` together with what was kept, without their newline; blank ones dropped."""
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._tail += chunk[start:end]
            start = end + 1
            if not self._skipping:
                yield from self._line()
            self._skipping = False
            self._tail.clear()
        self._tail += chunk[start:]
        if len(self._tail) > self._limit:
            if not self._skipping:
                yield CodecError(f"line longer than {self._limit} bytes", bytes(self._tail[:200]))
            self._skipping = True
            self._tail.clear()

    def _line(self) -> Iterator[bytes | CodecError]:
        line = bytes(self._tail).rstrip(b"\r")
        if len(line) > self._limit:
            yield CodecError(f"line longer than {self._limit} bytes", line)
        elif line.strip():
            yield line

    @property
    def pending(self) -> int:
        """Bytes of an unfinished line."""
        return len(self._tail)
