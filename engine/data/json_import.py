"""JSON Lines into stored rows, block by block on several threads.

Of each block the lines that a fast lane is sure of are read and converted as columns; every other line goes the way
that all files go, one by one, so that what is accepted, what is rejected and why do not depend on the lane.
"""

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.contract.results import Rejection
from engine.data.batches import Indices, values
from engine.data.lanes.base import Lane, Mask
from engine.data.lines import Block, read_blocks
from engine.data.readers.base import Item
from engine.data.readers.jsonl import parse_line, too_long
from engine.data.row_columns import batch_of, row_schema, turns_type
from engine.data.rows import MAX_CELL_CHARS, MAX_DEPTH, Record, Row

if TYPE_CHECKING:
    import pyarrow as pa

Convert = Callable[[Item], Row | Rejection]
Tick = Callable[[int], None]

_MOST_FAULTS = 24  # in one block, before it is looked at more closely
_MOST_READS = 12  # of a block as columns; then the slow way is the faster one
_FEW_LINES = 16
_WAIT_S = 0.1
_NOT_UTF8 = 32
_DIGITS_APART, _DIGITS_IN_A_ROW = 4000, 300  # 4,300 digits are the most that Python reads
_ROW_IN_ERROR = re.compile(r"in row (\d+)")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_TWO_IN_ONE = re.compile(rb"\}[ \t]*\{")
_OPENING = re.compile(rb"[\[{]")
_ODD_WORDS = (b"\0", b"\\u0000", b"-NaN", b"Inf")


@dataclass(slots=True)
class Converted:
    """What one block holds: rows in order as one batch, rejections in order. It begins at the byte ``at``; ``fast`` of its ``lines`` took the lane;
    ``damaged``: some bytes are no UTF-8."""

    batch: "pa.RecordBatch | None" = None
    rejected: list[Rejection] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    at: int = 0
    lines: int = 0
    fast: int = 0
    damaged: bool = False


def convert_blocks(path: Path, convert: "BlockConverter", tick: Tick) -> Iterator[Converted]:
    """All blocks of the file in order. ``tick`` is called often, also while a long line is being read."""
    workers = min(4, os.cpu_count() or 1)
    waiting: deque[Future[Converted]] = deque()
    done = [0]

    def ticks() -> None:
        tick(done[0])

    pool = ThreadPoolExecutor(workers, thread_name_prefix="json import")
    try:
        for block in read_blocks(path, tick=ticks):
            waiting.append(pool.submit(convert, block))
            if len(waiting) > workers + 1:
                made = _result(waiting.popleft(), ticks)
                done[0] += made.lines
                yield made
        while waiting:
            yield _result(waiting.popleft(), ticks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: "Future[Converted]", tick: Callable[[], None]) -> Converted:
    while True:
        tick()
        try:
            return future.result(timeout=_WAIT_S)
        except TimeoutError:
            if future.done():  # raised by the work itself
                raise


