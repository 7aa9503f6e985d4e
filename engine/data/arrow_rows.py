"""Arrow batches as records, with the memory that they take as Python objects bounded before any is made.

A batch of a few bytes may stand for rows without number: nulls and repeated words take no room. Offsets are checked
before anything is read through them, because Arrow believes them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers.base import Item, checked
from engine.data.rows import MAX_RECORD_CHARS, reject

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

_SLICE_ROWS = 512
_SLICE_BYTES = 64 << 20  # as Python objects
_ROW_BYTES = 4 * MAX_RECORD_CHARS
_FEW_ROWS = 200_000  # any file may hold so many
_ROWS_A_BYTE = 8


def items_of(batches: "Iterable[pa.RecordBatch]", size_bytes: int) -> Iterator[Item]:
    """Every row of ``batches`` with its number from 1; ``size_bytes`` is the size of their file.

    Raises:
        pyarrow.ArrowException, OSError, ValueError: the file is damaged.
        TooManyRows: there are more than its size can mean.
    """
    number = 0
    for batch in batches:
        require_rows(number + batch.num_rows, size_bytes)
        for start in range(0, batch.num_rows, _SLICE_ROWS):
            part = batch.slice(start, _SLICE_ROWS)
            yield from _items(part, number + start)
        number += batch.num_rows


class TooManyRows(ValueError):
    """A file says that it has more rows than its size can mean."""


def require_rows(rows: int, size_bytes: int) -> None:
    """Raises ``TooManyRows``."""
    if rows > _FEW_ROWS + _ROWS_A_BYTE * size_bytes:
        raise TooManyRows(f"it says that it has {rows:,} rows, in {size_bytes:,} bytes")


def unreadable(path: Path, kind: str, error: Exception) -> UserError:
    """What a user reads of a damaged file."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return UserError(
        ErrorCode.UNREADABLE,
        f"{path} cannot be read as {kind}: {reason[:200]}",
        hint="Download or export the file again.",
    )


def _items(part: "pa.RecordBatch", before: int) -> Iterator[Item]:
    """The rows of ``part``, in halves where they are too large at once, one by one where some are damaged."""
    problem = _problem(part)
    if problem is None:
        cost = sum(_cost(column) for column in part.columns)
        if cost <= _SLICE_BYTES or (part.num_rows == 1 and cost <= _ROW_BYTES):
            rows = _converted(part)
            if rows is not None:
                for number, fields in enumerate(rows, start=before + 1):
                    yield checked(number, fields)
                return
            problem = ("bad_value", "The row holds a value that is no date or number of ours")
        else:
            problem = ("too_large", f"The row takes more than {_ROW_BYTES >> 20} MB")
    if part.num_rows == 1:
        yield reject(before + 1, *problem)
        return
    half = part.num_rows // 2
    yield from _items(part.slice(0, half), before)
    yield from _items(part.slice(half), before + half)


def _problem(part: "pa.RecordBatch") -> tuple[str, str] | None:
    import pyarrow as pa

    try:
        part.validate(full=True)
    except pa.ArrowInvalid as error:
        if "UTF8" in str(error):
            return "bad_encoding", "The row holds bytes that are no valid text"
        return "damaged", "The row is damaged: its parts do not fit together"
    return None


def _converted(part: "pa.RecordBatch") -> list[dict[str, Any]] | None:
    """As Python's own values; None where one of them has none, as a day of the year 10000."""
    try:
        return _named(part)
    except (OverflowError, ValueError):
        return None


def _named(part: "pa.RecordBatch") -> list[dict[str, Any]]:
    names = _unique(part.schema.names)
    columns = [column.to_pylist() for column in part.columns]
    if not columns:
        return [{} for _ in range(part.num_rows)]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _unique(names: list[str]) -> list[str]:
    """Column names, of which Arrow allows several alike."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result


def _cost(column: "pa.Array") -> int:
    """About how many bytes ``column`` takes as Python objects, an upper bound within reason."""
    import pyarrow as pa

    kind = column.type
    own = 64 * len(column)
    if isinstance(column, pa.ExtensionArray):
        return _cost(column.storage)
    if isinstance(column, pa.DictionaryArray):
        return own + len(column) * _longest(column.dictionary)
    if isinstance(column, pa.RunEndEncodedArray):
        return own + len(column) * _longest(column.values)
    if isinstance(column, pa.StructArray):
        return 4 * own + sum(_cost(part) for part in column.flatten())
    if isinstance(column, pa.ListArray | pa.LargeListArray | pa.FixedSizeListArray | pa.MapArray):
        return own + _cost(column.flatten() if not isinstance(column, pa.MapArray) else _entries(column))
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind) or pa.types.is_union(kind):
        return (
            own + 64 * _ROW_BYTES
        )  # nobody writes datasets so; they are read one row at a time, or not at all
    return own + 2 * (int(_view_lengths(column).sum()) if _is_view(kind) else int(column.nbytes))


def _entries(column: "pa.MapArray") -> "pa.Array":
    """The entries of the maps of a slice."""
    import pyarrow as pa

    first, last = column.offsets[0].as_py(), column.offsets[len(column)].as_py()
    keys, values = column.keys.slice(first, last - first), column.items.slice(first, last - first)
    return pa.StructArray.from_arrays([keys, values], names=["key", "value"])


def _is_view(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string_view(kind) or pa.types.is_binary_view(kind))


def _view_lengths(column: "pa.Array") -> "npt.NDArray[np.int64]":
    """Bytes of each text of a column of views, of which many may point at the same long one."""
    views = np.frombuffer(column.buffers()[1], dtype=np.int32)[
        ::4
    ]  # each: length, then where, or the text itself
    lengths = views[column.offset : column.offset + len(column)].astype(np.int64)
    return np.maximum(lengths, 0)


def _longest(values: "pa.Array") -> int:
    """The most bytes that one of ``values`` takes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = values.type
    if len(values) and _is_view(kind):
        return int(_view_lengths(values).max())
    plain = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind)
    if len(values) and (plain or pa.types.is_large_binary(kind)):
        return int(pc.max(pc.binary_length(values)).as_py() or 0)
    return _cost(values)
