"""How long the examples of a run are, for what is counted before it starts."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from engine.contract.recipe import RecipeBase
from engine.contract.results import DataReport
from engine.data.examples import Example
from engine.objectives.base import Objective

ASSUMED_TRAINED = 0.5  # share of trained tokens while the data is unknown


@dataclass(frozen=True, slots=True)
class Lengths:
    """Examples as they are trained, after the cutoff; of rows with two sequences both together."""

    rows: int
    mean: float
    deviation: float
    longest: int
    trained_share: float
    sequences: int = 1  # of a row
    answers: int = 0  # tokens of each that the model adds itself, whatever the cutoff

    def micro_batch(self, batch: int, *, packing: bool) -> int:
        """Tokens of the largest micro-batch to expect."""
        batch = min(batch, self.rows) if self.rows else batch
        if not packing:
            return batch * self.longest
        with_longest = self.longest + (batch - 1) * self.mean
        unlucky = batch * self.mean + 3.0 * math.sqrt(batch) * self.deviation
        return min(batch * self.longest, math.ceil(max(with_longest, unlucky)))

    def at_most(self, tokens: int) -> "Lengths":
        """The same examples with each sequence cut at ``tokens``."""
        longest = min(self.longest, tokens * self.sequences + self.answers)
        mean = min(self.mean, longest)
        return replace(self, mean=mean, deviation=self.deviation / 2, longest=longest)


def lengths_of(recipe: RecipeBase, report: DataReport | None) -> Lengths:
    """Lengths from the data's histogram; without data every example is taken to be as long as the cutoff."""
    cutoff = recipe.data.cutoff_len
    sequences = cast(Objective, recipe.objective).sequences
    if report is None or not report.rows or not report.tokens:
        whole = cutoff * sequences
        return Lengths(0, float(whole), 0.0, whole, ASSUMED_TRAINED, sequences)
    drop = recipe.data.overlong == "drop"
    bins = [
        ((index + 0.5) * report.bin_tokens, count) for index, count in enumerate(report.histogram) if count
    ]
    scale = report.tokens / max(1.0, sum(middle * count for middle, count in bins))
    lengths = [
        (min(middle * scale, cutoff), count) for middle, count in bins if not (drop and middle > cutoff)
    ]
    count = max(1, sum(count for _, count in lengths))
    mean = sum(length * count for length, count in lengths) / count
    variance = sum(count * (length - mean) ** 2 for length, count in lengths) / count
    return Lengths(
        rows=report.train_rows,
        mean=mean * sequences,
        deviation=math.sqrt(variance) * sequences,
        longest=min(report.longest, cutoff) * sequences,
        trained_share=report.trained_tokens / report.tokens,
        sequences=sequences,
    )


def lengths_in(examples: Sequence[Example]) -> Lengths:
    """Lengths of examples that are there, as they are trained."""
    sizes = [example.tokens_read for example in examples]
    trained = sum(int(example.trained.sum()) for row in examples for example in row.sequences)
    return Lengths(
        rows=len(examples),
        mean=statistics.fmean(sizes),
        deviation=statistics.pstdev(sizes),
        longest=max(sizes),
        trained_share=trained / max(1, sum(sizes)),
        sequences=len(examples[0].sequences),
    )
