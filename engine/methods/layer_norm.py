"""Training of the normalisation layers alone."""

from typing import TYPE_CHECKING, ClassVar

from engine.methods.base import Method
from engine.methods.peft_adapter import add_adapter

if TYPE_CHECKING:
    from torch import nn


class LayerNormTuning(Method, kind="ln_tuning", title="Layer-norm tuning"):
    """Trains only the scales (and shifts) of the normalisation layers; good at style with very few weights."""

    reference: ClassVar[str] = "Zhao et al., 2023, arXiv:2312.11420"

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap every normalisation layer of ``model`` that has weights."""
        from peft import LNTuningConfig

        names = {
            name.rpartition(".")[2]
            for name, module in model.named_modules()
            if type(module).__name__.lower().endswith("norm") and any(True for _ in module.parameters())
        }
        config = LNTuningConfig(task_type="CAUSAL_LM", target_modules=sorted(names))
        return add_adapter(model, config, seed=seed)
