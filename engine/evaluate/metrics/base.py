"""What compares answers with references: one small file a metric in this folder, and the folder is the list."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from engine.contract.evaluation import EvaluationWish
from engine.data.discover import members


class Metric(ABC):
    """Higher is better, in percent, for all of them; ``rows`` decides which rows got better or worse."""

    name: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str]

    @classmethod
    def made_for(cls, wish: EvaluationWish, references: Sequence[str]) -> "Metric | None":
        """The metric if it says something here, else None."""
        del wish, references
        return cls()

    @abstractmethod
    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """Of each answer, 0 to 100."""

    def corpus(self, answers: Sequence[str], references: Sequence[str]) -> float:
        """Of all answers together; the mean, unless a metric is defined otherwise."""
        scores = self.rows(answers, references)
        return sum(scores) / len(scores)


def metrics() -> tuple[type[Metric], ...]:
    """Every metric there is."""
    return members("engine.evaluate.metrics", Metric)  # type: ignore[type-abstract]


def chosen(wish: EvaluationWish, references: Sequence[str]) -> list[Metric]:
    """Those that say something about these references."""
    made = (kind.made_for(wish, references) for kind in metrics())
    return [metric for metric in made if metric is not None]
