"""Rows that cannot be used: all of them kept, however many, and counted by what is wrong with them."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from engine.contract.results import Rejection, RejectionGroup
from engine.data.batches import Batches, BatchWriter
from engine.data.rows import Row, reject

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 4096
_MOST_GROUPS = 100
_PLACE = re.compile(r"\[\d+\]")
_NUMBER = re.compile(r"\d[\d,]*")


def rejection_schema() -> "pa.Schema":
    """The columns of stored rejections."""
    import pyarrow as pa

    texts = [(name, pa.string()) for name in ("column", "code", "reason")]
    return pa.schema([("line", pa.int64()), *texts])


class Rejected(Sequence[Rejection]):
    """The rejections of one file, in its order, with their ``groups``."""

    def __init__(self, batches: Batches, groups: Sequence[RejectionGroup]) -> None:
        self._batches = batches
        self.groups = tuple(groups)

    def __len__(self) -> int:
        return len(self._batches)

    @overload
    def __getitem__(self, index: int) -> Rejection: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Rejection, ...]: ...
    def __getitem__(self, index: int | slice) -> Rejection | tuple[Rejection, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(len(self))[index])
        place = range(len(self))[index]
        number = int(np.searchsorted(self._batches.edges, place, side="right")) - 1
        start = place - int(self._batches.edges[number])
        return _read(self._batches.batch(number).slice(start, 1))[0]

    def __iter__(self) -> Iterator[Rejection]:
        for batch in self._batches:
            yield from _read(batch)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} rejections>"


class RejectionWriter:
    """Stores rejections and counts them by column, code and reason, with the numbers in it left out."""

    def __init__(self, batches: BatchWriter | None = None) -> None:
        self.batches = batches or BatchWriter(rejection_schema())
        self._waiting: list[Rejection] = []
        self._groups: dict[tuple[str | None, str, str], list[int]] = {}
        self._first: dict[tuple[str | None, str, str], Rejection] = {}

    def add(self, item: Rejection) -> None:
        """Append one rejection."""
        self._waiting.append(item)
        self._count(item)
        if len(self._waiting) >= _BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        import pyarrow as pa

        if self._waiting:
            columns = [
                pa.array([getattr(item, name) for item in self._waiting], field.type)
                for name, field in ((field.name, field) for field in rejection_schema())
            ]
            self.batches.add(pa.RecordBatch.from_arrays(columns, schema=rejection_schema()))
            self._waiting = []

    def finish(self) -> Rejected:
        """What was stored."""
        self.flush()
        return Rejected(self.batches.finish(), self.groups())

    def groups(self) -> tuple[RejectionGroup, ...]:
        """The commonest first."""
        made = [
            RejectionGroup(
                code=first.code,
                column=_PLACE.sub("", first.column) if first.column else None,
                reason=first.reason,
                count=count,
                first_line=first.line,
            )
            for (count,), first in zip(self._groups.values(), self._first.values(), strict=True)
        ]
        return tuple(sorted(made, key=lambda group: (-group.count, group.first_line)))

    def _count(self, item: Rejection) -> None:
        column = _PLACE.sub("", item.column) if item.column else None
        key = (column, item.code, _NUMBER.sub("#", item.reason))
        if key not in self._groups and len(self._groups) >= _MOST_GROUPS:
            key = (None, "other", "")
            item = reject(item.line, "other", "Other reasons")
        if key in self._groups:
            self._groups[key][0] += 1
        else:
            self._groups[key], self._first[key] = [1], item


class Unfit(Sequence[Rejection]):
    """Rows that are sound but cannot be used for one and the same reason; nothing is stored of them."""

    def __init__(self, rows: Sequence[Row], code: str, reason: str) -> None:
        self._rows, self._code, self._reason = rows, code, reason

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Rejection: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rejection]: ...
    def __getitem__(self, index: int | slice) -> Rejection | Sequence[Rejection]:
        if isinstance(index, slice):
            return Unfit(self._rows[index], self._code, self._reason)
        return reject(self._rows[index].line, self._code, self._reason)

    def __iter__(self) -> Iterator[Rejection]:
        return (reject(row.line, self._code, self._reason) for row in self._rows)

    @property
    def groups(self) -> tuple[RejectionGroup, ...]:
        """All of them."""
        first = self[0].line if len(self) else 0
        return (
            RejectionGroup(
                code=self._code, column=None, reason=self._reason, count=len(self), first_line=first
            ),
        )


@dataclass(frozen=True, slots=True)
class Reports(Sequence[tuple[str, Rejection]]):
    """Rejections of several files one after the other, each with its file's path."""

    parts: tuple[tuple[str, Sequence[Rejection]], ...] = ()

    def __len__(self) -> int:
        return sum(len(items) for _, items in self.parts)

    @overload
    def __getitem__(self, index: int) -> tuple[str, Rejection]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, Rejection]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, Rejection] | Sequence[tuple[str, Rejection]]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        place = range(len(self))[index]
        for path, items in self.parts:
            if place < len(items):
                return path, items[place]
            place -= len(items)
        raise IndexError(index)

    def __iter__(self) -> Iterator[tuple[str, Rejection]]:
        for path, items in self.parts:
            for item in items:
                yield path, item

    def counts(self) -> "Counter[tuple[str, str]]":
        """How many there are of each code and reason; those that were stored are counted already."""
        found: Counter[tuple[str, str]] = Counter()
        for _, items in self.parts:
            for item in items.groups if isinstance(items, Rejected | Unfit) else items:
                found[item.code, item.reason] += item.count if isinstance(item, RejectionGroup) else 1
        return found

    def and_then(self, *parts: tuple[str, Sequence[Rejection]]) -> "Reports":
        """These, then those of ``parts``."""
        return Reports((*self.parts, *(part for part in parts if len(part[1]))))


def _read(batch: "pa.RecordBatch") -> list[Rejection]:
    columns = [batch.column(name).to_pylist() for name in ("line", "column", "code", "reason")]
    return [
        Rejection.model_construct(line=line, column=column, code=code, reason=reason)
        for line, column, code, reason in zip(*columns, strict=True)
    ]
