"""What a recipe's model weighs, measured on shapes alone: the model is built on torch's meta device, where tensors
have sizes but no memory, the recipe's own method is applied to it, and a forward pass is watched for what autograd
keeps (``probe``). So every architecture and method is counted and no weight is loaded. Where all blocks of a model are
alike, an adapter is put on one and on two of them, and the other blocks follow from these."""

import copy
import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection, RecipeBase
from engine.methods.base import Method
from engine.methods.blocks import blocks_of
from engine.models.quantize import bytes_per_weight
from engine.train.devices import Target
from engine.train.probe import Kept, probe, shortened, text_config

if TYPE_CHECKING:
    import torch
    from torch import nn

FEW_BLOCKS = 8  # up to here every block is built
ONE_BLOCK = re.compile(r"\.\d")  # a layer that is named by its block


@dataclass(frozen=True, slots=True)
class Footprint:
    """Sizes in bytes unless they say otherwise; activations are what backward needs of a micro-batch."""

    parameters: int  # of the base, counted
    trainable: int  # counted
    weights: int  # without what ``quantization`` counts
    quantization: int  # scales of a quantized base
    adapter: int
    gradients: int
    layers: int
    activation_fixed: int
    activation_per_token: float
    activation_per_square: float  # for each token of a micro-batch times the length of its example
    layer_per_token: float  # of one layer, all of its activations
    hidden_per_token: int  # one hidden state
    vocabulary: int
    hidden: int
    linear_elements: int  # weights that multiply every token: everything but embeddings and head
    largest_linear: int  # elements
    head_trained: bool  # the output head itself learns

    def activations(self, tokens: int, *, checkpointing: bool, longest: int = 0) -> int:
        """Bytes held between forward and backward, with the gradients of the layer that is worked on."""
        per_token = self.activation_per_token + self.activation_per_square * longest
        layer = self.layer_per_token + self.activation_per_square * longest / self.layers
        if checkpointing:
            kept = (self.layers * self.hidden_per_token + 2 * layer) * tokens
        else:
            kept = (per_token + layer) * tokens
        return int(kept) + self.activation_fixed


def measure(recipe: RecipeBase, folder: Path, target: Target) -> Footprint:
    """Build the recipe's model in ``folder`` without memory and weigh it; the answer is remembered.

    Raises:
        UserError: transformers does not know the architecture, or the method does not fit it.
    """
    method = cast(Method, recipe.method)
    files = (folder / "config.json", *method.reads_files())
    stamps = tuple(path.stat().st_mtime_ns for path in files if path.is_file())
    bfloat16 = target.kind == "cuda" and target.bfloat16
    return _measure(method, _held_as(recipe.model, method), folder, bfloat16, recipe.run.seed, stamps)


@functools.lru_cache(maxsize=32)
def _measure(
    method: Method, section: ModelSection, folder: Path, bfloat16: bool, seed: int, stamps: tuple[int, ...]
) -> Footprint:
    """``stamps`` are the times of the files that are looked at, so that a changed file is looked at again."""
    import torch
    from torch import nn

    config = read_config(folder)
    dtype = _dtype(section, bfloat16=bfloat16)
    base = _build(config, section, dtype)
    head = base.get_output_embeddings()
    linear = [module for module in base.modules() if isinstance(module, nn.Linear) and module is not head]
    elements = sum(module.weight.numel() for module in linear)
    parameters = sum(parameter.numel() for parameter in base.parameters())
    vocabulary, hidden = (int(side) for side in base.get_input_embeddings().weight.shape)
    weights, scales = _held_bytes(base, section, linear)
    added, kept, block = _method_on(base, method, config, section, dtype, seed)
    return Footprint(
        parameters=parameters,
        trainable=added.trainable,
        weights=weights,
        quantization=scales,
        adapter=added.adapter,
        gradients=added.gradients,
        layers=_layers(config),
        activation_fixed=max(0, int(kept.fixed)),
        activation_per_token=kept.per_token,
        activation_per_square=_score_bytes(config, section, dtype),
        layer_per_token=block.per_token,
        hidden_per_token=hidden * torch.empty((), dtype=dtype).element_size(),
        vocabulary=vocabulary,
        hidden=hidden,
        linear_elements=elements,
        largest_linear=max((module.weight.numel() for module in linear), default=0),
        head_trained=added.head,
    )


def _score_bytes(config: Any, section: ModelSection, dtype: "torch.dtype") -> float:
    """Attention scores that ``eager`` keeps for each pair of tokens: in float32, and once more in a shorter format."""
    if section.attention != "eager":
        return 0.0
    heads = int(text_config(config).num_attention_heads)
    return float(_layers(config) * heads * (4 if dtype.itemsize == 4 else 4 + dtype.itemsize))


def _held_bytes(base: Any, section: ModelSection, linear: "list[nn.Linear]") -> tuple[int, int]:
    """Bytes of the base's weights, and of the scales that a quantized base keeps with them."""
    weights = sum(_bytes(parameter) for parameter in base.parameters())
    held = bytes_per_weight(section)
    if held is None:
        return weights, 0
    elements = sum(module.weight.numel() for module in linear)
    bare = 1.0 if section.quantization == "int8" else 0.5
    rest = weights - sum(_bytes(module.weight) for module in linear)
    return rest + int(elements * bare), int(elements * (held - bare))


