"""A JSON document read value by value from a growing buffer, so that each value's line is known exactly.

Only as much of the file is held as the value at hand needs.
"""

import json
import re
from typing import Any, TextIO

from engine.data.readers.base import DECODER
from engine.data.rows import MAX_RECORD_CHARS

_CHUNK = 1 << 16  # small: where text is no JSON, the decoder counts the lines of all that is held
_LONGEST_INDENT = 4096
_MAX_OPEN = 1_000_000  # brackets that wait for their end when a value is stepped over
_SPACE = re.compile(r"[ \t\n\r]*")
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|["\[\]{}]', re.DOTALL)


class TooLarge(ValueError):
    """A value longer than ``MAX_RECORD_CHARS``."""


class JsonStream:
    """A cursor over the text of one file. ``line`` is the physical line of the cursor, from 1."""

    def __init__(self, file: TextIO, *, chunk: int = _CHUNK) -> None:
        self._file = file
        self._chunk = chunk
        self._buffer = ""
        self._position = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """The next character that is not white space, or "" at the end; the cursor moves onto it."""
        while True:
            found = _SPACE.match(self._buffer, self._position)
            self._move(found.end() if found else self._position)
            if self._position < len(self._buffer):
                return self._buffer[self._position]
            if not self._grow():
                return ""

    def skip(self, count: int = 1) -> None:
        """Step over characters that ``peek`` has shown."""
        self._move(self._position + count)

    def value(self) -> Any:
        """Decode the value at the cursor and step over it.

        Raises:
            ValueError: no JSON (``json.JSONDecodeError``), too large, or a number beyond Python's limit.
            RecursionError: nested too deep.
        In these cases the cursor stays; ``skip_value`` or ``resume`` steps on.
        """
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._buffer, self._position)
            except json.JSONDecodeError as error:
                if self._ended or not self._may_be_cut(error):
                    raise json.JSONDecodeError(
                        error.msg,
                        self._buffer[self._position : self._position + 1000],
                        max(0, error.pos - self._position),
                    ) from None
            else:
                if end < len(self._buffer) or self._ended:
                    self._move(end)
                    return value
            if len(self._buffer) - self._position > MAX_RECORD_CHARS:
                raise TooLarge(f"the row is longer than {MAX_RECORD_CHARS:,} characters")
            self._grow(at_least=len(self._buffer) - self._position)

    def skip_value(self) -> bool:
        """Step over a bracketed value without decoding it, by counting its brackets; False at a torn end."""
        depth, start = 0, self._position
        while True:
            for found in _BRACKET.finditer(self._buffer, start):
                char = found.group()[0]
                if found.group() == '"':  # a string that the buffer's end cuts
                    break
                if char == '"':
                    continue
                depth += 1 if char in "[{" else -1
                if depth <= 0:
                    self._move(found.end())
                    return True
                if depth > _MAX_OPEN:
                    return False
            if not self._restart_scan():
                return False
            depth, start = 0, self._position

    def resume(self, indent: str) -> bool:
        """Step to the next line that begins as rows do: with ``indent`` and an opening brace."""
        start_of_row = re.compile(r"\n" + re.escape(indent) + r"(?=\{)")
        self._move(min(self._position + 1, len(self._buffer)))
        while True:
            if found := start_of_row.search(self._buffer, self._position):
                self._move(found.end())
                return True
            self._move(max(self._position, self._buffer.rfind("\n")))  # keep a cut beginning
            if not self._grow():
                return False

    def indent(self) -> str | None:
        """The blanks before the cursor if it stands first on its line, else None."""
        start = self._buffer.rfind("\n", max(0, self._position - _LONGEST_INDENT), self._position)
        before = self._buffer[start + 1 : self._position]
        return before if start >= 0 and not before.strip() else None

    def _restart_scan(self) -> bool:
        if len(self._buffer) - self._position > MAX_RECORD_CHARS:
            return False
        return self._grow(at_least=len(self._buffer) - self._position)

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether more text could mend ``error``: it lies at the buffer's end, or a string is still open."""
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - 16

    def _move(self, position: int) -> None:
        self.line += self._buffer.count("\n", self._position, position)
        self._position = position

    def _grow(self, *, at_least: int = 0) -> bool:
        """Read on, forgetting what lies before the cursor's line; doubling keeps long values linear."""
        keep = max(0, self._buffer.rfind("\n", 0, self._position))
        if self._position - keep > _LONGEST_INDENT:
            keep = self._position
        chunk = "" if self._ended else self._file.read(max(self._chunk, at_least))
        self._buffer = self._buffer[keep:] + chunk
        self._position -= keep
        self._ended = self._ended or not chunk
        return bool(chunk)
