"""JSON validity: for models that are taught to answer in JSON."""

import json
from collections.abc import Sequence
from typing import Any

from engine.contract.evaluation import EvaluationWish
from engine.evaluate.metrics.base import Metric


class JsonValid(Metric):
    """Only where most references are objects or lists in JSON."""

    name = "json_valid"
    title = "Valid JSON"
    help = "Answers that are one JSON object or list and nothing else, as the references are."

    @classmethod
    def made_for(cls, wish: EvaluationWish, references: Sequence[str]) -> "Metric | None":
        """Where more than half of the references are JSON."""
        del wish
        found = sum(is_json(reference) for reference in references)
        return cls() if references and found * 2 > len(references) else None

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """100 where it can be read, else 0."""
        del references
        return [100.0 * is_json(answer) for answer in answers]


def is_json(text: str) -> bool:
    """Whether ``text`` is one JSON object or list."""
    try:
        return isinstance(json.loads(text, parse_constant=_refuse), dict | list)
    except (ValueError, RecursionError):
        return False


def _refuse(word: str) -> Any:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(word)
