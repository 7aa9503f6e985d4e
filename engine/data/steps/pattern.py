"""Keeps or removes rows by a pattern that the user writes."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import field_validator

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Tier, option
from engine.data.rows import Row, shortened
from engine.data.steps.base import Step, StepResult, partition
from engine.data.text import Where, texts_of


class Pattern(Step, kind="pattern", title="Pattern"):
    """Removes, or keeps only, rows in whose texts a regular expression is found."""

    group: ClassVar[str] = "Filters"

    pattern: str = option(
        "",
        max_length=2_000,
        title="Regular expression",
        tier=Tier.BASIC,
        help=r"For example \bTODO\b, or ^\s*https?://\S+\s*$ for a line that is a web address. Empty: nothing is removed.",
    )
    action: Literal["remove", "keep"] = option(
        "remove", title="Rows with it", tier=Tier.BASIC, help="remove them, or keep only them."
    )
    where: Where = option(
        "any", title="Look at", tier=Tier.BASIC, help="any turn, those of the prompt, or the answers only."
    )
    ignore_case: bool = option(True, title="Ignore case", help="Capital and small letters count as the same.")
    limit_s: float = option(
        1.0,
        gt=0.0,
        le=60.0,
        title="Time for a row",
        unit="seconds",
        help="A pattern that needs longer for one text ends the cleaning with an error.",
    )

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        import regex

        try:
            regex.compile(value, regex.MULTILINE)
        except (regex.error, RecursionError, MemoryError, OverflowError) as error:
            raise ValueError(f"no valid regular expression: {error}") from None
        return value

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Keep the rows as the pattern says.

        Raises:
            UserError: the pattern takes too long for a row.
        """
        import regex

        if not self.pattern:
            return partition(rows, lambda row: True)
        search = regex.compile(
            self.pattern, regex.MULTILINE | (regex.IGNORECASE if self.ignore_case else 0)
        ).search

        def keep(row: Row) -> bool:
            try:
                found = any(search(text, timeout=self.limit_s) for text in texts_of(row, self.where))
            except TimeoutError:
                raise self._too_slow(row) from None
            return found == (self.action == "keep")

        return partition(rows, keep)

    def _too_slow(self, row: Row) -> UserError:
        return UserError(
            ErrorCode.RECIPE_INVALID,
            f"{row.path}, line {row.line}: the pattern {shortened(self.pattern, 80)!r} needs more than {self.limit_s:g} s",
            hint="Nested repetitions such as (a+)+ take endless time; write the pattern without them.",
            recipe_path="data.steps",
        )
