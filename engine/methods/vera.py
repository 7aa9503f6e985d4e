"""Scaled random matrices that all layers share."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.peft_adapter import Names, add_adapter, target_option, targets

if TYPE_CHECKING:
    from torch import nn


class VeRA(Method, kind="vera", title="VeRA"):
    """All layers share two random matrices and learn only their scales: a tenth of LoRA's weights."""

    reference: ClassVar[str] = "Kopiczko et al., 2023, arXiv:2310.11454"

    rank: int = option(
        256,
        ge=1,
        le=8192,
        title="Rank",
        tier=Tier.BASIC,
        help="Width of the shared matrices; larger than for LoRA.",
    )
    d_initial: float = option(0.1, gt=0.0, title="First scale", help="Value that the scales begin with.")
    vera_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Dropout", help="Share of the adapter's inputs that is dropped."
    )
    target_modules: Names = target_option()

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with PEFT's VeRA; the shared matrices are drawn from ``seed`` and saved."""
        from peft import VeraConfig

        config = VeraConfig(
            task_type="CAUSAL_LM",
            r=self.rank,
            d_initial=self.d_initial,
            vera_dropout=self.vera_dropout,
            target_modules=targets(self.target_modules),
            projection_prng_key=seed,
            save_projection=True,
        )
        return add_adapter(model, config, seed=seed)
