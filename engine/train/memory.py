"""The peak of a run's memory, part by part, from what its model weighs and how long its examples are.

Weights, adapter, optimizer state and libraries are there all the time. The rest of a step is looked at in its moments, and
the largest one is the peak:

- forward and the loss: activations (what autograd keeps), blocks of ``LOGIT_ROWS`` rows of logits (``kernels.loss``);
- the begin of backward: all activations, what one block takes on its way, the first gradients;
- the end of backward: all gradients, what one block takes;
- the step: all gradients, and what the optimizer computes with.

``Moment`` names the parts. A packed batch has the sum of its examples' tokens, a padded one its longest example times
their number; pairs and verdicts have two sequences a row. ``loading`` is what a base that is converted or quantized takes
beyond the peak while its file is read; those are pages of a file, which the system takes back when it needs them.
"""

import functools
import json
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.contract.environment import leaves_no_crumbs
from engine.contract.recipe import RecipeBase
from engine.methods.base import Method
from engine.objectives.base import Objective
from engine.train.answers_plan import with_giving
from engine.train.devices import Target
from engine.train.footprint import Footprint
from engine.train.lengths import Lengths

PROCESS_BYTES = 510_000_000  # Python with torch and transformers, a tokenizer and small data; measured
PEFT_BYTES = 55_000_000  # and peft with bitsandbytes
CONTEXT_BYTES = 600_000_000  # of CUDA and its libraries on a card
LOGIT_ROWS = 256
GAPS = 0.15  # of a card's allocator, and assumed of systems other than Linux
HEAP_GAPS = 0.2  # of the activations in glibc's heap, where smaller tensors took a part of a larger one's place; measured
HEAP_HOLES = (
    0.6  # of what a block computes with, for each block that is computed again; see ``_holes``; measured
)
HEAP_LEFT = (
    0.8  # of the activations' heap that gradients do not fill and that is given back after the step; measured
)
CRUMBS = 0.77  # of all that a step takes, where glibc was not told better; see ``allocator``
STEP_COPIES = {"adamw": 0, "adamw_8bit": 0, "paged_adamw_8bit": 0, "lion": 0, "lion_8bit": 0, "sgd": 1, "sgd_momentum": 1, "sgd_nesterov": 1, "adafactor": 1}  # fmt: skip
OTHER_COPIES = 2  # of the largest trained tensor, while the optimizer is at it


@dataclass(frozen=True, slots=True)
class Moment:
    """What a step holds beyond what is always there, in bytes."""

    gradients: int = 0
    activations: int = 0
    logits: int = 0
    temporary: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.gradients + self.activations + self.logits + self.temporary


def memory_of(recipe: RecipeBase, footprint: Footprint, lengths: Lengths, target: Target) -> dict[str, int]:
    """The peak by part, in bytes; see the module's docstring."""
    peak = max(_moments(recipe, footprint, lengths, target), key=lambda moment: moment.total)
    gaps = _gaps(peak, target)
    parts = {
        "weights": footprint.weights,
        "quantization": footprint.quantization,
        "adapter": footprint.adapter,
        "gradients": peak.gradients,
        "optimizer": footprint.optimizer_state(recipe.optim.optimizer),
        "activations": peak.activations,
        "logits": peak.logits,
        "temporary": peak.temporary + int(gaps),
        "overhead": overhead(recipe, target),
    }
    base = footprint.base
    trained = footprint.gradients
    parts = with_giving(
        recipe, parts, lengths, vocabulary=base.vocabulary, itemsize=base.itemsize, trained_bytes=trained
    )
    loading = _loading(recipe, footprint, target) - sum(parts.values())
    return {**parts, "loading": max(0, loading)}


def _gaps(peak: Moment, target: Target) -> float:
    """What lies idle between the tensors of a step."""
    taken = peak.activations + peak.logits + peak.temporary
    if not _in_heap(target):
        return GAPS * taken
    return HEAP_GAPS * peak.activations if leaves_no_crumbs(os.environ) else CRUMBS * taken


def _in_heap(target: Target) -> bool:
    """Whether tensors come from glibc's heap."""
    return target.kind == "cpu" and sys.platform.startswith("linux")


def overhead(recipe: RecipeBase, target: Target) -> int:
    """The process with its libraries, or a card's context."""
    if target.kind == "cuda":
        return CONTEXT_BYTES
    return PROCESS_BYTES + (PEFT_BYTES if cast(Method, recipe.method).adapter else 0)


