"""Removes rows whose prompt or answer is empty or too short."""

from collections.abc import Sequence

from engine.contract.recipe import Tier, option
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition


class DropEmpty(Step, kind="drop_empty", title="Empty and too short"):
    """Removes rows without a prompt or with an answer that is too short."""

    min_answer_chars: int = option(
        1,
        ge=1,
        title="Shortest answer",
        unit="characters",
        tier=Tier.BASIC,
        help="Rows whose answers are shorter are removed.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows in which every question says something and every answer is long enough."""
        return partition(rows, self._says_enough)

    def _says_enough(self, row: Row) -> bool:
        asked = all(item.content.strip() for item in row.messages if item.role == "user")
        return asked and all(len(answer.strip()) >= self.min_answer_chars for answer in row.answers)
