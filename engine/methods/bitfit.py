"""Training of the biases alone."""

from typing import TYPE_CHECKING, ClassVar

from engine.methods.base import Method

if TYPE_CHECKING:
    from torch import nn

    from engine.models.facts import BaseFacts


class BitFit(Method, kind="bitfit", title="BitFit"):
    """Trains only the biases; for models that have them (GPT-2, Phi, GPT-NeoX, Qwen2), not for Llama or Gemma."""

    adapter: ClassVar[bool] = False
    quantized_base: ClassVar[bool] = False
    reference: ClassVar[str] = "Ben Zaken et al., 2021, arXiv:2106.10199"

    def refusal(self, base: "BaseFacts") -> str | None:
        """A model whose stored weights have no bias has nothing that could be trained."""
        if base.tensors and not any(name.endswith(".bias") for name in base.tensors):
            return "This model has no biases, so BitFit would have nothing to train."
        return super().refusal(base)

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Let gradients reach every bias, also those of normalisation layers."""
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name.endswith(".bias"))
        return model
