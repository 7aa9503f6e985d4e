"""Rows that do not live in memory: typed columns of Arrow behind ``Sequence[Row]``.

``Rows`` is a view: for each row two numbers, where its turns stand and where its record stands. Filtering makes new
numbers, never copies; a step that rewrites texts stores the rows it changed and points at them.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np

from engine.data.batches import Batches, BatchWriter, Indices, values
from engine.data.row_columns import batch_of, content_hash, heads_of, row_schema, rows_of
from engine.data.rows import RecordFile, Row, as_json

if TYPE_CHECKING:
    import pyarrow as pa


_HEAD = ("file", "line", "raw", "at", "size")
_BATCH_ROWS = 2048
_BATCH_CHARS = 2 << 20
_WINDOW_ROWS = 1024
_WINDOW_BYTES = 8 << 20


class Table:
    """Stored rows with the paths of the files that they come from."""

    def __init__(self, batches: Batches, paths: Sequence[str]) -> None:
        self.batches = batches
        self.paths = tuple(paths)
        self.records = tuple(RecordFile(Path(path)) for path in self.paths)

    def __len__(self) -> int:
        return len(self.batches)

    @property
    def mean_bytes(self) -> int:
        """Size of a row, on average."""
        return self.batches.size_bytes // max(1, len(self))

    def rows(self) -> "Rows":
        """All of them in order."""
        places = np.arange(len(self), dtype=np.int64)
        return Rows((self,), places, places)


class RowWriter:
    """Stores rows; ``BatchWriter`` decides where."""

    def __init__(self, batches: BatchWriter | None = None, *, paths: Sequence[str] = ()) -> None:
        self.batches = batches or BatchWriter(row_schema())
        self._paths = {path: place for place, path in enumerate(paths)}
        self._waiting: list[tuple[Row, bytes]] = []
        self._chars = 0

    def add(self, row: Row) -> None:
        """Append one row."""
        raw = as_json(row.raw)
        self._waiting.append((row, raw))
        self._chars += len(raw) + sum(len(item.content) for item in row.messages)
        if len(self._waiting) >= _BATCH_ROWS or self._chars >= _BATCH_CHARS:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self.batches.add(batch_of(self._waiting, self._paths))
            self._waiting, self._chars = [], 0

    def finish(self) -> Table:
        """What was stored."""
        self.flush()
        return Table(self.batches.finish(), tuple(self._paths))


class Rows(Sequence[Row]):
    """A sequence of stored rows. ``said`` [rows] and ``origin`` [rows] number the rows of all ``tables`` through: the
    first says where turns, tools and label stand, the second where path, line and record stand."""

    def __init__(self, tables: Sequence[Table], said: Indices, origin: Indices) -> None:
        self._tables = tuple(tables)
        self._said, self._origin = said, origin
        starts = np.cumsum([0, *(len(table) for table in self._tables)])
        edges = [table.batches.edges[:-1] + start for table, start in zip(self._tables, starts, strict=False)]
        self._edges: Indices = np.concatenate([*edges, starts[-1:]]).astype(np.int64)
        self._where = [
            (table, number) for table in self._tables for number in range(len(table.batches.edges) - 1)
        ]
        mean = max((table.mean_bytes for table in self._tables), default=1)
        self._window = int(np.clip(_WINDOW_BYTES // max(1, mean), 1, _WINDOW_ROWS))
        self._hash: str | None = None

    def __len__(self) -> int:
        return len(self._said)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> "Row | Rows":
        if isinstance(index, slice):
            return Rows(self._tables, self._said[index], self._origin[index])
        place = range(len(self))[index]
        return self._decoded(self._said[place : place + 1], self._origin[place : place + 1])[0]

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), self._window):
            part = slice(start, start + self._window)
            yield from self._decoded(self._said[part], self._origin[part])

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {len(self._tables)} tables>"

    def take(self, indices: Indices) -> "Rows":
        """The rows at ``indices``, in that order; nothing is read."""
        return Rows(self._tables, self._said[indices], self._origin[indices])

    def replaced(self, places: Indices, table: Table) -> "Rows":
        """The same rows with what those at ``places`` say taken from ``table``, one after the other."""
        said = self._said.copy()
        said[places] = int(self._edges[-1]) + np.arange(len(places))
        return Rows((*self._tables, table), said, self._origin)

    @property
    def content_hash(self) -> str:
        """SHA-256 over what the rows say, in order; where they come from does not matter."""
        if self._hash is None:
            self._hash = content_hash(self.columns(part) for part in self.windows())
        return self._hash

    def windows(self) -> Iterator[slice]:
        """Places of rows that may be held together."""
        step = self._window * 8
        return (slice(start, start + step) for start in range(0, len(self), step))

    def columns(self, part: slice) -> "pa.RecordBatch":
        """The rows of ``part`` as one batch of ``row_schema``, for work on whole columns."""
        said, origin = self._said[part], self._origin[part]
        batch = self._gathered(said)
        if said is not origin and not np.array_equal(said, origin):
            source = self._gathered(origin)
            for place, name in enumerate(_HEAD):
                batch = batch.set_column(place, batch.schema.field(name), source.column(name))
        return batch

    def with_path(self, wanted: Callable[[str], bool]) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Which rows come from a file whose path is ``wanted``."""
        starts = np.cumsum([0, *(len(table) for table in self._tables)])
        which = np.searchsorted(starts, self._origin, side="right") - 1
        mask = np.zeros(len(self), dtype=np.bool_)
        for number, table in enumerate(self._tables):
            known = np.array([wanted(path) for path in table.paths], dtype=np.bool_)
            at = which == number
            if known.any() and at.any():
                files = np.concatenate([values(batch.column("file")) for batch in table.batches])
                mask[at] = known[files[self._origin[at] - starts[number]]]
        return mask

    # ------------------------------------------------------------ reading

    def _decoded(self, said: Indices, origin: Indices) -> list[Row]:
        if np.array_equal(said, origin):
            return self._placed(said, rows_of)
        turns = self._placed(said, rows_of)
        heads = self._headed(origin)
        return [
            Row(head.path, head.line, row.messages, row.tools, row.rejected, row.label, head.raw)
            for head, row in zip(heads, turns, strict=True)
        ]

    def _headed(self, origin: Indices) -> list[Row]:
        return self._placed(origin, heads_of)

    def _placed(self, numbers: Indices, decode: Any) -> list[Row]:
        """What ``decode`` makes of the stored rows ``numbers``, in their order."""
        pieces = list(self._pieces(numbers))
        if len(pieces) == 1:
            table, _, batch = pieces[0]
            return decode(batch, table)  # type: ignore[no-any-return]
        found: list[Row] = [None] * len(numbers)  # type: ignore[list-item]
        for table, at, batch in pieces:
            for place, row in zip(at.tolist(), decode(batch, table), strict=True):
                found[place] = row
        return found

    def _gathered(self, numbers: Indices) -> "pa.RecordBatch":
        import pyarrow as pa

        pieces = list(self._pieces(numbers))
        if len(pieces) == 1:
            return pieces[0][2]
        if not pieces:
            return pa.RecordBatch.from_pylist([], schema=row_schema())
        whole = pa.Table.from_batches([batch for _, _, batch in pieces]).combine_chunks()
        order = np.empty(len(numbers), dtype=np.int64)
        order[np.concatenate([at for _, at, _ in pieces])] = np.arange(len(numbers))
        (batch,) = whole.to_batches()
        return batch if bool((np.diff(order) == 1).all()) else batch.take(pa.array(order))

    def _pieces(self, numbers: Indices) -> "Iterator[tuple[Table, Indices, pa.RecordBatch]]":
        """The stored rows ``numbers`` batch by batch: table, places in ``numbers``, and the rows there."""
        import pyarrow as pa

        which = np.searchsorted(self._edges, numbers, side="right") - 1
        for number in np.unique(which).tolist():
            table, inner = self._where[number]
            at = np.flatnonzero(which == number)
            local = numbers[at] - self._edges[number]
            batch = table.batches.batch(inner)
            if bool((np.diff(local) == 1).all()):
                part = batch.slice(int(local[0]), len(local))
            else:
                part = batch.take(pa.array(local))
            yield table, at, part
            table.batches.touched(len(local) * table.mean_bytes)


