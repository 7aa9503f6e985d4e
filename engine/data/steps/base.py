"""What every cleaning step is: one pass over the rows that keeps, changes or removes them.

A step never touches the file and never reorders; leaving it out of the recipe undoes it.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.contract.recipe import Variant
from engine.data.rows import Row


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step leaves: the rows in their order, how many of them it changed, and what it took out."""

    kept: tuple[Row, ...]
    changed: int = 0
    removed: tuple[Row, ...] = ()


class Step(Variant):
    """Base of the cleaning steps."""

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
        new = _rewritten(row, change)
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


def _rewritten(row: Row, change: Callable[[str], str]) -> Row:
    texts = [change(item.content) for item in row.messages]
    if all(text == item.content for text, item in zip(texts, row.messages, strict=True)):
        return row
    if any(not text for text, item in zip(texts, row.messages, strict=True) if item.role == "assistant"):
        return row
    pairs = zip(row.messages, texts, strict=True)
    messages = tuple(dataclasses.replace(item, content=text) for item, text in pairs)
    return dataclasses.replace(row, messages=messages)
