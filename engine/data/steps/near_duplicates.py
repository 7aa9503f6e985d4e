"""Removes rows that say nearly what an earlier row has said."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.data.near import near_duplicates
from engine.data.rows import Row, watcher
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import Where, texts_of


class NearDuplicates(Step, kind="near_duplicates", title="Near duplicates"):
    """Removes rows that differ from an earlier row in a few words only (MinHash); the first one stays."""

    group: ClassVar[str] = "Duplicates"

    compare: Literal["conversation", "prompt", "answer"] = option(
        "conversation",
        title="Compare",
        tier=Tier.BASIC,
        help="conversation: questions and answers together. prompt: the questions. answer: the answers.",
    )
    threshold: float = option(
        0.7,
        ge=0.3,
        le=1.0,
        title="Similarity",
        tier=Tier.BASIC,
        help="Share of word pairs that two rows must have in common: 0.7 finds copies in which one word of twelve "
        "was changed. Lower values find more, and sooner or later rows that only look alike.",
    )
    min_words: int = option(
        8,
        ge=1,
        title="Shortest text",
        unit="words",
        help="Shorter texts are left alone: two short answers may well be the same.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows that resemble no earlier row that is kept."""
        found = near_duplicates(
            self._texts(rows), threshold=self.threshold, shortest=self.min_words, tick=watcher(rows)
        )
        twins: Iterator[int] = iter(found.tolist())
        return partition(rows, lambda row: next(twins) < 0)

    def _texts(self, rows: Sequence[Row]) -> Iterator[str]:
        where: Where = "any" if self.compare == "conversation" else self.compare
        for row in rows:
            texts = texts_of(row, where)
            if self.compare == "conversation":
                texts += [item.content for item in row.rejected]
            yield "\n".join(texts)
