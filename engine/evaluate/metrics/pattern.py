"""A regular expression of the user's: the measure for any form that an answer must have."""

from collections.abc import Sequence

from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import EvaluationWish
from engine.evaluate.metrics.base import Metric

LIMIT_S = 1.0


class Pattern(Metric):
    """Only where the user wrote one."""

    name = "pattern"
    title = "Pattern found"
    help = "Answers in which the regular expression is found."

    def __init__(self, pattern: str) -> None:
        """Compile ``pattern``.

        Raises:
            UserError: it is no regular expression.
        """
        import regex

        try:
            self._pattern = regex.compile(pattern, regex.MULTILINE)
        except (regex.error, RecursionError, MemoryError, OverflowError) as error:
            raise UserError(
                ErrorCode.BAD_COMMAND,
                f"The pattern {pattern!r} is no valid regular expression: {error}",
                hint="Correct the pattern, or leave it empty.",
            ) from None

    @classmethod
    def made_for(cls, wish: EvaluationWish, references: Sequence[str]) -> "Metric | None":
        """Where there is a pattern."""
        del references
        return cls(wish.pattern) if wish.pattern else None

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """100 where it is found, else 0.

        Raises:
            UserError: the pattern takes too long for an answer.
        """
        del references
        try:
            return [100.0 * bool(self._pattern.search(answer, timeout=LIMIT_S)) for answer in answers]
        except TimeoutError:
            raise UserError(
                ErrorCode.BAD_COMMAND,
                f"The pattern {self._pattern.pattern!r} needs more than {LIMIT_S:g} s for one answer",
                hint="Write it without repetitions inside repetitions.",
            ) from None
