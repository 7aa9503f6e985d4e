"""What a fast lane is: the conversion of a format on whole columns, for the rows in which nothing is out of the way.

A lane never decides that a row is bad. It takes the rows that it is sure of and leaves every other one to the
format itself, so that both give the same rows and the same reasons.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from engine.data.batches import values
from engine.data.discover import members
from engine.data.row_columns import CODES, text_bytes, turns_type

if TYPE_CHECKING:
    import pyarrow as pa

Mask = npt.NDArray[np.bool_]

_MAYBE_SPACE = np.zeros(256, dtype=np.bool_)
_MAYBE_SPACE[[*range(0x21), 0xC2, 0xE1, 0xE2, 0xE3]] = (
    True  # what the UTF-8 of every kind of blank begins with
)


@dataclass(frozen=True, slots=True)
class Lane(ABC):
    """How the columns of one file are converted. ``mapping`` and ``roles`` are as the format has them."""

    families: ClassVar[tuple[str, ...]] = ()

    mapping: Mapping[str, str]
    roles: Mapping[str, str] = field(default_factory=dict)
    fill: Mapping[str, str] = field(default_factory=dict)
    family: str = ""

    @abstractmethod
    def schema(self) -> "pa.Schema":
        """The columns to read with their types; a row in which they are of another type is not for this lane."""

    @abstractmethod
    def sure(self, table: "pa.Table") -> Mask:
        """Which rows this lane converts exactly as the format does."""

    @abstractmethod
    def turns(self, table: "pa.Table") -> "pa.Array":
        """The conversations of rows of which it is sure."""

    @classmethod
    def suits(cls, family: str, sample: Sequence[Mapping[str, Any]], mapping: Mapping[str, str]) -> bool:
        """Whether a file whose first rows are ``sample`` is likely to be for this lane."""
        return True

    def column(self, name: str) -> str:
        """What the file calls ``name``."""
        return self.mapping.get(name, name)

    def texts(self, table: "pa.Table", name: str) -> "pa.Array":
        """A column of texts."""
        return single(table.column(self.column(name)))

    def unfilled(self, table: "pa.Table", *names: str) -> Mask:
        """Rows in which no cell would have to be filled."""
        mask = np.ones(table.num_rows, dtype=np.bool_)
        for name in names:
            if self.column(name) in self.fill:
                mask &= visible(self.texts(table, name))
        return mask

    def reads_all_of(self, sample: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the first rows have no columns (nor turns with parts) that this lane does not read."""
        known = set(self.schema().names)
        return all(known.issuperset(record) for record in sample)

    @classmethod
    def of(cls, family: str, sample: Sequence[Mapping[str, Any]], **told: Mapping[str, str]) -> Self | None:
        """The lane for a file, if there is one."""
        columns = list(told["mapping"].values())
        if len(set(columns)) < len(columns):
            return None
        for lane in members("engine.data.lanes", Lane):  # type: ignore[type-abstract]
            if family in lane.families and lane.suits(family, sample, told["mapping"]):
                return lane(**told, family=family)  # type: ignore[return-value]
        return None


def single(column: "pa.ChunkedArray") -> "pa.Array":
    """A column as one array, without a copy where it is one."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def visible(texts: "pa.Array") -> Mask:
    """Which texts hold anything but blanks; none does that is not there."""
    offsets, data = text_bytes(texts)
    some = np.diff(offsets) > 0
    if texts.null_count:
        some &= ~values(texts.is_null())
    found = some.copy()
    doubtful = np.flatnonzero(some)
    doubtful = doubtful[_MAYBE_SPACE[data[offsets[:-1][doubtful]]]]
    if len(doubtful):
        found[doubtful] = [bool(text.strip()) for text in picked(texts, doubtful).to_pylist()]
    return found


def begins_plainly(texts: "pa.Array", *, other_than: bytes) -> Mask:
    """Which texts begin with a character that is neither a blank nor one of ``other_than``."""
    offsets, data = text_bytes(texts)
    some = np.diff(offsets) > 0
    doubtful = _MAYBE_SPACE.copy()
    doubtful[list(other_than)] = True
    plain = np.ones(len(texts), dtype=np.bool_)
    plain[some] = ~doubtful[data[offsets[:-1][some]]]
    return plain


def present(column: "pa.Array") -> Mask:
    """Which cells are not null."""
    if not column.null_count:
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(values(column.is_valid()), dtype=np.bool_)


def picked(column: "pa.Array", places: "npt.NDArray[np.int64]") -> "pa.Array":
    """The cells at ``places``."""
    import pyarrow as pa

    return column.take(pa.array(places))


@dataclass(frozen=True, slots=True)
class Pool:
    """The text of each row is that at its place [rows] in ``texts``, laid end to end."""

    texts: "tuple[pa.Array, ...]"
    places: "npt.NDArray[np.int64]"

    @classmethod
    def of(cls, texts: "pa.Array") -> "Pool":
        """One text for each row, in order."""
        return cls((texts,), np.arange(len(texts)))

    def but(self, places: "npt.NDArray[np.int64]", texts: "pa.Array") -> "Pool":
        """The same with other texts at ``places``."""
        order = self.places.copy()
        order[places] = sum(map(len, self.texts)) + np.arange(len(places))
        return Pool((*self.texts, texts), order)


def turn_list(parts: "Sequence[tuple[str, Pool, Mask | None]]") -> "pa.Array":
    """Conversations of the same shape: for each turn its role, its texts, and which rows have it (None: all)."""
    import pyarrow as pa

    rows = len(parts[0][1].places)
    masks = [np.ones(rows, dtype=np.bool_) if mask is None else mask for _, _, mask in parts]
    offsets = np.concatenate([[0], np.cumsum(np.sum(masks, axis=0))]).astype(np.int64)
    order = np.empty(int(offsets[-1]), dtype=np.int64)
    roles = np.empty(int(offsets[-1]), dtype=np.int8)
    reached, before = offsets[:-1].copy(), 0
    for (role, pool, _), mask in zip(parts, masks, strict=True):
        order[reached[mask]] = before + pool.places[mask]
        roles[reached[mask]] = CODES[role]
        reached += mask
        before += sum(map(len, pool.texts))
    contents = pa.concat_arrays([texts for _, pool, _ in parts for texts in pool.texts])
    return conversations(offsets, roles, contents.take(pa.array(order)))


def conversations(
    offsets: "npt.NDArray[np.int64]", roles: "npt.NDArray[np.int8]", contents: "pa.Array"
) -> "pa.Array":
    """Turns without function calls as stored conversations."""
    import pyarrow as pa

    inner = pa.StructArray.from_arrays(
        [pa.array(roles), contents, pa.nulls(len(contents), pa.string())],
        fields=list(turns_type().value_type),
    )
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), inner)
