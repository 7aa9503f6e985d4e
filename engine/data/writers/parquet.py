"""Parquet: typed columns, compressed; what a schema cannot hold (tools, arguments of calls) is JSON text."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.forms.base import Column
from engine.data.rows import JsonObject
from engine.data.writers.base import Writer

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 1024
_BATCH_CHARS = 16 << 20
_GROUP_BYTES = 64 << 20


class ParquetWriter(Writer):
    """Writes ``.parquet`` through pyarrow."""

    file_type = "parquet"
    extension = ".parquet"
    table = True

    def write(
        self, path: Path, records: Iterable[JsonObject], columns: Mapping[str, Column], *, guard: bool
    ) -> None:
        """Row groups of some tens of megabytes; cells are typed, so there is nothing to guard."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(name, _type(column)) for name, column in columns.items()])
        with pq.ParquetWriter(path, schema, compression="zstd") as file:
            held: list[pa.RecordBatch] = []
            for batch in _batches(records, columns, schema):
                held.append(batch)
                if sum(item.nbytes for item in held) >= _GROUP_BYTES:
                    file.write_table(pa.Table.from_batches(held, schema))
                    held = []
            if held:
                file.write_table(pa.Table.from_batches(held, schema))


def _batches(
    records: Iterable[JsonObject], columns: Mapping[str, Column], schema: "pa.Schema"
) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for some in _chunks(records):
        cells = [
            pa.array([_cell(record.get(name), column) for record in some], schema.field(name).type)
            for name, column in columns.items()
        ]
        yield pa.RecordBatch.from_arrays(cells, schema=schema)


def _chunks(records: Iterable[JsonObject]) -> Iterator[list[JsonObject]]:
    """``records`` some at a time: not too many, and not too much text."""
    some: list[JsonObject] = []
    chars = 0
    for record in records:
        some.append(record)
        chars += _chars(record)
        if len(some) == _BATCH_ROWS or chars >= _BATCH_CHARS:
            yield some
            some, chars = [], 0
    if some:
        yield some


def _chars(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_chars, parts))


def _type(column: Column) -> "pa.DataType":
    import pyarrow as pa

    if column in ("text", "json"):
        return pa.string()
    if column == "flag":
        return pa.bool_()
    if column == "pairs":
        return pa.list_(pa.list_(pa.string()))
    turn = pa.struct([("from", pa.string()), ("value", pa.string())])
    if column == "turn":
        return turn
    if column == "turns":
        return pa.list_(turn)
    function = pa.struct([("name", pa.string()), ("arguments", pa.string())])
    call = pa.struct([("type", pa.string()), ("function", function)])
    return pa.list_(
        pa.struct([("role", pa.string()), ("content", pa.string()), ("tool_calls", pa.list_(call))])
    )


def _cell(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column == "json":
        return json.dumps(value, ensure_ascii=False)
    if column == "messages":
        return [_message(turn) for turn in value]
    return value


def _message(turn: JsonObject) -> JsonObject:
    """A turn whose calls have their arguments as text, as OpenAI's own API writes them."""
    if "tool_calls" not in turn:
        return turn
    return {**turn, "tool_calls": [_call(call) for call in turn["tool_calls"]]}


def _call(call: JsonObject) -> JsonObject:
    function = call.get("function", call)
    arguments = function.get("arguments", {})
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"type": "function", "function": {"name": function["name"], "arguments": text}}
