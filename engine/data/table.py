"""Rows that do not live in memory: typed columns of Arrow behind ``Sequence[Row]``.

``Rows`` is a view: for each row two numbers, where its turns stand and where its record stands. Filtering makes new
numbers, never copies; a step that rewrites texts stores the rows it changed and points at them.
"""

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np

from engine.data.batches import Batches, BatchWriter, Indices, values
from engine.data.rows import DECODER, JsonObject, LazyRecord, Message, RecordFile, Role, Row, as_json

if TYPE_CHECKING:
    import pyarrow as pa

ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")
CODES: dict[str, int] = {role: code for code, role in enumerate(ROLES)}

_HEAD = ("file", "line", "raw", "at", "size")
_BATCH_ROWS = 2048
_BATCH_CHARS = 2 << 20
_WINDOW_ROWS = 1024
_WINDOW_BYTES = 8 << 20


def turns_type() -> "pa.DataType":
    """A list of turns; ``calls`` are function calls as JSON text."""
    import pyarrow as pa

    return pa.list_(pa.struct([("role", pa.int8()), ("content", pa.string()), ("calls", pa.string())]))


def row_schema() -> "pa.Schema":
    """The columns of stored rows. ``file`` is a place in the list of paths. ``raw`` is the record as JSON text; where it
    is null, it stands in the file, ``size`` bytes from ``at`` on."""
    import pyarrow as pa

    return pa.schema(
        [
            ("file", pa.int32()),
            ("line", pa.int64()),
            ("raw", pa.binary()),
            ("at", pa.int64()),
            ("size", pa.int32()),
            ("messages", turns_type()),
            ("tools", pa.string()),
            ("rejected", turns_type()),
            ("label", pa.bool_()),
        ]
    )


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
    def lines(self) -> Indices:
        """Line of each row."""
        parts = [values(self.columns(part).column("line")) for part in self.windows()]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    @property
    def content_hash(self) -> str:
        """SHA-256 over what the rows say, in order; where they come from does not matter."""
        if self._hash is None:
            self._hash = _hash(self.columns(part) for part in self.windows())
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
            return self._placed(said, _rows_of)
        turns = self._placed(said, _rows_of)
        heads = self._headed(origin)
        return [
            Row(head.path, head.line, row.messages, row.tools, row.rejected, row.label, head.raw)
            for head, row in zip(heads, turns, strict=True)
        ]

    def _headed(self, origin: Indices) -> list[Row]:
        return self._placed(origin, _heads_of)

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


# ---------------------------------------------------------------- rows to columns and back


def batch_of(pairs: Sequence[tuple[Row, bytes]], paths: dict[str, int]) -> "pa.RecordBatch":
    """Rows with their records as JSON text, as one batch; ``paths`` grows by those that it does not know yet."""
    import pyarrow as pa

    rows = [row for row, _ in pairs]
    columns = [
        pa.array([paths.setdefault(row.path, len(paths)) for row in rows], pa.int32()),
        pa.array([row.line for row in rows], pa.int64()),
        pa.array([raw for _, raw in pairs], pa.binary()),
        pa.nulls(len(rows), pa.int64()),
        pa.nulls(len(rows), pa.int32()),
        _turns([row.messages for row in rows]),
        pa.array([json.dumps(row.tools, ensure_ascii=False) if row.tools else None for row in rows], pa.string()),
        _turns([row.rejected for row in rows]),
        pa.array([row.label for row in rows], pa.bool_()),
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(columns, schema=row_schema())


def _turns(conversations: Sequence[tuple[Message, ...]]) -> "pa.Array":
    import pyarrow as pa

    turns = list(itertools.chain.from_iterable(conversations))
    calls = [json.dumps(item.tool_calls, ensure_ascii=False) if item.tool_calls else None for item in turns]
    inner = pa.StructArray.from_arrays(
        [
            pa.array([CODES[item.role] for item in turns], pa.int8()),
            pa.array([item.content for item in turns], pa.string()),
            pa.array(calls, pa.string()),
        ],
        fields=list(turns_type().value_type),
    )
    offsets = np.cumsum([0, *map(len, conversations)], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), inner)


def _heads_of(batch: "pa.RecordBatch", table: Table) -> list[Row]:
    """Path, line and record of each row alone."""
    files, lines = batch.column("file").to_pylist(), batch.column("line").to_pylist()
    return [
        Row(table.paths[file], line, (), raw=record)
        for file, line, record in zip(files, lines, _records(batch, table), strict=True)
    ]


