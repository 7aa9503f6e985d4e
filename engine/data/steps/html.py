"""Turns HTML into plain text and takes out what a web page has around its text."""

import re
from collections.abc import Sequence
from typing import ClassVar

from engine.contract.recipe import Tier, option
from engine.data.markup import plain_text
from engine.data.phrases import whole_lines
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, rewrite
from engine.data.text import is_json, outside_code

_EMPTY_LINES = re.compile(r"\n{3,}")


class Html(Step, kind="html", title="HTML and boilerplate"):
    """Replaces HTML by plain text and removes menus, footers and cookie notices; code and Markdown stay."""

    group: ClassVar[str] = "Texts"

    tags: bool = option(
        True,
        title="HTML tags",
        tier=Tier.BASIC,
        help="Turn markup into paragraphs, lists and code blocks. Leave it off if the answers are to contain HTML.",
    )
    boilerplate: bool = option(
        True,
        title="Boilerplate",
        tier=Tier.BASIC,
        help="Remove menus, footers and forms of pages, and lines such as 'All rights reserved' or 'Read more'.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Tidy every turn of every row."""
        return rewrite(rows, self._plain)

    def _plain(self, text: str) -> str:
        if is_json(text):
            return text
        if self.tags:
            text = plain_text(text, boilerplate=self.boilerplate)
        if not self.boilerplate:
            return text
        return outside_code(text, _without_lines) if whole_lines("boilerplate").search(text) else text


def _without_lines(text: str) -> str:
    shorter, count = whole_lines("boilerplate").subn("", text)
    return _EMPTY_LINES.sub("\n\n", shorter) if count else text