# ---------------------------------------------------------------- the method


@dataclass(frozen=True, slots=True)
class Added:
    """What a method adds to a base, and what it trains."""

    adapter: int
    gradients: int
    trainable: int
    head: bool

    def up_to(self, other: "Added", blocks: int) -> "Added":
        """``self`` being of one block and ``other`` of two: the same of ``blocks``."""
        more = blocks - 1
        return Added(
            self.adapter + more * (other.adapter - self.adapter),
            self.gradients + more * (other.gradients - self.gradients),
            self.trainable + more * (other.trainable - self.trainable),
            self.head,
        )


def _added(model: Any, known: set[int]) -> Added:
    """``known`` are the ids of the base's own parameters."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    head = model.get_output_embeddings()
    return Added(
        adapter=sum(_bytes(parameter) for parameter in model.parameters() if id(parameter) not in known),
        gradients=sum(_bytes(parameter) for parameter in trained),
        trainable=sum(parameter.numel() for parameter in trained),
        head=head is not None and any(parameter.requires_grad for parameter in head.parameters()),
    )


def _method_on(
    base: Any, method: Method, config: Any, section: ModelSection, dtype: "torch.dtype", seed: int
) -> tuple[Added, Kept, Kept]:
    """What ``method`` adds to ``base``, what autograd keeps then, and of it what one block keeps."""
    layers = _layers(config)
    known = {id(parameter) for parameter in base.parameters()}
    alike = method.adapter and _alike(base, method)
    shortcut = alike and layers > FEW_BLOCKS
    whole = base if shortcut else _apply(method, base, seed)
    added = _added(whole, known)
    if method.adapter and not alike:
        kept = probe(whole)
        return added, kept, kept.share(layers)

    def short(config: Any) -> Any:
        model = _build(config, section, dtype)
        known.update(id(parameter) for parameter in model.parameters())
        return _apply(method, model, seed) if method.adapter else _open_as(whole, model)

    one, two = short(shortened(config, 1)), short(shortened(config, 2))
    if shortcut:
        added = _added(one, known).up_to(_added(two, known), layers)
    first, second = probe(one), probe(two)
    reached = layers if method.adapter else _reached_blocks(whole)
    return added, first.up_to(second, reached), second.minus(first)


def _alike(base: Any, method: Method) -> bool:
    """Whether all blocks of ``base`` have the same sizes, and ``method`` does the same to each of them."""
    if not method.same_for_all_blocks:
        return False
    for name in type(method).model_fields:
        value = getattr(method, name)
        named = value if isinstance(value, tuple) else (value,)
        if any(isinstance(item, str) and ONE_BLOCK.search(item) for item in named):
            return False
    blocks = blocks_of(base)[1]
    return len({tuple(p.shape for p in block.parameters()) for block in blocks}) == 1


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


# ---------------------------------------------------------------- building


def _held_as(section: ModelSection, method: Method) -> ModelSection:
    """Whole-model methods hold float32 weights unless the recipe names a type, as ``train.session`` does."""
    if method.adapter or section.dtype != "auto":
        return section
    return section.model_copy(update={"dtype": "float32"})


def read_config(folder: Path) -> Any:
    """The architecture's own description; code of the folder runs only where that was allowed.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``.
    """
    from transformers import AutoConfig

    from engine.models.consent import may_run_code

    own_code = may_run_code(folder)
    try:
        return AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=own_code)
    except (OSError, ValueError, KeyError) as error:
        raise _unsupported(folder, error) from None


def _build(config: Any, section: ModelSection, dtype: "torch.dtype") -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    from engine.kernels.attention import implementation
    from engine.models.consent import config_may_run_code

    try:
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(
                copy.deepcopy(config),  # block expansion writes into it
                dtype=dtype,
                attn_implementation=implementation("auto"),  # others look into tensors, which are empty here
                trust_remote_code=config_may_run_code(config),
            )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _unsupported(getattr(config, "name_or_path", "the model"), error) from None
    model.requires_grad_(False)
    model.config.use_cache = False
    return model


def _apply(method: Method, model: Any, seed: int) -> "nn.Module":
    import torch

    with torch.device("meta"):
        return method.apply(model, seed=seed).train()


def _layers(config: Any) -> int:
    return int(text_config(config).num_hidden_layers)


def _dtype(section: ModelSection, *, bfloat16: bool) -> "torch.dtype":
    """As ``models.load.frozen_dtype``, for a computer that need not be this one."""
    import torch

    if section.dtype != "auto":
        named: torch.dtype = getattr(torch, section.dtype)
        return named
    return torch.bfloat16 if bfloat16 else torch.float32


def _bytes(tensor: "torch.Tensor") -> int:
    return tensor.numel() * tensor.element_size()


def _unsupported(where: object, error: BaseException) -> UserError:
    first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    return UserError(
        ErrorCode.MODEL_UNSUPPORTED,
        f"Cannot plan for the model in {where}: {first}",
        hint="Choose the folder of a causal language model.",
        recipe_path="model.path",
    )
