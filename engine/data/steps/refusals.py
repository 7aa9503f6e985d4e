"""Removes rows in which the model declines to answer."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.data.phrases import anywhere
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition

_START_CHARS = 240


class Refusals(Step, kind="refusals", title="Refusals"):
    """Removes rows whose answer is a refusal in English or Chinese, such as 'As an AI language model, I cannot'."""

    group: ClassVar[str] = "Filters"

    scope: Literal["start", "anywhere"] = option(
        "start",
        title="Look at",
        tier=Tier.BASIC,
        help="start: the first 240 characters of an answer, where refusals stand. anywhere: the whole answer.",
    )
    max_chars: int | None = option(
        None,
        ge=1,
        title="Longest refusal",
        unit="characters",
        help="Longer answers are kept, since they go on to answer after all; empty: no limit.",
    )
    phrases: tuple[str, ...] = option(
        (),
        title="More phrases",
        help="Further phrases that mark a refusal, as they stand in the text; capital and small letters are the same.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows none of whose answers is a refusal; an answer that is rejected or judged bad may be one."""
        search = anywhere("refusals", self.phrases)

        def answers(row: Row) -> bool:
            return row.label is False or not any(
                self._is_short(text) and search(self._looked_at(text)) for text in row.answers
            )

        return partition(rows, answers)

    def _is_short(self, text: str) -> bool:
        return self.max_chars is None or len(text) <= self.max_chars

    def _looked_at(self, text: str) -> str:
        text = text if self.scope == "anywhere" else text[:_START_CHARS]
        return text.replace("’", "'")