def _records(batch: "pa.RecordBatch", table: Table) -> Iterator[LazyRecord]:
    raws = batch.column("raw")
    if not raws.null_count:
        return map(LazyRecord, raws.to_pylist())
    columns = [batch.column(name).to_pylist() for name in ("raw", "file", "at", "size")]
    return (
        LazyRecord(raw, None if raw is not None else (table.records[file], at, size))
        for raw, file, at, size in zip(*columns, strict=True)
    )


def _rows_of(batch: "pa.RecordBatch", table: Table) -> list[Row]:
    """The rows of a batch."""
    count = batch.num_rows
    tools = batch.column("tools")
    texts = tools.to_pylist() if tools.null_count < count else [None] * count
    label = batch.column("label")
    labels = label.to_pylist() if label.null_count < count else [None] * count
    return [
        Row(table.paths[file], line, turns, _parsed(text), rejected, verdict, record)
        for file, line, record, turns, text, rejected, verdict in zip(
            batch.column("file").to_pylist(),
            batch.column("line").to_pylist(),
            _records(batch, table),
            _conversations(batch.column("messages")),
            texts,
            _conversations(batch.column("rejected")),
            labels,
            strict=True,
        )
    ]


def _conversations(column: "pa.Array") -> list[tuple[Message, ...]]:
    offsets = values(column.offsets)
    first, last = int(offsets[0]), int(offsets[-1])
    if first == last:
        return [()] * len(column)
    inner = column.values.slice(first, last - first)
    roles, contents, calls = (inner.field(place) for place in range(3))
    names = [ROLES[code] for code in roles.to_pylist()]
    if calls.null_count == len(calls):
        turns = list(map(Message, names, contents.to_pylist()))
    else:
        made = map(_parsed, calls.to_pylist())
        turns = list(map(Message, names, contents.to_pylist(), made))
    bounds = (offsets - first).tolist()
    return [tuple(turns[begin:end]) for begin, end in itertools.pairwise(bounds)]


def _parsed(text: str | None) -> tuple[JsonObject, ...]:
    return tuple(DECODER.decode(text)) if text else ()


def _hash(batches: "Iterable[pa.RecordBatch]") -> str:
    """Digest of columns that does not depend on where one batch ends and the next begins."""
    states = {name: hashlib.sha256() for name in ("tools", "label", *_TURN_PARTS)}
    for batch in batches:
        for name in ("messages", "rejected"):
            column = batch.column(name)
            offsets = values(column.offsets)
            inner = column.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
            states[f"{name} turns"].update(np.diff(offsets).astype("<i4").tobytes())
            states[f"{name} role"].update(values(inner.field(0)).tobytes())
            _update(states, f"{name} content", inner.field(1))
            _update(states, f"{name} calls", inner.field(2))
        _update(states, "tools", batch.column("tools"))
        labels = values(batch.column("label").cast("int8").fill_null(2))
        states["label"].update(labels.tobytes())
    state = hashlib.sha256()
    for digest in states.values():
        state.update(digest.digest())
    return state.hexdigest()


_TURN_PARTS = (
    *(
        f"{side} {part}"
        for side in ("messages", "rejected")
        for part in ("turns", "role", "content", "content sizes", "calls", "calls sizes")
    ),
    "tools sizes",
)


def _update(states: dict[str, Any], name: str, texts: "pa.Array") -> None:
    """Sizes and bytes of texts; an absent one has the size -1."""
    if not len(texts):
        return
    offsets, data = text_bytes(texts)
    sizes = np.diff(offsets)
    if texts.null_count:
        sizes[values(texts.is_null())] = -1
    states[f"{name} sizes"].update(sizes.astype("<i4").tobytes())
    states[name].update(data[offsets[0] : offsets[-1]].tobytes())


def text_bytes(texts: "pa.Array") -> tuple[Indices, "np.ndarray[Any, np.dtype[np.uint8]]"]:
    """Where each text begins in the bytes of a text column (one more entry than texts), and those bytes."""
    buffers = texts.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(buffers[2], dtype=np.uint8) if buffers[2] is not None else np.empty(0, np.uint8)
    return offsets.astype(np.int64), data
