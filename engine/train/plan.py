"""Says before a run starts what it will take: memory part by part, disk, steps and time, and what to change if it
does not fit. Nothing is loaded; see ``footprint`` for how the model is weighed.

Memory, in bytes, at the peak (during the backward pass of the largest micro-batch):

- weights, adapter, gradients: counted on the model's shapes;
- optimizer: two float32 numbers a trained weight for AdamW, one with momentum, none for plain SGD;
- activations: what autograd keeps, a fixed part plus a part for each token of the micro-batch. A packed batch has the
  sum of its examples' tokens, a padded one its longest example times the batch size;
- logits: two float32 blocks of 256 tokens by the vocabulary (``kernels.loss``), and the hidden states they come from;
- overhead: the process with its libraries, and one unpacked layer over a quantized base.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.paths import data_dir
from engine.contract.recipe import RecipeBase
from engine.contract.results import DataReport, Plan
from engine.models.load import pick_device, resolve_model
from engine.registry import broken_limits
from engine.train.combination import check_combination
from engine.train.footprint import Footprint, measure
from engine.train.optim import STATE_BYTES
from engine.train.order import Order

if TYPE_CHECKING:
    import torch

PROCESS_BYTES = 450_000_000  # Python with torch, transformers and peft, measured
LOGIT_ROWS = 256
START_S = (4.0, 20.0)  # loading, from a warm and from a cold disk
EFFICIENCY = (0.8, 0.35)  # share of the matrix multiply rate that training reaches: at best, at worst
ASSUMED_TRAINED = 0.5  # share of trained tokens while the data is unknown


@dataclass(frozen=True, slots=True)
class Lengths:
    """Examples as they are trained: after the cutoff."""

    rows: int
    mean: float
    deviation: float
    longest: int
    trained_share: float

    def micro_batch(self, batch: int, *, packing: bool) -> int:
        """Tokens of the largest micro-batch to expect."""
        batch = min(batch, self.rows) if self.rows else batch
        if not packing:
            return batch * self.longest
        with_longest = self.longest + (batch - 1) * self.mean
        unlucky = batch * self.mean + 3.0 * math.sqrt(batch) * self.deviation
        return min(batch * self.longest, math.ceil(max(with_longest, unlucky)))


def make_plan(recipe: RecipeBase, *, statistics: Callable[[RecipeBase], DataReport] | None = None) -> Plan:
    """Weigh ``recipe``; ``statistics`` counts its data (a service that remembers, or else ``engine.data.api``).

    Raises:
        UserError: the model or the data cannot be used.
    """
    check_combination(recipe)
    device = pick_device()
    report = _report(recipe, statistics)
    lengths = lengths_of(recipe, report)
    footprint = measure(recipe, resolve_model(recipe.model.path), device)
    memory = memory_of(recipe, footprint, lengths, device)
    total = sum(memory.values())
    available = available_bytes(device)
    steps, tokens = _schedule(recipe, lengths)
    disk = disk_bytes(recipe, footprint)
    free_disk = _free_disk(recipe)
    over, missing = total - available, disk - free_disk
    memory_advice = advise(recipe, footprint, lengths, device, over=over) if over > 0 else ()
    disk_advice = (f"Free {_gb(missing)} of disk: the checkpoints need it.",) if missing > 0 else ()
    return Plan(
        memory=memory,
        memory_bytes=total,
        available_bytes=available,
        device=device.type,
        fits=over <= 0 and missing <= 0,
        total_steps=steps,
        train_rows=lengths.rows,
        tokens=tokens,
        trainable_parameters=footprint.trainable,
        parameters=footprint.parameters,
        disk_bytes=disk,
        free_disk_bytes=free_disk,
        seconds=seconds_of(recipe, footprint, lengths, tokens, device) if tokens else (0.0, 0.0),
        advice=(*memory_advice, *disk_advice),
    )


def _schedule(recipe: RecipeBase, lengths: Lengths) -> tuple[int, int]:
    """Optimizer steps and real tokens of the whole run; zeros while neither data nor a step count is known."""
    if not lengths.rows and recipe.optim.max_steps is None:
        return 0, 0
    order = Order(
        examples=max(1, lengths.rows),
        batch_size=recipe.optim.per_device_train_batch_size,
        accumulation=recipe.optim.gradient_accumulation_steps,
        shuffle=recipe.data.shuffle,
        seed=recipe.run.seed,
    )
    steps = order.total_steps(recipe.optim)
    examples = steps * order.batch_size * order.accumulation
    if lengths.rows:
        examples = min(examples, math.ceil(order.epoch_of(steps) * lengths.rows))
    return steps, round(examples * lengths.mean)


# ---------------------------------------------------------------- data


def _report(recipe: RecipeBase, statistics: Callable[[RecipeBase], DataReport] | None) -> DataReport | None:
    if not recipe.data.sources:
        return None
    if statistics is not None:
        return statistics(recipe)
    from engine.data import api

    return api.statistics(recipe)


def lengths_of(recipe: RecipeBase, report: DataReport | None) -> Lengths:
    """Lengths from the data's histogram; without data every example is taken to be as long as the cutoff."""
    cutoff = recipe.data.cutoff_len
    if report is None or not report.rows or not report.tokens:
        return Lengths(0, float(cutoff), 0.0, cutoff, ASSUMED_TRAINED)
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
    longest = min(report.longest, cutoff)
    rows = report.train_rows
    return Lengths(rows, mean, math.sqrt(variance), longest, report.trained_tokens / report.tokens)


