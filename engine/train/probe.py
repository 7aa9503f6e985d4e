"""What autograd keeps of each token, seen on models of one and of two blocks that have sizes but no memory.

Everything between the two is one block's share, so a model of eighty blocks is weighed as quickly as one of two.
"""

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

PROBE_TOKENS = 32  # long enough to tell what grows with the tokens
PROBE_LENGTH = 4  # of each packed example, short enough that T x T scores do not count


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that autograd keeps of a model: ``fixed + tokens * per_token``."""

    fixed: float
    per_token: float

    def up_to(self, other: "Kept", blocks: int) -> "Kept":
        """``self`` being of one block and ``other`` of two: the same of ``blocks``."""
        block = other.minus(self)
        return Kept(self.fixed + (blocks - 1) * block.fixed, self.per_token + (blocks - 1) * block.per_token)

    def share(self, blocks: int) -> "Kept":
        """The mean of one of ``blocks``."""
        return Kept(self.fixed / blocks, self.per_token / blocks)

    def minus(self, other: "Kept") -> "Kept":
        """What is kept beyond ``other``."""
        return Kept(self.fixed - other.fixed, self.per_token - other.per_token)


class _Holder:
    """One tensor that autograd saved; gone when autograd lets it go."""

    def __init__(self, tensor: "torch.Tensor") -> None:
        self.tensor = tensor


def probe(model: Any) -> Kept:
    """Look at forward passes of ``model``, which is on torch's meta device and open for training."""
    one, two = kept_for_backward(model, PROBE_TOKENS), kept_for_backward(model, 2 * PROBE_TOKENS)
    slope = (two - one) / PROBE_TOKENS
    return Kept(one - slope * PROBE_TOKENS, slope)


def kept_for_backward(model: Any, tokens: int) -> int:
    """Bytes of distinct storages that autograd holds after a forward pass of ``tokens`` packed tokens; weights excluded."""
    import torch

    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    weights = {parameter.untyped_storage()._cdata for parameter in model.parameters()}
    holders: weakref.WeakSet[_Holder] = weakref.WeakSet()

    def pack(tensor: "torch.Tensor") -> _Holder:
        holder = _Holder(tensor)
        holders.add(holder)
        return holder

    ids = torch.zeros((1, tokens), dtype=torch.long, device="meta")
    inputs: dict[str, Any] = {"input_ids": ids, "position_ids": ids, "use_cache": False}
    if causal.config._attn_implementation == "luthier_packed":
        inputs["packed_lengths"] = (PROBE_LENGTH,) * (tokens // PROBE_LENGTH)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda holder: holder.tensor):
        output = causal.base_model(**inputs)
    storages = {item._cdata: item.nbytes() for item in (h.tensor.untyped_storage() for h in holders)}
    del output
    return sum(size for place, size in storages.items() if place not in weights)


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
