"""Sets rows aside for validation and for a final test, so that no conversation stands on two sides.

Which side a row goes to depends on the seed and on what the rows say, not on where they stand.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Validation
from engine.data.mix import Indices, pick
from engine.data.rows import Row, content_key, shortened

_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("train", "training", ""), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev", "eval", "evaluation"), "validation"),
    **dict.fromkeys(("test", "testing", "heldout", "held_out"), "test"),
}
_NONE: Indices = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sides:
    """Places of rows on each side, all in file order."""

    train: Indices
    validation: Indices
    test: Indices


@dataclass(frozen=True, slots=True)
class Share:
    """How much a side is to have: ``count`` rows or, if that is None, the share ``ratio`` of all."""

    ratio: float = 0.0
    count: int | None = None

    def of(self, rows: int) -> int:
        """Rows out of ``rows``; a share above nothing is at least one."""
        if self.count is not None:
            return self.count
        return max(1, round(self.ratio * rows)) if self.ratio > 0.0 else 0


def split(rows: Sequence[Row], *, ratio: float, seed: int) -> tuple[Sequence[Row], Sequence[Row]]:
    """Training and validation rows, both in file order.

    Rows that say the same go to the same side. With two different conversations or more, each side gets at
    least one row.
    """
    sides = divide([content_key(row) for row in rows], validation=Share(ratio), seed=seed)
    return pick(rows, sides.train), pick(rows, sides.validation)


def divide(
    keys: Sequence[bytes],
    *,
    validation: Share,
    test: Share = Share(),
    seed: int,
    twins: npt.ArrayLike | None = None,
    strata: Sequence[str] | None = None,
) -> Sides:
    """A side for each of the rows with the content ``keys``.

    ``twins`` [rows]: rows with the same number stay together, as rows with equal keys always do. ``strata``
    [rows]: rows with the same word get the same share on every side, as near as the groups allow. The validation
    is drawn first, so that asking for a test changes nothing about it.

    Raises:
        UserError: ``RECIPE_INVALID`` when nothing would be left to train on.
    """
    wanted = _wanted(len(keys), validation, test)
    if not any(wanted):
        return Sides(np.arange(len(keys)), _NONE, _NONE)
    groups = Groups.of(keys, twins, strata)
    if len(groups.sizes) < 2:
        groups = Groups.of(keys, None, strata)  # all rows are nearly the same: better such a split than none
    side = np.zeros(len(groups.sizes), dtype=np.int8)
    for number, count in enumerate(wanted, start=1):
        side[_choose(groups, np.flatnonzero(side == 0), count, seed)] = number
    return Sides(*(np.flatnonzero(side[groups.labels] == number) for number in range(3)))


def by_column(rows: Sequence[Row], column: str) -> Sides:
    """The side that ``column`` names for each row; an empty cell means training.

    Raises:
        UserError: ``RECIPE_INVALID`` when no row has the column, or one says something else.
    """
    places: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    found = False
    for place, row in enumerate(rows):
        value = row.raw.get(column)
        found = found or column in row.raw
        side = _WORDS.get("" if value is None else str(value).strip().lower())
        if side is None:
            raise _column_error(
                f"{row.path}, line {row.line}: the column {column!r} says {shortened(str(value), 40)!r}, "
                "which is none of train, validation and test"
            )
        places[side].append(place)
    if not found:
        raise _column_error(f"No row has the column {column!r}, which should say which side it belongs to")
    return Sides(*(np.asarray(places[side], dtype=np.int64) for side in ("train", "validation", "test")))


def without_leaks(train: Sequence[Row], validation: Sequence[Row]) -> Sequence[Row]:
    """``validation`` less the rows that also stand in ``train``."""
    known = {content_key(row) for row in train}
    kept = [place for place, row in enumerate(validation) if content_key(row) not in known]
    return pick(validation, np.asarray(kept, dtype=np.int64))


def shares_of(options: Validation) -> tuple[Share, Share]:
    """What a recipe asks to be drawn for validation and test; nothing for a side that has its own file."""
    validation = Share() if options.path else Share(options.ratio, options.count)
    test = Share() if options.test_path else Share(options.test_ratio, options.test_count)
    return validation, test


# ---------------------------------------------------------------- groups


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows that stay together: ``labels`` [rows] are places in the other fields. ``leads`` are contents that stand
    for their group whatever its order, ``words`` the stratum of each group."""

    labels: Indices
    sizes: Indices
    leads: tuple[bytes, ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, keys: Sequence[bytes], twins: npt.ArrayLike | None, strata: Sequence[str] | None) -> "Groups":
        """Rows with equal keys, and those that ``twins`` numbers alike, are one group."""
        names, codes = np.unique(strata if strata else np.zeros(len(keys)), return_inverse=True)
        halves = np.frombuffer(b"".join(keys), dtype=">u8").reshape(len(keys), 2)
        order = np.lexsort((codes, halves[:, 1], halves[:, 0]))
        labels = _labels(halves, order, twins)
        _, first = np.unique(labels[order], return_index=True)
        leads = order[first]
        words = tuple(str(names[codes[place]]) for place in leads)
        return cls(labels, np.bincount(labels), tuple(keys[place] for place in leads), words)

    def drawn(self, among: Indices, seed: int) -> list[int]:
        """The groups ``among`` in an order that only their contents and ``seed`` decide."""
        salt = seed.to_bytes(8, "little")
        draw = {
            int(group): hashlib.blake2b(salt + self.leads[group], digest_size=16).digest() for group in among
        }
        return sorted(draw, key=draw.__getitem__)


