"""What every cleaning step is: one pass over the rows that keeps, changes or removes them.

A step never touches the file and never reorders; leaving it out of the recipe undoes it.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.contract.recipe import Variant
from engine.data.rows import Message, Row


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step leaves: the rows in their order, how many of them it changed, and what it took out."""

    kept: tuple[Row, ...]
    changed: int = 0
    removed: tuple[Row, ...] = ()


class Step(Variant):
    """Base of the cleaning steps. ``group`` is the heading it stands under where steps are chosen."""

    group: ClassVar[str] = ""

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """The rows after this step."""
        raise NotImplementedError


def partition(rows: Sequence[Row], keep: Callable[[Row], bool]) -> StepResult:
    """The result of a step that only removes rows; ``keep`` is asked once for each, in order."""
    kept: list[Row] = []
    removed: list[Row] = []
    for row in rows:
        (kept if keep(row) else removed).append(row)
    return StepResult(tuple(kept), removed=tuple(removed))


def rewrite(rows: Sequence[Row], change: Callable[[str], str]) -> StepResult:
    """The result of a step that only changes texts. A row whose answer would become empty stays as it was."""
    kept, changed = [], 0
    for row in rows:
        new = rewritten(row, change)
        changed += new is not row
        kept.append(new)
    return StepResult(tuple(kept), changed=changed)


def replace_rows(rows: Sequence[Row], change: Callable[[Row], Row | None]) -> StepResult:
    """The result of a step that does more than both: ``change`` gives the row itself, another one, or None to remove
    it; it is asked once for each, in order."""
    kept: list[Row] = []
    removed: list[Row] = []
    changed = 0
    for row in rows:
        new = change(row)
        if new is None:
            removed.append(row)
            continue
        changed += new is not row
        kept.append(new)
    return StepResult(tuple(kept), changed=changed, removed=tuple(removed))


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
