"""Several datasets in one: which rows of which source, in which order, as numbers of rows and never as copies.

The three ways to interleave mean what ``datasets.interleave_datasets`` means by its stopping strategies
(``interleave_under``: first_exhausted, ``interleave_over``: all_exhausted, ``interleave_once``:
all_exhausted_without_replacement), with the same draws for the same seed. Equal weights take turns, as no
probabilities do there. Unlike there, a source that has no rows (left) takes no part.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, cast, runtime_checkable

import numpy as np
import numpy.typing as npt

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase

Mix = Literal["concatenate", "interleave_under", "interleave_over", "interleave_once"]
Indices = npt.NDArray[np.int64]

MAX_MIXED_ROWS = 100_000_000
_BLOCK = 1000  # draws at a time; part of what makes the draws those of the datasets library

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@runtime_checkable
class Takes(Protocol[R_co]):
    """Rows that can be picked without being read."""

    def take(self, indices: Indices) -> Sequence[R_co]: ...


def pick(rows: Sequence[R], indices: Indices) -> Sequence[R]:
    """The rows at ``indices``, in that order; all of them in place are ``rows`` itself."""
    if len(indices) == len(rows) and bool((indices == np.arange(len(rows))).all()):
        return rows
    if isinstance(rows, Takes):
        return cast("Takes[R]", rows).take(indices)
    return tuple(rows[int(index)] for index in indices)


def capped(rows: Sequence[R], limit: int | None, *, seed: int) -> Sequence[R]:
    """At most ``limit`` of ``rows``, drawn by ``seed``, in their order."""
    if limit is None or limit >= len(rows):
        return rows
    drawn = np.random.default_rng(seed).choice(len(rows), size=limit, replace=False, shuffle=False)
    return pick(rows, np.sort(drawn.astype(np.int64)))


@dataclass(frozen=True, slots=True)
class Caps:
    """At most how many rows of each source are used (None: all), drawn by ``seed``."""

    limits: tuple[int | None, ...] = ()
    seed: int = 0

    @classmethod
    def of(cls, recipe: RecipeBase) -> "Caps":
        """The row limits of a recipe's sources."""
        return cls(tuple(source.max_samples for source in recipe.data.sources), recipe.run.seed)

    def cut(self, rows: Sequence[R], index: int) -> Sequence[R]:
        """``rows`` of the source ``index`` within its limit."""
        limit = self.limits[index] if index < len(self.limits) else None
        return capped(rows, limit, seed=self.seed + index)


def mixed(
    rows: Sequence[R], source: npt.ArrayLike, *, how: Mix, weights: Sequence[float], seed: int
) -> Sequence[R]:
    """``rows`` of several sources as one sequence; ``source`` [rows] is the place in ``weights`` of each row's.

    Raises:
        UserError: the weights would repeat small sources without end.
    """
    places = np.asarray(source, dtype=np.int64)
    members = [np.flatnonzero(places == number) for number in range(len(weights))]
    filled = [number for number, member in enumerate(members) if len(member)]
    if how == "concatenate" or len(filled) < 2:
        return rows
    sizes = [len(members[number]) for number in filled]
    order = interleave(sizes, how=how, weights=[weights[number] for number in filled], seed=seed)
    return pick(rows, np.concatenate([members[number] for number in filled])[order])


def interleave(sizes: Sequence[int], *, how: Mix, weights: Sequence[float], seed: int) -> Indices:
    """Places in the concatenation of sources with ``sizes`` rows each (none of them empty), in mixed order.

    Raises:
        UserError: ``RECIPE_INVALID`` when the result would have more than ``MAX_MIXED_ROWS`` rows.
    """
    if how == "concatenate":
        return np.arange(sum(sizes), dtype=np.int64)
    counts = np.asarray(sizes, dtype=np.int64)
    if len(set(weights)) == 1:
        source, number = _in_turn(counts, how)
    else:
        shares = np.asarray(weights, dtype=np.float64) / sum(weights)
        if how == "interleave_over":
            _require_bounded(float((counts / shares).max()))
        parts = list(_SHAPES[how](counts, _drawn(shares, seed)))
        source, number = (np.concatenate(column) for column in zip(*parts, strict=True))
    return number % counts[source] + (np.cumsum(counts) - counts)[source]


Part = tuple[Indices, Indices]  # source [n] and the how-manieth row of it [n], from 0


def _in_turn(sizes: Indices, how: Mix) -> Part:
    """One row of each source, then the next of each."""
    rounds = int(sizes.min() if how == "interleave_under" else sizes.max())
    _require_bounded(rounds * len(sizes) if how == "interleave_over" else 0)
    source = np.tile(np.arange(len(sizes)), rounds)
    number = np.repeat(np.arange(rounds), len(sizes))
    kept = slice(None) if how == "interleave_over" else number < sizes[source]
    return source[kept], number[kept]


def _drawn(shares: npt.NDArray[np.float64], seed: int) -> Iterator[Indices]:
    draw = np.random.default_rng(seed)
    while True:
        yield draw.choice(len(shares), size=_BLOCK, p=shares)


def _numbered(sources: int, draws: Iterator[Indices]) -> Iterator[Part]:
    """Each draw with how often its source was drawn before."""
    before = np.zeros(sources, dtype=np.int64)
    for block in draws:
        number = np.empty_like(block)
        for source in range(sources):
            at = np.flatnonzero(block == source)
            number[at] = before[source] + np.arange(len(at))
            before[source] += len(at)
        yield block, number


def _until_first_ends(sizes: Indices, draws: Iterator[Indices]) -> Iterator[Part]:
    for block, number in _numbered(len(sizes), draws):
        last = np.flatnonzero(number == sizes[block] - 1)
        if len(last):
            yield block[: last[0] + 1], number[: last[0] + 1]
            return
        yield block, number


def _until_all_ended(sizes: Indices, draws: Iterator[Indices]) -> Iterator[Part]:
    left = len(sizes)
    for block, number in _numbered(len(sizes), draws):
        last = np.flatnonzero(number == sizes[block] - 1)
        left -= len(last)
        if left == 0:
            yield block[: last[-1] + 1], number[: last[-1] + 1]
            return
        yield block, number


def _each_once(sizes: Indices, draws: Iterator[Indices]) -> Iterator[Part]:
    """Draws of a source that has ended count for nothing; the last source left needs none to be drawn."""
    taken = np.zeros(len(sizes), dtype=np.int64)
    for block, number in _numbered(len(sizes), draws):
        new = number < sizes[block]
        yield block[new], number[new]
        taken += np.bincount(block[new], minlength=len(sizes))
        left = np.flatnonzero(taken < sizes)
        if len(left) <= 1:
            for source in left:
                rest = np.arange(taken[source], sizes[source])
                yield np.full(len(rest), source), rest
            return


_SHAPES: dict[str, Callable[[Indices, Iterator[Indices]], Iterator[Part]]] = {
    "interleave_under": _until_first_ends,
    "interleave_over": _until_all_ended,
    "interleave_once": _each_once,
}


def _require_bounded(expected: float) -> None:
    if expected > MAX_MIXED_ROWS:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"Interleaving with these weights would take about {expected:,.0f} rows to see every file whole",
            hint="Bring the weights closer together, limit the rows of the large file, or take each row once.",
            recipe_path="data.mix",
        )
