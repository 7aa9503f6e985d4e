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
from engine.data.batches import Indices
from engine.data.lanes.base import Lane, Mask
from engine.data.lines import Block, read_blocks
from engine.data.readers.base import Item
from engine.data.readers.jsonl import parse_line, too_long
from engine.data.rows import MAX_CELL_CHARS, MAX_DEPTH, Record, Row
from engine.data.table import batch_of, row_schema, turns_type

if TYPE_CHECKING:
    import pyarrow as pa

Convert = Callable[[Item], Row | Rejection]
Tick = Callable[[int], None]

_MOST_FAULTS = 24  # in one block; with more of them the slow way is the faster one
_WAIT_S = 0.1
_NOT_UTF8 = 32
_DIGITS_APART, _DIGITS_IN_A_ROW = 4000, 300  # 4,300 digits are the most that Python reads
_PIECE_BYTES = 1 << 16
_ROW_IN_ERROR = re.compile(r"in row (\d+)")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_OPENING = re.compile(rb"[\[{]")
_ODD_WORDS = (b"\0", b"\\u0000", b"-NaN", b"Inf")


@dataclass(slots=True)
class Converted:
    """What one block holds: rows in order as one batch, rejections in order. ``fast`` of its ``lines`` took the lane;
    ``damaged``: some bytes are no UTF-8."""

    batch: "pa.RecordBatch | None" = None
    rejected: list[Rejection] = field(default_factory=list)
    columns: tuple[str, ...] = ()
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
        if not block.data:
            return Converted(rejected=[too_long(block.number)], lines=1)
        lines = _Lines.of(block)
        if lines is None or self.lane is None:
            numbered = list(block.lines())
            return self._slowly(numbered, [], damaged=not _is_utf8(block.data, np.zeros(1, np.int64)))
        parts: list[pa.RecordBatch] = []
        slow = np.ones(len(lines.starts), dtype=np.bool_)
        for table, places in self._parsed(lines):
            sure = self.lane.sure(table)
            chosen = table if sure.all() else table.filter(_boolean(sure))
            places = places[sure]
            slow[places] = False
            parts.append(self._batch(lines, places, self.lane.turns(chosen)))
        numbered = [(block.number + place, lines.line(place)) for place in np.flatnonzero(slow).tolist()]
        made = self._slowly(numbered, parts, damaged=lines.damaged)
        made.fast = int((~slow).sum())
        made.lines = len(slow)
        return made

    def _parsed(self, lines: "_Lines") -> "list[tuple[pa.Table, Indices]]":
        """The lines as columns. Usually there are no others than the lane's, and looking for what the rest may hold
        can be spared."""
        assert self.lane is not None
        if not self.others:
            found = list(lines.parsed(self.lane, others=False))
            read = sum(len(places) for _, places in found)
            if read >= len(lines.starts) - _MOST_FAULTS and not any(_has_null(table) for table, _ in found):
                return found
        lines.strike_out()
        return list(lines.parsed(self.lane, others=True))

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
    order = np.argsort(batch.column("line").to_numpy(), kind="stable")
    return batch if bool((np.diff(order) == 1).all()) else batch.take(pa.array(order))


