"""How long the learning rate rises: a share of the steps here, and in other programs a share or a number of steps.

Transformers up to version 4 has ``warmup_ratio`` beside ``warmup_steps``, a whole number that goes before it. From version 5
on there is ``warmup_steps`` alone, which is a share where it is less than 1.
"""

import math
from typing import Any

from engine.migrate.base import Draft
from engine.migrate.sheet import Sheet

RATIO = "optim.warmup_ratio"
NOTE = (
    "warmup_steps below 1 is a share of all steps, as Transformers takes it from version 5 on; "
    "before, write warmup_ratio instead."
)


def move_warmup(draft: Draft) -> None:
    """Both options into ours; call it once ``optim.max_steps`` was moved, by which a number of steps is a share."""
    steps: Any = draft.left.get("warmup_steps")
    if _is_number(steps) and 0 < steps < 1:
        draft.move("warmup_steps", RATIO)
    elif _is_number(steps) and steps >= 1:
        _move_count(draft, int(steps))
    elif _is_number(steps) and steps == 0 and draft.left.get("warmup_ratio") is None:
        draft.move("warmup_steps", RATIO, float)
    elif steps == 0:
        draft.take("warmup_steps")  # none were named, so that the share counts
    elif steps is not None:
        draft.skip("warmup_steps", steps, "This value has no counterpart.")
    ratio = draft.left.get("warmup_ratio")
    if ratio is not None and "warmup_ratio" in draft.recipe.get("optim", {}):
        draft.skip("warmup_ratio", ratio, "What warmup_steps says goes before it.")
    draft.move("warmup_ratio", RATIO)


def _move_count(draft: Draft, count: int) -> None:
    total = draft.recipe.get("optim", {}).get("max_steps")
    if not isinstance(total, int) or total < 1:
        reason = (
            "How many steps there are shows once the rows are read: set optim.warmup_ratio, a share, by hand."
        )
        draft.skip("warmup_steps", count, reason)
    elif count >= total:
        draft.skip("warmup_steps", count, f"The run has {total} steps: the warm-up would never end.")
    else:
        draft.put(RATIO, share_of(count, total))
        draft.take("warmup_steps")


def share_of(count: int, total: int) -> float:
    """The share that gives ``count`` of ``total`` steps, as the loop rounds it (up)."""
    share = round(count / total, 6)
    return share if math.ceil(total * share) == count else (count - 0.5) / total


def write_warmup(sheet: Sheet) -> None:
    """Our share as the newest form of ``warmup_steps``."""
    sheet.document["warmup_steps"] = sheet.take(RATIO) or 0


def is_share(value: Any) -> bool:
    """Whether a written ``warmup_steps`` is a share."""
    return _is_number(value) and 0 < value < 1


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
