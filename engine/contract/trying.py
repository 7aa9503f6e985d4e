"""A recipe tried for one step: what is asked, and what it showed."""

from typing import Any, Literal

from engine.contract.command import Command
from engine.contract.results import Plan, Result


class TryStep(Command):
    """Job. Makes one real step on the longest batch of the recipe's data; nothing stays of it but how much memory it
    took. ``anyway``: also where the plan says that it does not fit. Its result is ``TriedStep``."""

    type: Literal["plan.try"] = "plan.try"
    recipe: dict[str, Any]
    anyway: bool = False


class TriedStep(Result):
    """``predicted_bytes`` is what was counted before, ``plan`` is corrected by what was measured."""

    predicted_bytes: int
    measured_bytes: int
    rows: int  # of the longest batch
    tokens: int
    seconds: float  # of the step
    plan: Plan
