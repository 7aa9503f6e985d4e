"""The list of rows: searched, sorted, and given out page by page."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.contract.results import RowList, RowSummary
from engine.data.rows import Row, shortened

Where = Literal["any", "prompt", "answer", "source"]
Sort = Literal["file", "shortest", "longest", "most_turns"]
Indices = npt.NDArray[np.int64]

_SHOWN_CHARS = 200
MAX_PAGE = 500


class Listing:
    """The places of the rows that are listed. Made by one pass over the rows at most; a page is then found at once."""

    def __init__(
        self, rows: Sequence[Row], *, query: str = "", where: Where = "any", sort: Sort = "file"
    ) -> None:
        self._rows = rows
        self._places = _places(rows, query.strip().casefold(), where, sort)

    def page(self, offset: int, limit: int) -> RowList:
        """The rows from ``offset`` of the list on."""
        total = len(self._rows) if self._places is None else len(self._places)
        start, stop = max(0, offset), min(total, max(0, offset) + min(max(0, limit), MAX_PAGE))
        if self._places is None:
            numbers = list(range(start, stop))
            rows: Sequence[Row] = self._rows[start:stop]
        else:
            numbers = [int(place) for place in self._places[start:stop]]
            rows = [self._rows[number] for number in numbers]
        return RowList(
            total=total, rows=tuple(_summary(number, row) for number, row in zip(numbers, rows, strict=True))
        )


def _places(rows: Sequence[Row], query: str, where: Where, sort: Sort) -> Indices | None:
    """Places in the order of the list; None for all of them as they stand."""
    if not query and sort == "file":
        return None
    found: list[int] = []
    keys: list[int] = []
    for number, row in enumerate(rows):
        if query and query not in _searched(row, where).casefold():
            continue
        found.append(number)
        if sort != "file":
            keys.append(_turns(row) if sort == "most_turns" else _chars(row))
    places = np.asarray(found, dtype=np.int64)
    if sort == "file":
        return places
    order = np.asarray(keys, dtype=np.int64)
    return places[np.argsort(order if sort == "shortest" else -order, kind="stable")]


def _searched(row: Row, where: Where) -> str:
    if where == "source":
        return row.path
    if where == "prompt":
        return row.prompt
    answers = "\n".join((*row.answers, *(item.content for item in row.rejected)))
    return answers if where == "answer" else f"{row.prompt}\n{answers}"


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
