"""Rows as typed columns of Arrow, and columns as rows."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from engine.data.batches import Indices, values
from engine.data.rows import DECODER, JsonObject, LazyRecord, Message, RecordFile, Role, Row

if TYPE_CHECKING:
    import pyarrow as pa

ROLES: tuple[Role, ...] = ("system", "user", "assistant", "tool")
CODES: dict[str, int] = {role: code for code, role in enumerate(ROLES)}


class Stored(Protocol):
    """What the columns of stored rows refer to: paths by number, and their files."""

    @property
    def paths(self) -> tuple[str, ...]: ...
    @property
    def records(self) -> tuple[RecordFile, ...]: ...


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


def heads_of(batch: "pa.RecordBatch", table: Stored) -> list[Row]:
    """Path, line and record of each row alone."""
    files, lines = batch.column("file").to_pylist(), batch.column("line").to_pylist()
    return [
        Row(table.paths[file], line, (), raw=record)
        for file, line, record in zip(files, lines, _records(batch, table), strict=True)
    ]


def _records(batch: "pa.RecordBatch", table: Stored) -> Iterator[LazyRecord]:
    raws = batch.column("raw")
    if not raws.null_count:
        return map(LazyRecord, raws.to_pylist())
    columns = [batch.column(name).to_pylist() for name in ("raw", "file", "at", "size")]
    return (
        LazyRecord(raw, None if raw is not None else (table.records[file], at, size))
        for raw, file, at, size in zip(*columns, strict=True)
    )


def rows_of(batch: "pa.RecordBatch", table: Stored) -> list[Row]:
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


def content_hash(batches: "Iterable[pa.RecordBatch]") -> str:
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