def _labels(halves: npt.NDArray[np.uint64], order: Indices, twins: npt.ArrayLike | None) -> Indices:
    """A number from 0 for each row, the same for rows that are connected by equal contents or twins."""
    in_order = halves[order]
    new = np.concatenate([[False], (in_order[1:] != in_order[:-1]).any(axis=1)])
    equal = np.empty(len(order), dtype=np.int64)
    equal[order] = np.cumsum(new)
    if twins is None:
        return equal
    alike = np.unique(np.asarray(twins), return_inverse=True)[1]
    labels = np.arange(len(order))
    while True:
        before = labels
        for kind in (equal, alike):
            least = np.full(int(kind.max()) + 1, len(order))
            np.minimum.at(least, kind, labels)
            labels = least[kind]
        if np.array_equal(labels, before):
            return np.unique(labels, return_inverse=True)[1]


# ---------------------------------------------------------------- how many


def _wanted(rows: int, validation: Share, test: Share) -> tuple[int, int]:
    """Rows of validation and test, so that one at least is left to train on."""
    if rows < 2 and validation.count is None and test.count is None:
        return 0, 0
    first, second = validation.of(rows), test.of(rows)
    if validation.ratio + test.ratio < 1.0 and validation.count is None and test.count is None:
        first = min(first, rows - 1)
        return first, min(second, rows - 1 - first)
    if first + second >= rows:
        place = "count" if validation.count is not None else "test_count"
        if validation.count is None and test.count is None:
            place = "test_ratio"
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"Of {rows} rows, {first} for validation and {second} for the test leave none to train on",
            hint="Hold out fewer rows.",
            recipe_path=f"data.validation.{place}",
        )
    return first, second


def _choose(groups: Groups, left: Indices, wanted: int, seed: int) -> list[int]:
    """Groups of ``wanted`` rows together, as near as their sizes allow; at least one if another is left, and never all
    of them: a side before that had to take more than it wanted must not leave nothing to train on."""
    wanted = min(wanted, int(groups.sizes[left].sum()) - 1)
    if wanted <= 0:
        return []
    order = groups.drawn(left, seed)
    quota = _quotas(groups, order, wanted)
    chosen: set[int] = set()
    count = 0
    for group in order:
        size, word = int(groups.sizes[group]), groups.words[group]
        if size <= quota[word]:
            quota[word] -= size
            count += size
            chosen.add(group)
    for group in order:  # what the strata's own groups were too large for
        if group not in chosen and count + groups.sizes[group] <= wanted:
            count += int(groups.sizes[group])
            chosen.add(group)
    if not chosen and len(left) > 1:
        return [min(order, key=lambda group: groups.sizes[group])]
    return list(chosen)


def _quotas(groups: Groups, order: Sequence[int], wanted: int) -> dict[str, int]:
    """``wanted`` rows distributed over the strata by their sizes: largest remainders, of equals the first drawn."""
    sizes: Counter[str] = Counter()
    for group in order:
        sizes[groups.words[group]] += int(groups.sizes[group])
    total = sizes.total()
    quota = {word: wanted * size // total for word, size in sizes.items()}
    behind = sorted(sizes, key=lambda word: -(wanted * sizes[word] % total))
    for word in behind[: wanted - sum(quota.values())]:
        quota[word] += 1
    return quota


def _column_error(message: str) -> UserError:
    return UserError(
        ErrorCode.RECIPE_INVALID,
        message,
        hint="Name another column, or leave it empty to split by shares.",
        recipe_path="data.validation.column",
    )
