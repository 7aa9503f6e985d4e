"""Removes rows that say again what an earlier row has said."""

import json
import unicodedata
from collections.abc import Sequence
from typing import Literal

from engine.contract.recipe import Tier, option
from engine.data.rows import Row, digest
from engine.data.steps.base import Step, StepResult, partition


class ExactDuplicates(Step, kind="exact_duplicates", title="Exact duplicates"):
    """Removes rows that repeat an earlier row; the first one stays."""

    compare: Literal["conversation", "prompt"] = option(
        "conversation",
        title="Compare",
        tier=Tier.BASIC,
        help="conversation: questions and answers must both repeat. prompt: the same questions are enough.",
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
        wanted = [item for item in row.messages if self.compare == "conversation" or item.role != "assistant"]
        parts = [part for item in wanted for part in (item.role, self._normal(item.content))]
        return digest((json.dumps(row.tools, sort_keys=True), *parts))

    def _normal(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        if self.ignore_case:
            text = text.casefold()
        return " ".join(text.split()) if self.ignore_whitespace else text
