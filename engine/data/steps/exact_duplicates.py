"""Removes rows that say again what an earlier row has said."""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.data.rows import JsonObject, Message, Row, digest
from engine.data.steps.base import Step, StepResult, partition


class ExactDuplicates(Step, kind="exact_duplicates", title="Exact duplicates"):
    """Removes rows that repeat an earlier row; the first one stays."""

    group: ClassVar[str] = "Duplicates"

    compare: Literal["conversation", "prompt"] = option(
        "conversation",
        title="Compare",
        tier=Tier.BASIC,
        help="conversation: questions and answers must both repeat, rejected ones and verdicts too. prompt: the same questions are enough.",
    )
    ignore_case: bool = option(True, title="Ignore case", help="Capital and small letters count as the same.")
    ignore_whitespace: bool = option(
        True, title="Ignore white space", help="Any run of blanks and line breaks counts as one blank."
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the first row of each content."""
        seen: set[bytes] = set()

        def is_new(row: Row) -> bool:
            key = self._key(row)
            new = key not in seen
            seen.add(key)
            return new

        return partition(rows, is_new)

    def _key(self, row: Row) -> bytes:
        if self.compare == "prompt":
            asked = [item for item in row.messages if item.role != "assistant"]
            return digest((_sorted(row.tools), *self._parts(asked)))
        verdict = "" if row.label is None else str(row.label)
        parts = (*self._parts(row.messages), "rejected", *self._parts(row.rejected))
        return digest((_sorted(row.tools), verdict, *parts))

    def _parts(self, turns: Iterable[Message]) -> Iterator[str]:
        for item in turns:
            yield item.role
            yield self._normal(item.content)
            if item.tool_calls:
                yield _sorted(item.tool_calls)

    def _normal(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        if self.ignore_case:
            text = text.casefold()
        return " ".join(text.split()) if self.ignore_whitespace else text


def _sorted(objects: tuple[JsonObject, ...]) -> str:
    return json.dumps(objects, sort_keys=True) if objects else ""