# ---------------------------------------------------------------- memory and disk


def memory_of(
    recipe: RecipeBase, footprint: Footprint, lengths: Lengths, device: "torch.device"
) -> dict[str, int]:
    """The peak by part, in bytes; see the module's docstring."""
    tokens = lengths.micro_batch(recipe.optim.per_device_train_batch_size, packing=recipe.data.packing)
    rows = min(LOGIT_ROWS, tokens)
    trained = math.ceil(tokens * lengths.trained_share)
    quantized = recipe.model.quantization != "none"
    itemsize = 2 if device.type == "cuda" else 4
    return {
        "weights": footprint.weights,
        "adapter": footprint.adapter,
        "gradients": footprint.gradients,
        "optimizer": int(footprint.trainable * STATE_BYTES[recipe.optim.optimizer]),
        "activations": footprint.activations(tokens, checkpointing=recipe.model.gradient_checkpointing),
        "logits": rows * footprint.vocabulary * 4 * 2 + 2 * trained * footprint.hidden * 4,
        "overhead": PROCESS_BYTES + (footprint.largest_linear * itemsize if quantized else 0),
    }


def available_bytes(device: "torch.device") -> int:
    """Memory that a run may take now."""
    if device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    return int(psutil.virtual_memory().available)


def disk_bytes(recipe: RecipeBase, footprint: Footprint) -> int:
    """Checkpoints (those kept, the best one, and the one being written) and the result."""
    state = int(footprint.trainable * STATE_BYTES[recipe.optim.optimizer])
    checkpoint = footprint.gradients + state
    return checkpoint * (recipe.run.save_total_limit + 2) + footprint.gradients


def _free_disk(recipe: RecipeBase) -> int:
    import shutil

    place = Path(recipe.run.output_dir) if recipe.run.output_dir else data_dir()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


# ---------------------------------------------------------------- time


def seconds_of(
    recipe: RecipeBase, footprint: Footprint, lengths: Lengths, tokens: int, device: "torch.device"
) -> tuple[float, float]:
    """Earliest and latest end. A weight costs two operations a token forward, two for the gradient of its input,
    and two more where it is trained itself; attention and the output head are added."""
    from engine.train.calibration import multiply_rate

    base = footprint.linear_elements
    added = footprint.adapter / 4 or base  # whole-model methods train the layers themselves
    passes = 2 + (1 if recipe.model.gradient_checkpointing else 0)
    body = 2.0 * base * passes + 2.0 * added * (passes + 1 if footprint.adapter else 1)
    head = 2.0 * footprint.hidden * footprint.vocabulary * 2 * lengths.trained_share
    attention = 4.0 * footprint.layers * footprint.hidden * (lengths.mean / 2) * 3.5
    rate = multiply_rate(device, threads=recipe.run.num_threads)
    work = tokens * (body + head + attention)
    return (
        round(START_S[0] + work / (rate * EFFICIENCY[0]), 1),
        round(START_S[1] + work / (rate * EFFICIENCY[1]), 1),
    )


# ---------------------------------------------------------------- advice


def advise(
    recipe: RecipeBase, footprint: Footprint, lengths: Lengths, device: "torch.device", *, over: int
) -> tuple[str, ...]:
    """Changes that save memory, the largest saving first; ``over`` is what is missing, in bytes."""
    now = sum(memory_of(recipe, footprint, lengths, device).values())
    found: list[tuple[int, str]] = []

    def offer(
        sentence: str, changed: RecipeBase, other: Footprint = footprint, shape: Lengths = lengths
    ) -> None:
        saved = now - sum(memory_of(changed, other, shape, device).values())
        if saved > 0.01 * now:
            enough = "; then it fits" if saved >= over else ""
            found.append((saved, f"{sentence}: saves {_gb(saved)}{enough}."))

    model, optim = recipe.model, recipe.optim
    if not model.gradient_checkpointing:
        changed = recipe.replace(model=model.model_copy(update={"gradient_checkpointing": True}))
        offer("Turn on gradient checkpointing (about a third slower)", changed)
    batch = optim.per_device_train_batch_size
    for smaller in sorted({max(1, batch // 2), 1} - {batch}, reverse=True):
        steps = optim.gradient_accumulation_steps * math.ceil(batch / smaller)
        update = {"per_device_train_batch_size": smaller, "gradient_accumulation_steps": steps}
        changed = recipe.replace(optim=optim.model_copy(update=update))
        offer(f"Reduce the batch size to {smaller} with {steps} accumulation steps (same result)", changed)
    half = recipe.data.cutoff_len // 2
    if half >= 64 and lengths.longest > half:
        shape = Lengths(
            lengths.rows, min(lengths.mean, half), lengths.deviation / 2, half, lengths.trained_share
        )
        offer(f"Reduce the cutoff length to {half} tokens", recipe, shape=shape)
    changed = recipe.replace(model=model.model_copy(update={"quantization": "nf4"}))
    if model.quantization == "none" and not broken_limits(changed):
        other = measure(changed, resolve_model(model.path), device)
        offer("Hold the base model in 4 bits", changed, other)
    if optim.optimizer == "adamw" and footprint.trainable * 8 > 0.05 * now:
        changed = recipe.replace(optim=optim.model_copy(update={"optimizer": "sgd_momentum"}))
        offer("Take SGD with momentum instead of AdamW (learns differently)", changed)
    return tuple(sentence for _, sentence in sorted(found, key=lambda item: -item[0]))


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.0f} MB"
