"""A text file as blocks of whole lines, with the physical line where each begins, in bounded memory.

Lines end with ``\\n``, ``\\r\\n`` or ``\\r``. UTF-8 is assumed; bytes that are none stay in their line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np

from engine.data.rows import MAX_RECORD_CHARS

BLOCK_BYTES = 4 << 20
_PIECE_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, the first of which is line ``number`` of the file and begins at the byte ``at``; without ``data`` one
    line that is too long."""

    number: int
    data: bytes
    at: int = 0

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each line, without its end."""
        return enumerate(self.data.splitlines(), start=self.number)


def read_blocks(
    path: Path, *, size: int = BLOCK_BYTES, longest: int = MAX_RECORD_CHARS, tick: Callable[[], None] | None = None
) -> Iterator[Block]:  # fmt: skip
    """The file at ``path`` block by block; ``tick`` is called now and then and may raise to end the reading."""
    number = 1
    tick = tick or (lambda: None)
    with path.open("rb", buffering=0) as file:
        rest = file.read(len(_BOM))
        rest = b"" if rest == _BOM else rest
        at = file.tell() - len(rest)
        while chunk := file.read(size):
            tick()
            if end := _end_of_lines(chunk):
                data = b"".join((rest, memoryview(chunk)[:end])) if rest else chunk[:end]
                rest = chunk[end:]
                yield Block(number, data, at)
                number, at = number + _count(data), at + len(data)
                continue
            line, rest = _grown(file, rest + chunk, size, longest, tick)
            yield Block(number, line or b"", at)
            number += 1 if line is None else _count(line)
            at = file.tell() - len(rest)
        if rest:
            yield Block(number, rest, at)


def _grown(
    file: FileIO, data: bytes, size: int, longest: int, tick: Callable[[], None]
) -> tuple[bytes | None, bytes]:
    """A line that is longer than a block, whole or as None if it is too long, and what was read behind it."""
    parts, length = [data], len(data)
    while chunk := file.read(size):
        tick()
        end = _first_end(chunk, after_return=parts[-1].endswith(b"\r"))
        if end is None:
            length += len(chunk)
            parts = [*parts, chunk] if length <= longest else [chunk[-1:]]
            continue
        if length + end > longest:
            return None, chunk[end:]
        return b"".join([*parts, chunk[:end]]), chunk[end:]
    return (b"".join(parts), b"") if length <= longest else (None, b"")


def _first_end(chunk: bytes, *, after_return: bool) -> int | None:
    """Where the first line of ``chunk`` is over, or None."""
    if after_return:
        return 1 if chunk.startswith(b"\n") else 0
    found = _LINE_END.search(chunk)
    if found is None or (found.end() == len(chunk) and found.group() == b"\r"):
        return None
    return found.end()


def _end_of_lines(data: bytes) -> int:
    """Where the last whole line ends; a return at the very end may be half a line end."""
    end = data.rfind(b"\n") + 1
    return end or data.rfind(b"\r", 0, len(data) - 1) + 1


def _count(data: bytes) -> int:
    """Line ends in ``data``."""
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    pieces = range(0, len(data), _PIECE_BYTES)  # that a cache holds
    count = sum(int(np.count_nonzero(bytes_[start : start + _PIECE_BYTES] == 0x0A)) for start in pieces)
    if b"\r" not in data:
        return count
    return count + data.count(b"\r") - data.count(b"\r\n")
