"""Tidies white space without touching indentation, which code and lists need."""

import re
from collections.abc import Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, rewrite

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)
_BLANKS = re.compile(r"(?<=\S)[^\S\n]{2,}(?=\S)")
_ODD_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f]")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\u00ad]")


class Whitespace(Step, kind="whitespace", title="White space"):
    """Removes blanks at the ends of texts and lines, invisible characters and long runs of empty lines."""

    group: ClassVar[str] = "Texts"

    max_empty_lines: int = option(
        1,
        ge=0,
        le=100,
        title="Empty lines",
        unit="lines",
        tier=Tier.BASIC,
        help="Longer runs of empty lines are shortened to this many.",
    )
    single_blanks: bool = option(
        False,
        title="Single blanks",
        help="Shorten runs of blanks inside a line; leave it off for tables and code.",
    )
    odd_spaces: bool = option(
        True,
        title="Odd spaces",
        help="Replace non-breaking and thin spaces by blanks, remove invisible characters.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Tidy every turn of every row."""
        return rewrite(rows, self._tidy)

    def _tidy(self, text: str) -> str:
        text = _LINE_ENDS.sub("\n", text)
        if self.odd_spaces:
            text = _INVISIBLE.sub("", _ODD_SPACES.sub(" ", text))
        text = _TRAILING.sub("", text)
        if self.single_blanks:
            text = _BLANKS.sub(" ", text)
        most = self.max_empty_lines + 1
        return re.sub(rf"\n{{{most + 1},}}", "\n" * most, text).strip()
