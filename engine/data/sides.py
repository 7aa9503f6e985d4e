"""From cleaned rows to what is trained on, validated with and tested with: split, checked for leaks, mixed.

Cleaning comes before, so that duplicates are gone; mixing comes after, so that a row that is repeated to balance
its source can never stand on two sides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import DataSectionBase, Validation
from engine.contract.results import Leakage
from engine.data.languages import language_of
from engine.data.leakage import find_leaks, twin_groups
from engine.data.mix import mixed, pick
from engine.data.rows import Row, content_key, watched
from engine.data.split import Sides, by_column, divide, shares_of
from engine.data.statistics import language_text
from engine.data.table import joined
from engine.data.versions import as_source

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Aside:
    """The rows of each side. ``leakage`` is None where nothing is held out."""

    train: Sequence[Row]
    validation: Sequence[Row]
    test: Sequence[Row]
    leakage: Leakage | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Rows of the files that a recipe names for a side; empty where it names none."""

    validation: Sequence[Row] = ()
    test: Sequence[Row] = ()


def set_aside(
    rows: Sequence[Row], data: DataSectionBase, given: Given, *, seed: int, tick: Tick | None = None
) -> Aside:
    """The sides of ``rows``. Held-out rows that are trained on word for word are left out where files or a column
    say who is held out (drawn ones never are); nearly equal ones where ``remove_leaks`` asks for it.

    Raises:
        UserError: ``RECIPE_INVALID`` when the options cannot be met.
    """
    sides = _sides(rows, data.validation, seed, tick)
    train = pick(rows, sides.train)
    validation = joined([pick(rows, sides.validation), given.validation])
    test = joined([pick(rows, sides.test), given.test])
    held_out = joined([validation, test])
    leakage = None
    if len(held_out):
        leaks = find_leaks(train, held_out, tick=tick)
        gone = np.concatenate([leaks.exact, leaks.near]) if data.validation.remove_leaks else leaks.exact
        leakage = leaks.report(train, held_out, removed=len(gone))
        kept = np.setdiff1d(np.arange(len(held_out)), gone)
        test = pick(test, kept[kept >= len(validation)] - len(validation))
        validation = pick(validation, kept[kept < len(validation)])
    return Aside(_mixed(train, data, seed), validation, test, leakage)


def _sides(rows: Sequence[Row], options: Validation, seed: int, tick: Tick | None) -> Sides:
    if options.column:
        return by_column(rows, options.column)
    validation, test = shares_of(options)
    drawn = any(share.ratio > 0.0 or share.count is not None for share in (validation, test))
    return divide(
        [content_key(row) for row in watched(rows, tick)] if drawn else [b""] * len(rows),
        validation=validation,
        test=test,
        seed=seed,
        twins=twin_groups(rows, tick=tick) if drawn and options.near_duplicates else None,
        strata=_strata(watched(rows, tick), options.stratify_by) if drawn and options.stratify_by else None,
    )


def _strata(rows: Sequence[Row], name: str) -> list[str]:
    """A word for each row, of whose values every side is to have its share.

    Raises:
        UserError: ``RECIPE_INVALID`` when no row has the column.
    """
    if not any(name in row.raw for row in rows):
        if name == "source":
            return [row.path for row in rows]
        if name == "language":
            return [language_of(language_text(row)) for row in rows]
        if len(rows):
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                f"No row has the column {name!r} to stratify by",
                hint="Name a column of the file, 'source' or 'language'.",
                recipe_path="data.validation.stratify_by",
            )
    return [str(row.raw.get(name)) for row in rows]


def _mixed(train: Sequence[Row], data: DataSectionBase, seed: int) -> Sequence[Row]:
    if data.mix == "concatenate" or len(data.sources) < 2:
        return train
    places: dict[str, int] = {}
    for place, source in enumerate(data.sources):
        places.setdefault(str(Path(as_source(source).path)), place)
    weights = [source.weight for source in data.sources]
    return mixed(train, [places[row.path] for row in train], how=data.mix, weights=weights, seed=seed)
