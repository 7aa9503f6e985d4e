"""What a recipe's model weighs, measured on shapes alone: the model is built on torch's meta device, where tensors
have sizes but no memory, the recipe's own method is applied to it, and a training pass is counted (``probe``). So every
architecture and method is counted and no weight is loaded. Where all blocks of a model are alike, the method is put on
one and on two of them, and the other blocks follow from these."""

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.recipe import ModelSection, RecipeBase
from engine.methods.base import Method
from engine.methods.blocks import blocks_of
from engine.models.quantize import bytes_per_weight
from engine.train.devices import Target
from engine.train.optim import state_bytes
from engine.train.probe import Held, probe, shortened
from engine.train.skeleton import (
    Base,
    apply_method,
    build,
    dtype_of,
    read_config,
    size_of,
    weigh_base,
)

if TYPE_CHECKING:
    import torch

FEW_BLOCKS = 2  # up to here every block is built
ONE_BLOCK = re.compile(r"\.\d")  # a layer that is named by its block


@dataclass(frozen=True, slots=True)
class Footprint:
    """Sizes in bytes unless they say otherwise."""

    base: Base
    trainable: int  # counted
    factored: int  # of these: rows and columns of matrices, and vectors
    weights: int  # without what ``quantization`` counts
    quantization: int  # scales of a quantized base
    adapter: int
    gradients: int
    gradients_at_once: int  # of one block and the head, there when backward begins
    held: Held  # of a micro-batch
    score: float  # what eager attention keeps of one layer for each pair of tokens
    layers_kept: int  # that backward goes through
    prompt: int  # virtual tokens before each example
    largest_trained: int
    head_trained: bool  # the output head itself learns

    def optimizer_state(self, name: str) -> int:
        """Bytes of the state of the optimizer ``name``."""
        return state_bytes(name, weights=self.trainable, size_bytes=self.gradients, factored=self.factored)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a step is made, as far as it decides what is held."""

    packed: bool
    checkpointing: bool
    autocast: bool  # in bfloat16, as accelerate does on a card


def measure(recipe: RecipeBase, folder: Path, target: Target) -> Footprint:
    """Build the recipe's model in ``folder`` without memory and weigh it; the answer is remembered.

    Raises:
        UserError: transformers does not know the architecture, or the method does not fit it.
    """
    method, section = cast(Method, recipe.method), recipe.model
    files = (folder / "config.json", *method.reads_files())
    stamps = tuple(path.stat().st_mtime_ns for path in files if path.is_file())
    on_card = target.kind == "cuda" and target.bfloat16
    dtype = dtype_of(section, method, bfloat16=on_card)
    sequences = recipe.optim.per_device_train_batch_size * cast(Any, recipe.objective).sequences
    manner = Manner(
        packed=recipe.data.packing and sequences > 1,
        checkpointing=section.gradient_checkpointing,
        autocast=on_card and section.dtype in ("auto", "bfloat16"),
    )
    base = weigh_base(folder, dtype, stamps[:1])
    added, held, layers = _trained(method, folder, dtype, manner, recipe.run.seed, stamps)
    weights, scales = _held_bytes(base, section)
    return Footprint(
        base=base,
        trainable=added.trainable,
        factored=added.factored,
        weights=weights,
        quantization=scales,
        adapter=added.adapter,
        gradients=added.gradients,
        gradients_at_once=added.gradients_at_once,
        held=held,
        score=float(base.heads * 4) if section.attention == "eager" else 0.0,
        layers_kept=layers,
        prompt=added.prompt,
        largest_trained=added.largest,
        head_trained=added.head,
    )


def _held_bytes(base: Base, section: ModelSection) -> tuple[int, int]:
    """Bytes of the base's weights, and of the scales that a quantized base keeps with them."""
    held = bytes_per_weight(section)
    if held is None:
        return base.weights, 0
    bare = 1.0 if section.quantization == "int8" else 0.5
    rest = base.weights - base.linear_elements * base.itemsize
    return rest + int(base.linear_elements * bare), int(base.linear_elements * (held - bare))


# ---------------------------------------------------------------- the method


@dataclass(frozen=True, slots=True)
class Added:
    """What a method adds to a base, and what it trains."""

    adapter: int
    gradients: int
    gradients_at_once: int
    trainable: int
    factored: int
    largest: int
    head: bool
    prompt: int

    def up_to(self, other: "Added", blocks: int) -> "Added":
        """``self`` being of one block and ``other`` of two: the same of ``blocks``."""
        more = blocks - 1
        block = other.gradients - self.gradients
        return Added(
            self.adapter + more * (other.adapter - self.adapter),
            self.gradients + more * block,
            block,
            self.trainable + more * (other.trainable - self.trainable),
            self.factored + more * (other.factored - self.factored),
            self.largest,
            self.head,
            self.prompt,
        )


