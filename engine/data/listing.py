"""The list of rows: searched, sorted, and given out page by page."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from engine.contract.results import RowList, RowSummary
from engine.data.batches import values
from engine.data.mix import pick
from engine.data.row_columns import CODES
from engine.data.rows import Row, shortened
from engine.data.table import Rows, rows_in

if TYPE_CHECKING:
    import pyarrow as pa

Where = Literal["any", "prompt", "answer", "source"]
Sort = Literal["file", "shortest", "longest", "most_turns"]
Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Tick = Callable[[int], None]

_SHOWN_CHARS = 200
MAX_PAGE = 500


class Listing:
    """The places of the rows that are listed. Made by one pass over the rows at most; a page is then found at once."""

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        query: str = "",
        where: Where = "any",
        sort: Sort = "file",
        tick: Tick | None = None,
    ) -> None:
        self._rows = rows
        self._places = _places(rows, query.strip(), where, sort, tick or _no_tick)

    def page(self, offset: int, limit: int) -> RowList:
        """The rows from ``offset`` of the list on."""
        total = len(self._rows) if self._places is None else len(self._places)
        start, stop = max(0, offset), min(total, max(0, offset) + min(max(0, limit), MAX_PAGE))
        if self._places is None:
            numbers = list(range(start, stop))
            rows: Sequence[Row] = self._rows[start:stop]
        else:
            numbers = [int(place) for place in self._places[start:stop]]
            rows = pick(self._rows, self._places[start:stop])
        return RowList(
            total=total, rows=tuple(_summary(number, row) for number, row in zip(numbers, rows, strict=True))
        )


def _places(rows: Sequence[Row], query: str, where: Where, sort: Sort, tick: Tick) -> Indices | None:
    """Places in the order of the list; None for all of them as they stand. Capital and small letters are the same."""
    if not query and sort == "file":
        return None
    stored = rows if isinstance(rows, Rows) else rows_in(rows)
    found: list[Indices] = []
    keys: list[Indices] = []
    of_file = (
        stored.with_path(lambda path: query.casefold() in path.casefold()) if where == "source" else None
    )
    for part in stored.windows():
        tick(part.start)
        batch = stored.columns(part)
        held = np.ones(batch.num_rows, dtype=np.bool_)
        if of_file is not None:
            held = of_file[part]
        elif query:
            held = _holding(batch, query, where)
        found.append(part.start + np.flatnonzero(held))
        if sort != "file":
            keys.append((_turn_counts(batch) if sort == "most_turns" else _char_counts(batch))[held])
    if not found:
        return np.empty(0, dtype=np.int64)
    places = np.concatenate(found)
    if sort == "file":
        return places
    order = np.concatenate(keys)
    return places[np.argsort(order if sort == "shortest" else -order, kind="stable")]


def _holding(batch: "pa.RecordBatch", query: str, where: Where) -> Mask:
    """Which rows have a turn that holds ``query``."""
    import pyarrow.compute as pc

    held = np.zeros(batch.num_rows, dtype=np.bool_)
    for name in ("messages", "rejected"):
        offsets, turns = _flat(batch.column(name))
        if not len(turns):
            continue
        match = pc.match_substring(turns.field("content"), query, ignore_case=True)
        hits = values(match)
        if where != "any":
            answers = values(turns.field("role")) == CODES["assistant"]
            hits = hits & (answers if where == "answer" else ~answers)
        held |= _sums(offsets, hits) > 0
    return held


def _char_counts(batch: "pa.RecordBatch") -> Indices:
    import pyarrow.compute as pc

    total = np.zeros(batch.num_rows, dtype=np.int64)
    for name in ("messages", "rejected"):
        offsets, turns = _flat(batch.column(name))
        total += _sums(offsets, values(pc.utf8_length(turns.field("content"))))
    return total


def _turn_counts(batch: "pa.RecordBatch") -> Indices:
    offsets, turns = _flat(batch.column("messages"))
    return _sums(offsets, values(turns.field("role")) != CODES["system"])


def _flat(column: "pa.Array") -> "tuple[Indices, pa.StructArray]":
    """All turns of a column, and where those of each row begin."""
    offsets = values(column.offsets).astype(np.int64)
    return offsets - offsets[0], column.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0]))


def _sums(offsets: Indices, values: "npt.NDArray[Any]") -> Indices:
    """Sum of the values of each row."""
    total = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    return np.asarray(total[offsets[1:]] - total[offsets[:-1]])


def _turns(row: Row) -> int:
    return sum(item.role != "system" for item in row.messages)


def _chars(row: Row) -> int:
    return sum(len(item.content) for item in (*row.messages, *row.rejected))


def _summary(index: int, row: Row) -> RowSummary:
    asked = next((item.content for item in row.messages if item.role == "user"), "")
    answers = row.answers
    return RowSummary(
        index=index,
        path=shortened(row.path, 4096),
        line=row.line,
        prompt=_line(asked),
        answer=_line(answers[-1] if answers else ""),
        turns=_turns(row),
        chars=_chars(row),
    )


def _line(text: str) -> str:
    return shortened(" ".join(text[: 4 * _SHOWN_CHARS].split()), _SHOWN_CHARS)


def _no_tick(_count: int) -> None:
    pass
