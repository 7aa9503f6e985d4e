"""Exact match: the strictest measure, for labels and short facts."""

from collections.abc import Sequence

from engine.evaluate.metrics.base import Metric


class ExactMatch(Metric):
    """White space around and between words does not count; everything else does."""

    name = "exact_match"
    title = "Exact match"
    help = "Answers that are the reference, letter by letter."

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """100 where equal, else 0."""
        pairs = zip(answers, references, strict=True)
        return [100.0 * (answer.split() == reference.split()) for answer, reference in pairs]
