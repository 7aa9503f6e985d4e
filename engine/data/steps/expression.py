"""Keeps or removes rows by a condition that the user writes."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import field_validator

from engine.contract.recipe import Tier, option
from engine.data.columns import no_such_column
from engine.data.expressions import MAX_CHARS, parse
from engine.data.rows import Row
from engine.data.steps.base import Step, StepResult, partition


class Expression(Step, kind="expression", title="Condition"):
    """Keeps only, or removes, rows of which a condition is true, such as answer_chars > 40 and language == "en"."""

    group: ClassVar[str] = "Filters"

    condition: str = option(
        "",
        max_length=MAX_CHARS,
        title="Condition",
        tier=Tier.BASIC,
        help='Names: columns of the file (column("any name")), prompt, answer, chars, prompt_chars, answer_chars, words, '
        "turns, language, label, source, line. Compare with == != < > in, join with and, or, not. Empty: all stay.",
    )
    action: Literal["keep", "remove"] = option(
        "keep", title="Rows of which it is true", tier=Tier.BASIC, help="keep only them, or remove them."
    )

    @field_validator("condition")
    @classmethod
    def _is_understood(cls, value: str) -> str:
        if value.strip():
            parse(value)
        return value

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows as the condition says.

        Raises:
            UserError: it names a column that no row has.
        """
        if not self.condition.strip():
            return partition(rows, lambda row: True)
        condition = parse(self.condition)
        missing = set(condition.names) if len(rows) else set()

        def keep(row: Row) -> bool:
            if missing:
                missing.difference_update(row.raw)
            return condition.holds(row) == (self.action == "keep")

        result = partition(rows, keep)
        if missing:
            raise no_such_column(sorted(missing)[0], self.title)
        return result
