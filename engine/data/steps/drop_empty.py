"""Removes rows whose prompt or answer is empty or too short."""

from collections.abc import Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data.rows import Message, Row
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import words_of


class DropEmpty(Step, kind="drop_empty", title="Empty and too short"):
    """Removes rows without a prompt or with an answer that is too short."""

    group: ClassVar[str] = "Filters"

    min_answer_chars: int = option(
        1,
        ge=1,
        title="Shortest answer",
        unit="characters",
        tier=Tier.BASIC,
        help="Rows whose answers are shorter are removed.",
    )
    min_answer_words: int = option(
        0,
        ge=0,
        title="Fewest words",
        unit="words",
        help="Rows whose answers have fewer words are removed; a Chinese or Japanese character is a word.",
    )
    min_prompt_words: int = option(
        0,
        ge=0,
        title="Shortest prompt",
        unit="words",
        help="Rows whose questions have fewer words are removed.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows in which every question says something and every answer is long enough or calls a function."""
        return partition(rows, self._says_enough)

    def _says_enough(self, row: Row) -> bool:
        return all(map(self._turn_says_enough, row.messages))

    def _turn_says_enough(self, turn: Message) -> bool:
        text = turn.content
        if turn.role == "user":
            return bool(text.strip()) and _has_words(text, self.min_prompt_words)
        if turn.role != "assistant" or turn.tool_calls:
            return True
        return len(text.strip()) >= self.min_answer_chars and _has_words(text, self.min_answer_words)


def _has_words(text: str, least: int) -> bool:
    return least == 0 or len(words_of(text)) >= least
