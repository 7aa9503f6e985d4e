"""What a training step holds of each token, counted on models of one and of two blocks that have sizes but no memory.

Everything between the two is one block's share, so a model of eighty blocks is weighed as quickly as one of two.
"""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from engine.data.pack import Batch

TOKENS = 16  # of the shorter pass; the longer has twice as many


@dataclass(frozen=True, slots=True)
class Line:
    """Bytes that grow with the tokens: ``fixed + tokens * per_token``."""

    fixed: float
    per_token: float

    def at(self, tokens: int) -> int:
        """Bytes of ``tokens``."""
        return max(0, int(self.fixed + tokens * self.per_token))

    def plus(self, other: "Line", times: float = 1.0) -> "Line":
        """``self`` and ``times`` as much of ``other``."""
        return Line(self.fixed + times * other.fixed, self.per_token + times * other.per_token)


NOTHING = Line(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Held:
    """``kept``: between forward and backward. ``forward``, ``backward``: what there is beyond that at most on the way
    there and back, the gradients of weights apart."""

    kept: Line
    forward: Line
    backward: Line

    def up_to(self, other: "Held", blocks: int) -> "Held":
        """``self`` being of one block and ``other`` of two: the same of ``blocks``."""
        if blocks < 2:
            return self
        block = other.kept.plus(self.kept, -1.0)
        return Held(other.kept.plus(block, blocks - 2), other.forward, other.backward)


def probe(
    model: Any,
    *,
    packed: bool,
    checkpointing: bool = False,
    autocast: "torch.dtype | None" = None,
    only_kept: bool = False,
) -> Held:
    """Make a forward and a backward pass of ``model``, which is on torch's meta device and open for training.

    ``packed``: several examples stand in a row. ``only_kept``: the way back is left out, and its share is nothing.
    """
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if autocast is not None:
        _cast_linear_layers(model, autocast)
    short, long = (_pass(model, tokens, packed, back=not only_kept) for tokens in (TOKENS, 2 * TOKENS))
    kept, forward, backward = (
        Line(one - (two - one), (two - one) / TOKENS) for one, two in zip(short, long, strict=True)
    )
    return Held(kept, forward, backward)


def _cast_linear_layers(model: Any, dtype: "torch.dtype") -> None:
    """Let linear layers compute in ``dtype``, as accelerate does on a card; torch has no autocast for the meta device."""
    from torch import nn
    from torch.nn.functional import linear

    def forward(module: nn.Linear, inputs: "torch.Tensor") -> "torch.Tensor":
        bias = None if module.bias is None else module.bias.to(dtype)
        return linear(inputs.to(dtype), module.weight.to(dtype), bias)

    for module in model.modules():
        if type(module) is nn.Linear:
            module.forward = functools.partial(forward, module)  # type: ignore[method-assign]


def _pass(model: Any, tokens: int, packed: bool, *, back: bool) -> tuple[float, float, float]:
    """Bytes kept, and those beyond on the way there and back."""
    import torch

    from engine.kernels.ledger import Ledger
    from engine.kernels.prompts import model_inputs

    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    weights = (*model.parameters(), *model.buffers())
    for weight in weights:
        weight.grad = None
    ledger = Ledger({weight.untyped_storage()._cdata for weight in weights})
    batch = _batch(tokens, packed)
    with ledger:
        batch, inputs = model_inputs(model, causal, batch)
        hidden = causal.base_model(**inputs).last_hidden_state
        middle = ledger.mark()
        if back and hidden.requires_grad:
            hidden.backward(torch.empty_like(hidden))
    gradients = frozenset(ledger.number_of(weight.grad) for weight in weights if weight.grad is not None)
    there, kept = ledger.highest(0, middle)
    highest, _ = ledger.highest(middle, ledger.mark(), without=gradients) if back else (kept, kept)
    return kept, there - kept, highest - kept


def _batch(tokens: int, packed: bool) -> "Batch":
    import torch

    from engine.data.pack import Batch

    row = torch.zeros((1, tokens), dtype=torch.long, device="meta")
    places = torch.zeros(tokens, dtype=torch.long, device="meta")
    lengths = (tokens // 2, tokens - tokens // 2) if packed else (tokens,)
    return Batch(row, row, places, places, lengths, tokens, (), places, len(lengths), places[: len(lengths)])


def shortened(config: Any, layers: int) -> Any:
    """The same architecture with fewer layers."""
    import copy

    short = copy.deepcopy(config)
    text = text_config(short)
    kinds = getattr(text, "layer_types", None)
    text.num_hidden_layers = layers
    if kinds:
        text.layer_types = list(kinds)[:layers]
    return short


def text_config(config: Any) -> Any:
    """The part of ``config`` that speaks of text."""
    return config.get_text_config() if hasattr(config, "get_text_config") else config
