"""A text file as blocks of whole lines, with the physical line where each begins, in bounded memory.

Lines end with ``\\n``, ``\\r\\n`` or ``\\r``. UTF-8 is assumed; bytes that are none stay in their line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.data.rows import MAX_RECORD_CHARS

Indices = npt.NDArray[np.int64]

BLOCK_BYTES = 4 << 20
_PIECE_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Breaks:
    """Places of newlines and of returns."""

    newlines: Indices
    returns: Indices

    @classmethod
    def of(cls, view: memoryview) -> "Breaks":
        """Those in ``view``, looked for in pieces that a cache holds."""
        bytes_ = np.frombuffer(view, dtype=np.uint8)
        pieces = range(0, len(bytes_), _PIECE_BYTES)
        low = [np.flatnonzero(bytes_[start : start + _PIECE_BYTES] <= 0x0D) + start for start in pieces]
        places = np.concatenate(low) if low else np.empty(0, dtype=np.int64)
        found = bytes_[places]
        return cls(places[found == 0x0A], places[found == 0x0D])

    @property
    def count(self) -> int:
        """How many lines end; a return and a newline behind it are one end."""
        pairs = len(np.intersect1d(self.newlines - 1, self.returns)) if len(self.returns) else 0
        return len(self.newlines) + len(self.returns) - pairs

    def before(self, end: int) -> "Breaks":
        """Those before ``end``."""
        return Breaks(self.newlines[self.newlines < end], self.returns[self.returns < end])


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines, the first of which is line ``number`` of the file and begins at the byte ``at``; without anything in
    ``view`` one line that is too long."""

    number: int
    view: memoryview
    breaks: Breaks
    at: int = 0

    @property
    def too_long(self) -> bool:
        """Whether it stands for a line that was passed over."""
        return not len(self.view)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each line, without its end."""
        return enumerate(bytes(self.view).splitlines(), start=self.number)


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
        while True:
            view, got = _filled(file, rest, size)
            if not got:
                break
            tick()
            breaks = Breaks.of(view)
            end = _end_of_lines(view, breaks)
            if end:
                block = Block(number, view[:end], breaks.before(end), at)
                rest = bytes(view[end:])
            else:
                line, rest = _grown(file, bytes(view), size, longest, tick)
                whole = memoryview(line or b"")
                block = Block(number, whole, Breaks.of(whole), at)
            yield block
            number += 1 if block.too_long else block.breaks.count
            at = file.tell() - len(rest)
        if rest:
            whole = memoryview(rest)
            yield Block(number, whole, Breaks.of(whole), at)


def _filled(file: FileIO, rest: bytes, size: int) -> tuple[memoryview, int]:
    """``rest`` and up to ``size`` more bytes of ``file``, and how many those are. Arrow's memory is used again and again,
    which spares the system from clearing new pages for every block."""
    import pyarrow as pa

    view = memoryview(pa.allocate_buffer(len(rest) + size)).cast("B")
    view[: len(rest)] = rest
    got = file.readinto(view[len(rest) :]) or 0
    return view[: len(rest) + got], got


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


def _end_of_lines(view: memoryview, breaks: Breaks) -> int:
    """Where the last whole line ends, 0 for none; a return at the very end may be half a line end."""
    if len(breaks.newlines):
        return int(breaks.newlines[-1]) + 1
    returns = breaks.returns[breaks.returns < len(view) - 1]
    return int(returns[-1]) + 1 if len(returns) else 0
