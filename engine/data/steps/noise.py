"""Removes rows that are symbols, repetition or broken characters instead of text."""

from collections.abc import Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data import noise
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import Where, texts_of, without_code, words_of


class Noise(Step, kind="noise", title="Noise"):
    """Removes rows with too many symbols, repetitions or broken characters (after Rae et al., 2021); code does not count."""

    group: ClassVar[str] = "Filters"

    where: Where = option(
        "answer",
        title="Look at",
        tier=Tier.BASIC,
        help="any: questions and answers. prompt: the questions only. answer: the answers only.",
    )
    max_garbage: float = option(
        0.01,
        ge=0.0,
        le=1.0,
        title="Broken characters",
        tier=Tier.BASIC,
        help="Largest share of characters that only a wrong decoding leaves, such as \ufffd or 锟斤拷.",
    )
    max_symbols: float = option(
        0.25,
        ge=0.0,
        le=1.0,
        title="Symbols",
        tier=Tier.BASIC,
        help="Largest share of characters that are neither letters, digits, blanks nor usual punctuation.",
    )
    max_wordless: float = option(
        0.8,
        ge=0.0,
        le=1.0,
        title="Words without letters",
        help="Largest share of words without a letter, such as numbers; checked from the fewest words below on.",
    )
    max_run: int = option(
        40,
        ge=10,
        title="Same character in a row",
        unit="characters",
        help="Longest run of one letter or sign; rules, tables and numbers do not count.",
    )
    max_repeated_lines: float = option(
        0.3,
        ge=0.0,
        le=1.0,
        title="Repeated lines",
        tier=Tier.BASIC,
        help="Largest share of characters in lines that occurred before.",
    )
    max_ellipsis_lines: float = option(
        0.5, ge=0.0, le=1.0, title="Lines that break off", help="Largest share of lines that end with dots."
    )
    max_top_pair: float = option(
        0.25,
        ge=0.0,
        le=1.0,
        title="Commonest two words",
        help="Largest share of words in the commonest pair.",
    )
    max_top_four: float = option(
        0.3,
        ge=0.0,
        le=1.0,
        title="Commonest four words",
        help="Largest share of words in the commonest four in a row.",
    )
    max_repeated_phrases: float = option(
        0.35,
        ge=0.0,
        le=1.0,
        title="Repeated phrases",
        tier=Tier.BASIC,
        help="Largest share of words in runs of ten words that occurred before.",
    )
    min_words: int = option(
        50,
        ge=1,
        title="Fewest words",
        unit="words",
        help="In shorter texts neither repeated words nor words without letters are looked at.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows all of whose turns are within every limit."""
        return partition(rows, lambda row: not any(map(self._is_noise, texts_of(row, self.where))))

    def _is_noise(self, text: str) -> bool:
        if noise.garbage_share(text) > self.max_garbage:
            return True
        text = without_code(text)
        return self._is_odd(text) or self._repeats(text)

    def _is_odd(self, text: str) -> bool:
        return (
            noise.symbol_share(text) > self.max_symbols
            or noise.longest_run(text) > self.max_run
            or noise.ellipsis_line_share(text) > self.max_ellipsis_lines
            or noise.repeated_line_share(text) > self.max_repeated_lines
        )

    def _repeats(self, text: str) -> bool:
        if len(text) < self.min_words:
            return False
        words = words_of(text.lower())
        if len(words) < self.min_words:
            return False
        return (
            noise.wordless_share(words) > self.max_wordless
            or noise.repeated_ngram_share(words, 10) > self.max_repeated_phrases
            or noise.top_ngram_share(words, 2) > self.max_top_pair
            or noise.top_ngram_share(words, 4) > self.max_top_four
        )