def _moments(
    recipe: RecipeBase, footprint: Footprint, lengths: Lengths, target: Target
) -> tuple[Moment, ...]:
    batch, packing = recipe.optim.per_device_train_batch_size, recipe.data.packing
    real = lengths.micro_batch(batch, packing=packing)
    sequences = (min(batch, lengths.rows) if lengths.rows else batch) * lengths.sequences
    seen = 2 if packing and sequences > 1 else 1  # examples of the pass that was counted
    tokens = real + footprint.prompt * (sequences - seen)
    longest = lengths.longest // lengths.sequences + footprint.prompt
    scores = int(footprint.score * real * longest)
    held = footprint.held
    kept = held.kept.at(tokens) + footprint.layers_kept * scores
    there, back = held.forward.at(tokens), held.backward.at(tokens) + 3 * scores
    unpacked = _unpacked(recipe, footprint)
    loss = _loss(recipe, footprint, math.ceil(real * lengths.trained_share))
    old = footprint.gradients if recipe.optim.gradient_accumulation_steps > 1 else 0
    first = old + footprint.gradients_at_once
    head = footprint.base.vocabulary * footprint.base.hidden * footprint.base.itemsize
    again = head if footprint.head_trained and footprint.base.tied else 0  # from both of its ends
    left = int(max(0.0, held.kept.fixed))
    copies = STEP_COPIES.get(recipe.optim.optimizer, OTHER_COPIES)
    idle = int(HEAP_LEFT * kept) if _in_heap(target) else 0
    holes = _holes(recipe, footprint, there, target)
    return (
        Moment(gradients=old, activations=kept, temporary=there + unpacked + holes),
        Moment(gradients=old, activations=kept, logits=loss, temporary=holes),
        Moment(gradients=first, activations=kept, temporary=back + unpacked + holes),
        Moment(gradients=footprint.gradients, activations=left, temporary=back + unpacked + again + idle),
        Moment(gradients=footprint.gradients, temporary=copies * footprint.largest_trained + idle),
    )


def _holes(recipe: RecipeBase, footprint: Footprint, there: int, target: Target) -> int:
    """What checkpointing leaves idle in glibc's heap: only a block's input is kept, and it lies behind what the block
    before computed with and let go (``there``). What the next block computes with does not fit into that gap as a whole, so
    more than half of each stays empty; the gradients of whole weights fill them at last."""
    if not (recipe.model.gradient_checkpointing and _in_heap(target) and leaves_no_crumbs(os.environ)):
        return 0
    return int(HEAP_HOLES * there * footprint.layers_kept)


def _loss(recipe: RecipeBase, footprint: Footprint, trained: int) -> int:
    """What ``kernels.loss`` holds of ``trained`` tokens: blocks of logits, their hidden states and the gradient of these;
    a reward model has neither."""
    objective, base = cast(Objective, recipe.objective), footprint.base
    if objective.scores or not trained:
        return 0
    rows = min(LOGIT_ROWS, trained) * base.vocabulary
    more = (
        trained > LOGIT_ROWS or objective.sequences > 1
    )  # the block before is there, or one more is computed
    blocks = rows * (4 * (3 if more else 2) + (0 if base.itemsize == 4 else 2))
    head = base.vocabulary * base.hidden * base.itemsize if footprint.head_trained else 0
    return 2 * trained * base.hidden * base.itemsize + max(blocks + head, 2 * head)


def _unpacked(recipe: RecipeBase, footprint: Footprint) -> int:
    """One layer of a quantized base as it is computed with."""
    if recipe.model.quantization == "none":
        return 0
    return footprint.base.largest_linear * footprint.base.itemsize


def _loading(recipe: RecipeBase, footprint: Footprint, target: Target) -> int:
    """The peak before the first step, where the base is not used as it lies in its file."""
    if target.kind == "cuda":
        return 0
    base = footprint.base
    rewritten = base.linear_elements * base.itemsize if cast(Method, recipe.method).rewrites_base else 0
    held = footprint.weights + footprint.quantization + footprint.adapter + rewritten
    return overhead(recipe, target) + held + file_bytes(recipe, footprint)


def file_bytes(recipe: RecipeBase, footprint: Footprint) -> int:
    """Bytes of the base's files that are read and let go again: none where the weights stay as they lie there."""
    from engine.models.load import resolve_model

    converted = recipe.model.quantization != "none"
    total = 0
    for path in sorted(resolve_model(recipe.model.path).glob("*.safetensors")):
        total += path.stat().st_size
        converted = converted or _itemsize(path) != footprint.base.itemsize
    return total if converted else 0


@functools.lru_cache(maxsize=32)
def _itemsize(path: Path) -> int:
    """Bytes of a number in a safetensors file: by the type of its largest tensor."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    header.pop("__metadata__", None)
    spans = [
        (end - start, item["dtype"]) for item in header.values() for start, end in [item["data_offsets"]]
    ]
    name = max(spans, default=(0, "F32"))[1]
    return {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2}.get(name, 1)
