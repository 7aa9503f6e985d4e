"""What every cleaning step is: one pass over the rows that keeps, changes or removes them.

A step never touches the file and never reorders; turning it off, or leaving it out of the recipe, undoes it.
"""

import dataclasses
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from engine.contract.recipe import Variant, option
from engine.data.batches import Indices
from engine.data.mix import pick
from engine.data.rows import Message, Row, Watched
from engine.data.table import Overlay


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step leaves: the rows in their order, how many of them it changed, and what it took out.

    ``before`` and ``after`` are the changed rows as they were and as they are. All may be views that read when they
    are looked at.
    """

    kept: Sequence[Row]
    changed: int = 0
    removed: Sequence[Row] = ()
    before: Sequence[Row] = ()
    after: Sequence[Row] = ()


class Step(Variant):
    """Base of the cleaning steps. ``group`` is the heading it stands under where steps are chosen."""

    group: ClassVar[str] = ""

    enabled: bool = option(
        True,
        title="On",
        help="A step that is off changes nothing, and keeps its place and its options.",
        widget="hidden",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """The rows after this step."""
        raise NotImplementedError


def partition(rows: Sequence[Row], keep: Callable[[Row], bool]) -> StepResult:
    """The result of a step that only removes rows; ``keep`` is asked once for each, in order."""
    return replace_rows(rows, lambda row: row if keep(row) else None)


def rewrite(rows: Sequence[Row], change: Callable[[str], str]) -> StepResult:
    """The result of a step that only changes texts. A row whose answer would become empty stays as it was."""
    return replace_rows(rows, lambda row: rewritten(row, change))


def replace_rows(rows: Sequence[Row], change: Callable[[Row], Row | None]) -> StepResult:
    """The result of a step that does more than both: ``change`` gives the row itself, another one, or None to remove
    it; it is asked once for each, in order. What a row says may change, not which record it comes from.

    Rows that are stored stay so: what is kept is a view, and only changed rows are stored anew.
    """
    kept, removed, touched = array("q"), array("q"), array("q")
    source = rows.rows if isinstance(rows, Watched) else rows
    with Overlay(source) as overlay:
        for place, row in enumerate(rows):
            new = change(row)
            if new is None:
                removed.append(place)
                continue
            kept.append(place)
            if new is not row:
                touched.append(place)
                overlay.add(new)
        changed = overlay.over(_places(touched))
    return StepResult(
        kept=pick(changed, _places(kept)),
        changed=len(touched),
        removed=pick(source, _places(removed)),
        before=pick(source, _places(touched)),
        after=pick(changed, _places(touched)),
    )


def _places(numbers: "array[int]") -> Indices:
    return np.frombuffer(numbers, dtype=np.int64) if numbers else np.empty(0, dtype=np.int64)


def rewritten(row: Row, change: Callable[[str], str]) -> Row:
    """``row`` with ``change`` made in every turn, also those of a rejected answer; function calls stay as they are.
    It is the row itself if nothing changes, or if a turn of the model would become empty."""
    messages = _changed(row.messages, change)
    rejected = _changed(row.rejected, change)
    if messages is row.messages and rejected is row.rejected:
        return row
    before, after = (*row.messages, *row.rejected), (*messages, *rejected)
    for old, new in zip(before, after, strict=True):
        if old.role == "assistant" and old.content and not new.content:
            return row
    return dataclasses.replace(row, messages=messages, rejected=rejected)


def _changed(turns: tuple[Message, ...], change: Callable[[str], str]) -> tuple[Message, ...]:
    texts = [change(item.content) for item in turns]
    if all(text == item.content for text, item in zip(texts, turns, strict=True)):
        return turns
    pairs = zip(turns, texts, strict=True)
    return tuple(dataclasses.replace(item, content=text) for item, text in pairs)
