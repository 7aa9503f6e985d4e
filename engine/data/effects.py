"""What one cleaning step did, row by row, as text to compare."""

from typing import Literal

from engine.contract.results import StepEffect, StepEffects
from engine.data.rows import Row, shortened
from engine.data.steps.base import StepResult

MAX_PAGE = 100
_SHOWN_CHARS = 4_000


def effects_of(
    result: StepResult, *, what: Literal["removed", "changed"], offset: int, limit: int
) -> StepEffects:
    """The rows from ``offset`` on that the step removed, or changed."""
    start, stop = max(0, offset), max(0, offset) + min(max(0, limit), MAX_PAGE)
    if what == "removed":
        removed = result.removed
        rows = tuple(_effect(row, None) for row in removed[start:stop])
        return StepEffects(total=len(removed), rows=rows)
    before, after = result.before, result.after
    pairs = zip(before[start:stop], after[start:stop], strict=True)
    return StepEffects(total=len(before), rows=tuple(_effect(old, new) for old, new in pairs))


def _effect(row: Row, after: Row | None) -> StepEffect:
    return StepEffect(
        path=shortened(row.path, 4096),
        line=row.line,
        before=_as_text(row),
        after=None if after is None else _as_text(after),
    )


def _as_text(row: Row) -> str:
    """The turns one after the other; those of a rejected answer behind a line of their own."""
    turns = [f"{item.role}: {item.content}" for item in row.messages]
    turns += [f"rejected {item.role}: {item.content}" for item in row.rejected]
    return shortened("\n".join(turns), _SHOWN_CHARS)
