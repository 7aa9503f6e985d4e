"""The peak of a run's memory, part by part, from what its model weighs and how long its examples are.

The peak lies between the forward and the backward pass of the largest micro-batch. In bytes:

- weights, quantization (the scales of a 4-bit or 8-bit base), adapter, gradients: counted on the model's shapes;
- optimizer: by its state a trained weight;
- activations: what autograd keeps. A packed batch has the sum of its examples' tokens, a padded one its longest
  example times their number; pairs and verdicts have two sequences a row;
- logits: blocks of ``LOGIT_ROWS`` tokens by the vocabulary (``kernels.loss``), and the hidden states they come from;
- temporary: what the allocator holds beyond that, and one unpacked layer over a quantized base;
- overhead: the process with its libraries, or a card's context.
"""

import math
import sys
from dataclasses import dataclass
from typing import cast

from engine.contract.recipe import RecipeBase
from engine.contract.results import DataReport
from engine.methods.base import Method
from engine.objectives.base import Objective
from engine.train.devices import Target
from engine.train.footprint import Footprint
from engine.train.optim import STATE_BYTES

PROCESS_BYTES = 490_000_000  # Python with torch, transformers and peft, a tokenizer and small data; measured
CONTEXT_BYTES = 600_000_000  # of CUDA and its libraries on a card
LOGIT_ROWS = 256
LOGIT_BLOCKS = 2  # held at once, float32
GLIBC_GAPS = 0.77  # of what a step takes and frees again, measured with glibc 2.36
OTHER_GAPS = 0.15  # of torch's own allocator on a card, and assumed of other systems
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
        longest = min(self.longest, tokens * self.sequences)
        mean = min(self.mean, longest)
        return Lengths(self.rows, mean, self.deviation / 2, longest, self.trained_share, self.sequences)


def lengths_of(recipe: RecipeBase, report: DataReport | None) -> Lengths:
    """Lengths from the data's histogram; without data every example is taken to be as long as the cutoff."""
    cutoff = recipe.data.cutoff_len
    sequences = 2 if cast(Objective, recipe.objective).reads in ("pair", "verdict") else 1
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


def memory_of(recipe: RecipeBase, footprint: Footprint, lengths: Lengths, target: Target) -> dict[str, int]:
    """The peak by part, in bytes; see the module's docstring."""
    tokens = lengths.micro_batch(recipe.optim.per_device_train_batch_size, packing=recipe.data.packing)
    activations = footprint.activations(
        tokens,
        checkpointing=recipe.model.gradient_checkpointing,
        longest=lengths.longest // lengths.sequences,
    )
    logits = _logits(recipe, footprint, math.ceil(tokens * lengths.trained_share))
    return {
        "weights": footprint.weights,
        "quantization": footprint.quantization,
        "adapter": footprint.adapter,
        "gradients": footprint.gradients,
        "optimizer": int(footprint.trainable * STATE_BYTES[recipe.optim.optimizer]),
        "activations": activations,
        "logits": logits,
        "temporary": int((activations + logits) * _gaps(target)) + _passing(recipe, footprint, target),
        "overhead": CONTEXT_BYTES if target.kind == "cuda" else PROCESS_BYTES,
    }


def _logits(recipe: RecipeBase, footprint: Footprint, trained: int) -> int:
    """Blocks of logits and the hidden states of ``trained`` tokens; a reward model has neither."""
    if cast(Objective, recipe.objective).scores:
        return 0
    rows = min(LOGIT_ROWS, trained)
    return rows * footprint.vocabulary * 4 * LOGIT_BLOCKS + 2 * trained * footprint.hidden * 4


def _passing(recipe: RecipeBase, footprint: Footprint, target: Target) -> int:
    """One layer of a quantized base as it is unpacked; the weights of a file that a method has put others for."""
    itemsize = 2 if target.kind == "cuda" else 4
    if recipe.model.quantization != "none":
        return footprint.largest_linear * itemsize
    if cast(Method, recipe.method).rewrites_base and target.kind == "cpu":
        return footprint.linear_elements * itemsize
    return 0


def _gaps(target: Target) -> float:
    return GLIBC_GAPS if target.kind == "cpu" and sys.platform.startswith("linux") else OTHER_GAPS
