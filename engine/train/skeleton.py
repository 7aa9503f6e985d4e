"""Models on torch's meta device, made of a folder's config alone: sizes without memory."""

import copy
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection
from engine.methods.base import Method
from engine.methods.blocks import blocks_of
from engine.train.probe import text_config

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True, slots=True)
class Base:
    """A model without a method. ``weights`` in bytes; the rest is counted."""

    parameters: int
    weights: int
    itemsize: int
    layers: int
    heads: int
    vocabulary: int
    hidden: int
    linear_elements: int  # weights that multiply every token: everything but embeddings and head
    largest_linear: int  # elements
    tied: bool  # the head is the embedding
    alike: bool  # all blocks have the same sizes


@functools.lru_cache(maxsize=16)
def weigh_base(folder: Path, dtype: "torch.dtype", stamps: tuple[int, ...]) -> Base:
    """Count the model in ``folder``. ``stamps`` are the times of the files that are looked at.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``.
    """
    from torch import nn

    config = read_config(folder)
    model = build(config, dtype)
    head, words = model.get_output_embeddings(), model.get_input_embeddings()
    linear = [module for module in model.modules() if isinstance(module, nn.Linear) and module is not head]
    blocks = blocks_of(model)[1]
    vocabulary, hidden = (int(side) for side in words.weight.shape)
    return Base(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        weights=sum(map(size_of, model.parameters())),
        itemsize=dtype.itemsize,
        layers=layers_of(config),
        heads=int(getattr(text_config(config), "num_attention_heads", 1)),
        vocabulary=vocabulary,
        hidden=hidden,
        linear_elements=sum(module.weight.numel() for module in linear),
        largest_linear=max((module.weight.numel() for module in linear), default=0),
        tied=head is not None and head.weight is words.weight,
        alike=len({tuple(p.shape for p in block.parameters()) for block in blocks}) == 1,
    )


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


def build(config: Any, dtype: "torch.dtype") -> Any:
    """A model of ``config``, frozen.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``.
    """
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
    model.config.pad_token_id = None  # GPT-2 looks for padding in the tokens, which are empty here
    return model


def apply_method(method: Method, model: Any, seed: int) -> "nn.Module":
    """``model`` under ``method``, open for training."""
    import torch

    with torch.device("meta"):
        return method.apply(model, seed=seed).train()


def layers_of(config: Any) -> int:
    """How many blocks the architecture has."""
    return int(text_config(config).num_hidden_layers)


def dtype_of(section: ModelSection, method: Method, *, bfloat16: bool) -> "torch.dtype":
    """As ``models.load.frozen_dtype`` and ``train.session``, for a computer that need not be this one; whole-model
    methods hold float32 weights unless the recipe names a type."""
    import torch

    if section.dtype != "auto":
        named: torch.dtype = getattr(torch, section.dtype)
        return named
    return torch.bfloat16 if bfloat16 and method.adapter else torch.float32


def size_of(tensor: "torch.Tensor") -> int:
    """Bytes of ``tensor``."""
    return tensor.numel() * tensor.element_size()


def _unsupported(where: object, error: BaseException) -> UserError:
    first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    return UserError(
        ErrorCode.MODEL_UNSUPPORTED,
        f"Cannot plan for the model in {where}: {first}",
        hint="Choose the folder of a causal language model.",
        recipe_path="model.path",
    )
