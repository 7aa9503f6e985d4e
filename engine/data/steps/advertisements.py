"""Removes advertisements, and rows that are lists of links."""

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.data.phrases import anywhere
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, replace_rows, rewritten
from engine.data.text import is_json, outside_code, texts_of

_LINK = re.compile(
    r"!?\[([^\[\]\n]*)\]\((?:https?://|www\.)[^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+\"[^\"\n]*\")?\)"
)
_URL = re.compile(r"<?(?:https?://|ftp://|www\.)[^\s<>\"'“”，。；：！？、（）《》【】\u4e00-\u9fff]+>?")
_TRAILING = re.compile(r"[.,;:!?)\]]+$")
_SENTENCE = re.compile(r"[^\n。！？.!?]*(?:[。！？]+|[.!?]+(?=\s|$)|[.!?]+(?=\S)|\n|$)[ \t]*")
_EMPTY_LINES = re.compile(r"\n{3,}")


class Advertisements(Step, kind="advertisements", title="Advertisements and links"):
    """Removes sentences that advertise, or rows that hold them, and rows of many web addresses."""

    group: ClassVar[str] = "Texts"

    advertisements: Literal["sentence", "row", "keep"] = option(
        "sentence",
        title="Advertisements",
        tier=Tier.BASIC,
        help="sentence: take the advertising sentence out of the text. row: remove the whole row. keep: do nothing.",
    )
    max_urls: int | None = option(
        10,
        ge=0,
        title="Most web addresses",
        tier=Tier.BASIC,
        unit="addresses",
        help="Rows whose answers hold more are removed; empty: no limit.",
    )
    max_url_share: float = option(
        0.6,
        gt=0.0,
        le=1.0,
        title="Share of web addresses",
        help="Largest share of an answer's characters that may be web addresses.",
    )
    urls: Literal["keep", "remove"] = option(
        "keep",
        title="Web addresses",
        help="remove: take them out of the texts; of a Markdown link its words stay. Code is left alone.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Remove the rows that are over a limit, and what advertises from the others."""
        return replace_rows(rows, self._cleaned)

    def _cleaned(self, row: Row) -> Row | None:
        if self._has_too_many_urls(row):
            return None
        search = anywhere("advertisements")
        if self.advertisements == "row" and any(map(search, texts_of(row, "answer"))):
            return None
        new = rewritten(row, self._without)
        return None if new is not row and self._has_too_many_urls(new) else new

    def _has_too_many_urls(self, row: Row) -> bool:
        count = 0
        for text in texts_of(row, "answer"):
            if "://" not in text and "www." not in text:
                continue
            found = _URL.findall(text)
            count += len(found)
            if sum(map(len, found)) > self.max_url_share * len(text):
                return True
        return self.max_urls is not None and count > self.max_urls

    def _without(self, text: str) -> str:
        if is_json(text):
            return text
        if self.advertisements == "sentence" and anywhere("advertisements")(text):
            text = outside_code(text, _without_advertising)
        if self.urls == "remove" and ("://" in text or "www." in text):
            text = outside_code(text, _without_urls)
        return text


def _without_advertising(text: str) -> str:
    search = anywhere("advertisements")
    parts = _SENTENCE.findall(text)
    kept = [_line_end(part) if search(part) else part for part in parts]
    if len("".join(kept)) == len(text):
        return text
    return _EMPTY_LINES.sub("\n\n", "".join(kept)).strip(" \t")


def _line_end(part: str) -> str:
    return "\n" if part.rstrip(" \t").endswith("\n") else ""


def _without_urls(text: str) -> str:
    return _URL.sub(_end_mark, _LINK.sub(r"\1", text))


def _end_mark(address: re.Match[str]) -> str:
    """What the sentence goes on with after an address."""
    end = _TRAILING.search(address[0])
    return end[0] if end else ""