@dataclass(frozen=True, slots=True)
class BlockConverter:
    """Turns blocks into rows of the file ``path``; without a ``lane`` line by line."""

    path: str
    convert: Convert
    lane: Lane | None = None
    others: bool = True  # whether the file is known to have columns that the lane does not read
    copies: bool = True  # keep the text of each record, not only where it stands

    def __call__(self, block: Block) -> Converted:
        """The rows and rejections of ``block``."""
        if block.too_long:
            return Converted(rejected=[too_long(block.number)], lines=1)
        lines = _Lines.of(block)
        if lines is None or self.lane is None:
            numbered = list(block.lines())
            made = self._slowly(numbered, [], damaged=not _is_utf8(block.view, np.zeros(1, np.int64)))
            made.at = block.at
            return made
        parts: list[pa.RecordBatch] = []
        slow = np.ones(len(lines.starts), dtype=np.bool_)
        if (parsed := self._parsed(lines)) is not None:
            table, places = parsed
            sure = self.lane.sure(table)
            chosen = table if sure.all() else table.filter(_boolean(sure))
            slow[places[sure]] = False
            parts.append(self._batch(lines, places[sure], self.lane.turns(chosen)))
        numbered = [(block.number + place, lines.line(place)) for place in np.flatnonzero(slow).tolist()]
        made = self._slowly(numbered, parts, damaged=lines.damaged)
        made.fast, made.lines, made.at = int((~slow).sum()), len(slow), block.at
        return made

    def _parsed(self, lines: "_Lines") -> "tuple[pa.Table, Indices] | None":
        """The lines as columns. Usually there are no others than the lane's, and looking for what the rest may hold
        can be spared."""
        assert self.lane is not None
        if not self.others:
            found = lines.parsed(self.lane, others=False)
            if (
                found is not None
                and len(found[1]) >= len(lines.starts) - _MOST_FAULTS
                and not _has_null(found[0])
            ):
                return found
        lines.strike_out()
        return lines.parsed(self.lane, others=True)

    def _batch(self, lines: "_Lines", places: Indices, turns: "pa.Array") -> "pa.RecordBatch":
        import pyarrow as pa

        count = len(places)
        sizes = pa.array((lines.ends[places] - lines.starts[places]).astype(np.int32))
        raw = pa.nulls(count, pa.binary())
        if self.copies:
            text, offsets = lines.text(places)
            edges = pa.py_buffer(offsets.astype(np.int32))
            raw = pa.Array.from_buffers(pa.binary(), count, [None, edges, pa.py_buffer(text)])
        none = pa.ListArray.from_arrays(
            pa.array(np.zeros(count + 1, dtype=np.int32)), pa.array([], turns_type().value_type)
        )
        columns = [
            pa.array(np.zeros(count, dtype=np.int32)),
            pa.array(lines.number + places),
            raw,
            pa.array(lines.at + lines.starts[places]),
            sizes,
            turns,
            pa.nulls(count, pa.string()),
            none,
            pa.nulls(count, pa.bool_()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=row_schema())

    def _slowly(
        self, numbered: Sequence[tuple[int, bytes]], parts: "list[pa.RecordBatch]", *, damaged: bool
    ) -> Converted:
        """Lines one by one, put between the rows that are converted already."""
        rows: list[tuple[Row, bytes]] = []
        made = Converted(lines=len(numbered), damaged=damaged)
        columns: dict[str, None] = {}
        for number, line in numbered:
            if not line.strip():
                continue
            item = parse_line(number, line)
            if isinstance(item, Record):
                columns.update(dict.fromkeys(item.fields))
            result = self.convert(item)
            if isinstance(result, Row):
                rows.append((result, line))
            else:
                made.rejected.append(result)
        made.columns = tuple(columns)
        if rows:
            parts = [*parts, batch_of(rows, {self.path: 0})]
        made.batch = _in_order(parts)
        return made


def _in_order(parts: "Sequence[pa.RecordBatch]") -> "pa.RecordBatch | None":
    import pyarrow as pa

    if len(parts) < 2:
        return parts[0] if parts else None
    whole = pa.Table.from_batches(parts).combine_chunks()
    (batch,) = whole.to_batches() or [None]
    if batch is None:
        return None
    order = np.argsort(values(batch.column("line")), kind="stable")
    return batch if bool((np.diff(order) == 1).all()) else batch.take(pa.array(order))


@dataclass(frozen=True, slots=True)
class _Lines:
    """A block cut into lines: where each begins and the next one does, and which may be read as columns."""

    view: memoryview
    number: int
    at: int
    starts: Indices
    ends: Indices
    plain: Mask
    damaged: bool

    @classmethod
    def of(cls, block: Block) -> "_Lines | None":
        """None if the block is not cut by newlines alone, or is one line that may hold too large a cell."""
        bytes_ = np.frombuffer(block.view, dtype=np.uint8)
        ends = block.breaks.newlines + 1
        if bytes_[-1] != 0x0A:
            ends = np.append(ends, len(bytes_))
        starts = np.concatenate([[0], ends[:-1]])
        last = ends - 1 - (bytes_[ends - 1] == 0x0A)
        if len(block.breaks.returns):
            before = (bytes_[last] == 0x0D) & (last >= starts)
            if len(block.breaks.returns) != int(before.sum()):
                return None
            last = last - before
        if len(bytes_) > MAX_CELL_CHARS:
            return None
        plain = (bytes_[starts] == 0x7B) & (bytes_[last] == 0x7D)
        damaged = _strike_damaged(block.view, starts, ends, plain)
        return cls(block.view, block.number, block.at, starts, ends, plain, damaged)

    def strike_out(self) -> None:
        """Leave out the lines in which a column that is not read may be a fault."""
        data = bytes(self.view)
        bytes_ = np.frombuffer(data, dtype=np.uint8)
        _strike_words(data, self.ends, self.plain)
        if data.count(b"[") + data.count(b"{") - len(self.starts) >= MAX_DEPTH:
            self._strike_deep(bytes_)
        self._strike_numbers(bytes_)

    def line(self, place: int) -> bytes:
        """One line without its end."""
        return bytes(self.view[self.starts[place] : self.ends[place]]).rstrip(b"\r\n")

    def text(self, places: Indices) -> tuple[bytes | memoryview, Indices]:
        """Lines as one text, and where each begins in it (one more entry than lines)."""
        if not len(places):
            return b"", np.zeros(1, dtype=np.int64)
        runs = np.flatnonzero(np.diff(places) != 1) + 1
        firsts, lasts = places[np.concatenate([[0], runs])], places[np.concatenate([runs - 1, [-1]])]
        begins, stops = self.starts[firsts].tolist(), self.ends[lasts].tolist()
        sizes = self.ends[places] - self.starts[places]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        if len(begins) == 1:
            return self.view[begins[0] : stops[0]], offsets
        pairs = zip(begins, stops, strict=True)
        return b"".join([self.view[begin:stop] for begin, stop in pairs]), offsets

    def parsed(self, lane: Lane, *, others: bool) -> "tuple[pa.Table, Indices] | None":
        """The plain lines as columns, with the places of their lines, without those that do not parse; None if those
        are too many to be looked for."""
        places = np.flatnonzero(self.plain)
        left, apart = [_MOST_READS * len(places)], False
        while len(places) and left[0] > 0:
            found, problem = self._read(lane, places, others)
            if found is not None:
                return found, places
            if not apart:
                apart, places = True, np.setdiff1d(places, self._two_in_one(), assume_unique=True)
                continue
            bad = self._in_the_way(lane, places, problem, others, left)
            places = np.setdiff1d(places, np.array(bad, dtype=np.int64), assume_unique=True)
        return None

    def _two_in_one(self) -> Indices:
        """Places of lines that hold two rows; they would shift the numbers by which others are found."""
        found = [match.start() for match in _TWO_IN_ONE.finditer(self.view)]
        return np.unique(np.searchsorted(self.ends, found, side="right"))

    def _in_the_way(
        self, lane: Lane, places: Indices, problem: int | None, others: bool, left: list[int]
    ) -> list[int]:
        """Places of the lines that do not parse; ``left`` is how many lines may still be read in search of them."""
        bad: list[int] = []
        waiting: list[Indices] = []
        found = None
        while left[0] > 0:
            left[0] -= len(places)
            if found is None and problem is not None and 0 <= problem < len(places):
                bad.append(int(places[problem]))
                waiting.append(places[problem + 1 :])
            elif found is None and len(places) > _FEW_LINES:
                waiting += np.array_split(places, 2)
            elif found is None:
                bad += places.tolist()
            if not waiting:
                break
            places = waiting.pop()
            found, problem = self._read(lane, places, others) if len(places) else (True, None)
        return bad

    def _read(self, lane: Lane, places: Indices, others: bool) -> "tuple[pa.Table | None, int | None]":
        """Lines as columns, or the first that is in the way. One line is one row, else nothing is sure."""
        import pyarrow as pa
        from pyarrow import json

        text, _ = self.text(places)
        try:
            table = json.read_json(
                pa.BufferReader(text),
                read_options=json.ReadOptions(use_threads=False, block_size=len(text) + 1),
                parse_options=json.ParseOptions(
                    explicit_schema=lane.schema(), unexpected_field_behavior="ignore" if others else "error"
                ),
            )
        except (pa.ArrowException, ValueError) as error:
            row = _ROW_IN_ERROR.search(str(error))
            return None, int(row.group(1)) if row else None
        return (table, None) if table.num_rows == len(places) else (None, None)

    def _strike_deep(self, bytes_: "npt.NDArray[np.uint8]") -> None:
        """Lines with many brackets outside of texts may be nested too deeply."""
        brackets = np.flatnonzero((bytes_ | 0x20) == 0x7B)
        edges = np.searchsorted(brackets, np.append(self.starts, len(bytes_)))
        for place in np.flatnonzero(np.diff(edges) > MAX_DEPTH).tolist():
            bare = _STRING.sub(b"", self.line(place))
            if len(_OPENING.findall(bare)) > MAX_DEPTH:
                self.plain[place] = False

    def _strike_numbers(self, bytes_: "npt.NDArray[np.uint8]") -> None:
        """Lines with a number of more digits than Python reads: one of them stands at a place that is looked at."""
        seen = bytes_[::_DIGITS_APART]
        for number in np.flatnonzero((seen >= 0x30) & (seen <= 0x39)).tolist():
            start = number * _DIGITS_APART
            if bytes(self.view[start : start + _DIGITS_IN_A_ROW]).isdigit():
                self.plain[np.searchsorted(self.ends, start, side="right")] = False


def _strike_words(data: bytes, ends: Indices, plain: Mask) -> None:
    """Lines with something that the two parsers may see differently."""
    for word in _ODD_WORDS:
        found = data.find(word)
        while found >= 0:
            place = int(np.searchsorted(ends, found, side="right"))
            after = data[found + 3 : found + 4]
            if word != b"Inf" or not after.isalpha() or data[found : found + 8] == b"Infinity":
                plain[place] = False
                found = data.find(word, int(ends[place]))
            else:
                found = data.find(word, found + 1)


def _strike_damaged(view: memoryview, starts: Indices, ends: Indices, plain: Mask) -> bool:
    """Lines with bytes that are no UTF-8; True if there are any."""
    if _is_utf8(view, starts):
        return False
    start, found = 0, 0
    while start < len(view):
        try:
            str(view[start:], "utf-8")
            break
        except UnicodeDecodeError as error:
            place = int(np.searchsorted(ends, start + error.start, side="right"))
            plain[place] = False
            start = int(ends[place])
            found += 1
        if found >= _NOT_UTF8:
            plain[:] = False
            break
    return found > 0


def _is_utf8(view: memoryview, starts: Indices) -> bool:
    """Whether every line is UTF-8; makes no text of them."""
    import pyarrow as pa

    edges = np.append(starts, len(view)).astype(np.int32)
    lines = pa.Array.from_buffers(pa.string(), len(starts), [None, pa.py_buffer(edges), pa.py_buffer(view)])
    try:
        lines.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _has_null(table: "pa.Table") -> bool:
    """Whether a text of any row holds a null character."""
    buffers = (buffer for column in table.columns for chunk in column.chunks for buffer in _texts_in(chunk))
    return any(buffer is not None and not np.frombuffer(buffer, dtype=np.uint8).all() for buffer in buffers)


def _texts_in(column: "pa.Array") -> "Iterator[pa.Buffer | None]":
    import pyarrow as pa

    if pa.types.is_string(column.type):
        yield column.buffers()[2]
    elif pa.types.is_list(column.type):
        yield from _texts_in(column.values)
    elif pa.types.is_struct(column.type):
        for place in range(column.type.num_fields):
            yield from _texts_in(column.field(place))


def _boolean(mask: Mask) -> "pa.Array":
    import pyarrow as pa

    return pa.array(mask)
