"""Removes rows that are too long to be worth their memory."""

from collections.abc import Sequence

from engine.contract.recipe import Tier, option
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition


class TooLong(Step, kind="too_long", title="Too long"):
    """Removes rows with more characters than a limit, before anything is tokenized."""

    max_chars: int = option(
        32_768,
        ge=1,
        title="Longest row",
        unit="characters",
        tier=Tier.BASIC,
        help="All turns of a row together; about four characters make an English token.",
    )
    max_turns: int | None = option(
        None,
        ge=2,
        title="Most turns",
        unit="turns",
        help="Rows with more turns are removed; empty: no limit.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows within both limits."""
        return partition(rows, self._fits)

    def _fits(self, row: Row) -> bool:
        turns = sum(item.role != "system" for item in row.messages)
        chars = sum(len(item.content) for item in row.messages)
        return chars <= self.max_chars and (self.max_turns is None or turns <= self.max_turns)