class Overlay:
    """Collects rows that take the place of others. What is stored is what they say; path, line and record stay."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._writer = RowWriter() if isinstance(rows, Rows) else None
        self._held: list[Row] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and self._writer is not None:
            self._writer.batches.discard()

    def add(self, row: Row) -> None:
        """Take the next changed row."""
        if self._writer is None:
            self._held.append(row)
        else:
            self._writer.add(dataclasses.replace(row, path="", raw={}))

    def over(self, places: Indices) -> Sequence[Row]:
        """All rows, with the collected ones at ``places``."""
        if isinstance(self._rows, Rows) and self._writer is not None:
            return self._rows.replaced(places, self._writer.finish()) if len(places) else self._rows
        if not len(places):
            return self._rows
        rows = list(self._rows)
        for place, row in zip(places.tolist(), self._held, strict=True):
            rows[place] = row
        return tuple(rows)


def rows_in(items: Iterable[Row]) -> Rows:
    """``items`` as stored rows."""
    writer = RowWriter()
    for item in items:
        writer.add(item)
    return writer.finish().rows()


def joined(parts: Sequence[Sequence[Row]]) -> Sequence[Row]:
    """Several sequences as one, without reading any that is stored."""
    parts = [part for part in parts if len(part)]
    if len(parts) == 1:
        return parts[0]
    stored = [part if isinstance(part, Rows) else rows_in(part) for part in parts]
    tables: list[Table] = []
    said, origin = [], []
    start = 0
    for part in stored:
        tables += part._tables
        said.append(part._said + start)
        origin.append(part._origin + start)
        start += int(part._edges[-1])
    if not stored:
        return ()
    return Rows(tables, np.concatenate(said), np.concatenate(origin))
