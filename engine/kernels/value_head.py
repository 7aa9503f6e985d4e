"""One number for each sequence: a linear layer on the hidden state of the last token, as transformers' models for
sequence classification have it (``score``).

It hangs on the model that the loop trains, so that optimizer and checkpoints treat it as any other weight, and is
written into a file of its own beside the adapter or the model.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from engine.kernels.loss import LinearLogProbs, hidden_states
from engine.kernels.names import HEAD, HEAD_FILE, STORED_NAME
from engine.kernels.prompts import model_inputs

if TYPE_CHECKING:
    from engine.data.pack import Batch


def add_head(model: nn.Module, *, seed: int) -> None:
    """Give ``model`` a head that is trained, in float32 and drawn from ``seed``."""
    config = cast(Any, model).config.get_text_config()
    place = next(model.parameters()).device
    chance = torch.Generator().manual_seed(seed)
    head = nn.Linear(config.hidden_size, 1, bias=False)
    with torch.no_grad():
        spread = float(getattr(config, "initializer_range", None) or 0.02)
        head.weight.normal_(std=spread, generator=chance)
    model.add_module(HEAD, head.to(place))


def scores(model: nn.Module, batch: "Batch") -> torch.Tensor:
    """The number that the head gives the last token of each sequence: float32 [sequences]."""
    causal = cast(Any, model.get_base_model() if hasattr(model, "get_base_model") else model)  # type: ignore[operator]
    batch, inputs = model_inputs(model, causal, batch)
    hidden = causal.base_model(**inputs).last_hidden_state.flatten(0, 1).index_select(0, batch.ends)
    weight = cast(nn.Linear, model.get_submodule(HEAD)).weight
    products = hidden.float() * weight.float()  # no matrix product, which mixed precision would round
    return products.sum(dim=1)


def log_probs_and_values(model: nn.Module, batch: "Batch") -> tuple[torch.Tensor, torch.Tensor]:
    """Log-probability of each trained token, and what the head expects before it: float32 [trained] both."""
    causal = cast(Any, model.get_base_model() if hasattr(model, "get_base_model") else model)  # type: ignore[operator]
    hidden, logits, head = hidden_states(model, causal, batch)
    weight = cast(nn.Linear, model.get_submodule(HEAD)).weight
    values = (hidden.float() * weight.float()).sum(dim=1)
    if head is None:
        assert logits is not None
        return logits.float().log_softmax(dim=1).gather(1, batch.targets[:, None]).squeeze(1), values
    rows = hidden.to(head.weight.dtype)
    return cast(torch.Tensor, LinearLogProbs.apply(rows, head.weight, head.bias, batch.targets)), values


@contextmanager
def without_head(model: nn.Module) -> Iterator[None]:
    """``model`` as transformers and PEFT know it, for the length of the block."""
    head = model._modules.pop(HEAD, None)
    try:
        yield
    finally:
        if head is not None:
            model.add_module(HEAD, head)


def save_head(model: nn.Module, folder: Path) -> None:
    """Write the head of ``model`` into ``folder``."""
    from safetensors.torch import save_file

    weight = cast(nn.Linear, model.get_submodule(HEAD)).weight
    save_file({STORED_NAME: weight.detach().float().cpu().contiguous()}, folder / HEAD_FILE)


def load_head(model: nn.Module, folder: Path) -> None:
    """Give ``model`` the head that ``save_head`` wrote into ``folder``."""
    from safetensors.torch import load_file

    weight = load_file(folder / HEAD_FILE)[STORED_NAME]
    head = nn.Linear(weight.shape[1], 1, bias=False)
    head.weight = nn.Parameter(weight, requires_grad=False)
    model.add_module(HEAD, head.to(next(model.parameters()).device))
