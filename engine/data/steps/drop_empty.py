"""Removes rows whose prompt or answer is empty or too short."""

from engine.contract.recipe import Tier, option
from engine.data.steps.base import Step


class DropEmpty(Step, kind="drop_empty", title="Empty and too short"):
    """Removes rows without a prompt or with an answer that is too short."""

    min_answer_chars: int = option(1, ge=1, title="Shortest answer", unit="characters", tier=Tier.BASIC,
                                   help="Rows whose answers are shorter are removed.")