def _added(model: Any, known: set[int], *, blocks: int) -> Added:
    """``known`` are the ids of the base's own parameters."""
    from engine.kernels.prompts import is_prefix, prompt_length

    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    head = model.get_output_embeddings()
    gradients = sum(map(size_of, trained))
    return Added(
        adapter=sum(size_of(parameter) for parameter in model.parameters() if id(parameter) not in known),
        gradients=gradients,
        gradients_at_once=gradients // blocks,
        trainable=sum(parameter.numel() for parameter in trained),
        factored=sum(sum(p.shape[-2:]) if p.ndim > 1 else p.numel() for p in trained),
        largest=max(map(size_of, trained), default=0),
        head=head is not None and any(parameter.requires_grad for parameter in head.parameters()),
        prompt=0 if not prompt_length(model) or is_prefix(model) else prompt_length(model),
    )


@functools.lru_cache(maxsize=64)
def _trained(
    method: Method, folder: Path, dtype: "torch.dtype", manner: Manner, seed: int, stamps: tuple[int, ...]
) -> tuple[Added, Held, int]:
    """What ``method`` adds, what a step of it holds, and through how many blocks its backward pass goes.

    ``stamps`` are the times of the files that are looked at, so that a changed file is looked at again.
    """
    config = read_config(folder)
    base = weigh_base(folder, dtype, stamps[:1])
    alike = method.same_for_all_blocks and base.alike and not _names_a_block(method)
    if not alike or base.layers <= FEW_BLOCKS:
        whole, known = _with(config, method, dtype, seed)
        added, layers = _added(whole, known, blocks=base.layers), _reached_blocks(whole)
        if not base.alike or method.adapter:
            return added, _probe(whole, manner), layers
        one, two = (_open_as(whole, build(shortened(config, count), dtype)) for count in (1, 2))
        single = _probe(one, manner, only_kept=layers > 1)
        return added, single.up_to(_probe(two, manner), layers), layers
    (one, first), (two, second) = (_with(shortened(config, count), method, dtype, seed) for count in (1, 2))
    added = _added(one, first, blocks=1).up_to(_added(two, second, blocks=2), base.layers)
    held = _probe(one, manner, only_kept=True).up_to(_probe(two, manner), base.layers)
    return added, held, base.layers


def _probe(model: Any, manner: Manner, *, only_kept: bool = False) -> Held:
    import torch

    return probe(
        model,
        packed=manner.packed,
        checkpointing=manner.checkpointing,
        autocast=torch.bfloat16 if manner.autocast else None,
        only_kept=only_kept,
    )


def _with(config: Any, method: Method, dtype: "torch.dtype", seed: int) -> tuple[Any, set[int]]:
    """A model of ``config`` under ``method``, and the ids of the base's own parameters."""
    model = build(config, dtype)
    known = {id(parameter) for parameter in model.parameters()}
    return apply_method(method, model, seed), known


def _names_a_block(method: Method) -> bool:
    """Whether an option names a layer by its block."""
    for name in type(method).model_fields:
        value = getattr(method, name)
        named = value if isinstance(value, tuple) else (value,)
        if any(isinstance(item, str) and ONE_BLOCK.search(item) for item in named):
            return True
    return False


def _reached_blocks(model: Any) -> int:
    """How many blocks the backward pass goes through: from the first one that is trained, or all for the embedding."""
    blocks = cast(Any, blocks_of(model)[1])
    if any(parameter.requires_grad for parameter in model.get_input_embeddings().parameters()):
        return len(blocks)
    trained = [any(parameter.requires_grad for parameter in block.parameters()) for block in blocks]
    return len(blocks) - trained.index(True) if True in trained else 0


def _open_as(whole: Any, short: Any) -> Any:
    """``short`` with what is open for training in ``whole``; each of its blocks is like the first trained one there."""
    place, blocks = blocks_of(whole)
    trained = [
        any(parameter.requires_grad for parameter in block.parameters()) for block in cast(Any, blocks)
    ]
    chosen = f"{place}.{trained.index(True) if True in trained else 0}."
    state = {name: parameter.requires_grad for name, parameter in whole.named_parameters()}
    for name, parameter in short.named_parameters():
        inside = re.sub(rf"^{re.escape(place)}\.\d+\.", chosen, name)
        parameter.requires_grad_(state.get(inside, False))
    return short.train()
