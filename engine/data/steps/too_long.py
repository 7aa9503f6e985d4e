"""Removes rows that are too long to be worth their memory."""

from collections.abc import Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import words_of


class TooLong(Step, kind="too_long", title="Too long"):
    """Removes rows with more characters, words or turns than a limit, before anything is tokenized."""

    group: ClassVar[str] = "Filters"

    max_chars: int = option(
        32_768,
        ge=1,
        title="Longest row",
        unit="characters",
        tier=Tier.BASIC,
        help="All turns of a row together; about four characters make an English token.",
    )
    max_words: int | None = option(
        None,
        ge=1,
        title="Most words",
        unit="words",
        help="Rows with more words are removed; a Chinese or Japanese character is a word. Empty: no limit.",
    )
    max_turns: int | None = option(
        None,
        ge=2,
        title="Most turns",
        unit="turns",
        help="Rows with more turns are removed; empty: no limit.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows within all limits."""
        return partition(rows, self._fits)

    def _fits(self, row: Row) -> bool:
        turns = sum(item.role != "system" for item in row.messages)
        chars = sum(len(item.content) for item in row.messages)
        if chars > self.max_chars or (self.max_turns is not None and turns > self.max_turns):
            return False
        if self.max_words is None or chars <= self.max_words:
            return True
        return sum(len(words_of(item.content)) for item in row.messages) <= self.max_words
