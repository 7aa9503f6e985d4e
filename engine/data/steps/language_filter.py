"""Keeps rows that are written in chosen languages."""

from collections.abc import Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data.languages import UNDETERMINED, language_of
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import Where, texts_of


class LanguageFilter(Step, kind="language_filter", title="Languages"):
    """Keeps the rows in the languages that are listed; code, addresses and numbers do not count."""

    group: ClassVar[str] = "Filters"

    keep: tuple[str, ...] = option(
        ("en", "zh"),
        min_length=1,
        title="Languages",
        tier=Tier.BASIC,
        help="Codes of the languages to keep, such as en, zh, ja, de, fr, es, ru.",
    )
    where: Where = option(
        "any",
        title="Look at",
        tier=Tier.BASIC,
        help="any: questions and answers, together. prompt: the questions only. answer: the answers only.",
    )
    keep_undetermined: bool = option(
        True,
        title="Keep what cannot be told",
        help="Keep rows of too few words to tell the language, and rows that are code or formulas.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows whose text is in one of the languages."""
        wanted = {code.strip().lower() for code in self.keep}
        if self.keep_undetermined:
            wanted.add(UNDETERMINED)
        return partition(rows, lambda row: language_of("\n".join(texts_of(row, self.where))) in wanted)