@dataclass(frozen=True, slots=True)
class _Lines:
    """A block cut into lines: where each begins and the next one does, and which may be read as columns."""

    data: bytes
    number: int
    at: int
    starts: Indices
    ends: Indices
    plain: Mask
    damaged: bool

    @classmethod
    def of(cls, block: Block) -> "_Lines | None":
        """None if the block is not cut by newlines alone, or is one line that may hold too large a cell."""
        data = block.data
        bytes_ = np.frombuffer(data, dtype=np.uint8)
        ends = _newlines(bytes_) + 1
        if not data.endswith(b"\n"):
            ends = np.append(ends, len(data))
        starts = np.concatenate([[0], ends[:-1]])
        last = ends - 1 - (bytes_[ends - 1] == 0x0A)
        if b"\r" in data:
            returns = (bytes_[last] == 0x0D) & (last >= starts)
            if data.count(b"\r") != int(returns.sum()):
                return None
            last = last - returns
        if len(data) > MAX_CELL_CHARS:
            return None
        plain = (bytes_[starts] == 0x7B) & (bytes_[last] == 0x7D)
        damaged = _strike_damaged(data, starts, ends, plain)
        return cls(data, block.number, block.at, starts, ends, plain, damaged)

    def strike_out(self) -> None:
        """Leave out the lines in which a column that is not read may be a fault."""
        bytes_ = np.frombuffer(self.data, dtype=np.uint8)
        _strike_words(self.data, self.ends, self.plain)
        if self.data.count(b"[") + self.data.count(b"{") - len(self.starts) >= MAX_DEPTH:
            self._strike_deep(bytes_)
        self._strike_numbers(bytes_)

    def line(self, place: int) -> bytes:
        """One line without its end."""
        return self.data[self.starts[place] : self.ends[place]].rstrip(b"\r\n")

    def text(self, places: Indices) -> tuple[bytes, Indices]:
        """Lines as one text, and where each begins in it (one more entry than lines)."""
        if not len(places):
            return b"", np.zeros(1, dtype=np.int64)
        runs = np.flatnonzero(np.diff(places) != 1) + 1
        firsts, lasts = places[np.concatenate([[0], runs])], places[np.concatenate([runs - 1, [-1]])]
        begins, stops = self.starts[firsts].tolist(), self.ends[lasts].tolist()
        sizes = self.ends[places] - self.starts[places]
        offsets = np.concatenate([[0], np.cumsum(sizes)])
        if len(begins) == 1:
            whole = begins[0] == 0 and stops[0] == len(self.data)
            return (self.data if whole else self.data[begins[0] : stops[0]]), offsets
        view = memoryview(self.data)
        pairs = zip(begins, stops, strict=True)
        return b"".join([view[begin:stop] for begin, stop in pairs]), offsets

    def parsed(self, lane: Lane, *, others: bool) -> "Iterator[tuple[pa.Table, Indices]]":
        """The plain lines as columns, in parts, with the places of their lines; without those that do not parse."""
        places = np.flatnonzero(self.plain)
        faults = 0
        while len(places) and faults < _MOST_FAULTS:
            found, problem = self._read(lane, places, others)
            if found is not None:
                yield found, places
                return
            faults += 1
            if problem is None or not 0 <= problem < len(places):
                return
            before, places = places[:problem], places[problem + 1 :]
            if len(before):
                found, problem = self._read(lane, before, others)
                if found is None:
                    return
                yield found, before

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
            if self.data[start : start + _DIGITS_IN_A_ROW].isdigit():
                self.plain[np.searchsorted(self.ends, start, side="right")] = False


def _newlines(bytes_: "npt.NDArray[np.uint8]") -> Indices:
    """Where they stand; looked for in pieces that a cache holds."""
    pieces = range(0, len(bytes_), _PIECE_BYTES)
    found = [np.flatnonzero(bytes_[start : start + _PIECE_BYTES] == 0x0A) + start for start in pieces]
    return np.concatenate(found)


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


def _strike_damaged(data: bytes, starts: Indices, ends: Indices, plain: Mask) -> bool:
    """Lines with bytes that are no UTF-8; True if there are any."""
    if data.isascii() or _is_utf8(data, starts):
        return False
    start, found = 0, 0
    view = memoryview(data)
    while start < len(data):
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


def _is_utf8(data: bytes, starts: Indices) -> bool:
    """Whether every line is UTF-8; makes no text of them."""
    import pyarrow as pa

    edges = np.append(starts, len(data)).astype(np.int32)
    lines = pa.Array.from_buffers(pa.string(), len(starts), [None, pa.py_buffer(edges), pa.py_buffer(data)])
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
