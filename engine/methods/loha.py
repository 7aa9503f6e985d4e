"""Low-rank adaptation by Hadamard products."""

from typing import TYPE_CHECKING, ClassVar, cast

from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.peft_adapter import Names, add_adapter, target_option, targets

if TYPE_CHECKING:
    from torch import nn


class LoHa(Method, kind="loha", title="LoHa"):
    """Multiplies two low-rank matrices entry by entry, which reaches rank squared with the same weights."""

    reference: ClassVar[str] = "Hyeon-Woo et al., 2021, arXiv:2108.06098"
    quantized_base: ClassVar[bool] = False
    conv1d: ClassVar[bool] = False

    rank: int = option(
        8, ge=1, le=1024, title="Rank", tier=Tier.BASIC, help="Width of each of the four thin matrices."
    )
    alpha: float = option(
        16.0, gt=0.0, title="Alpha", tier=Tier.BASIC, help="Strength of the adapter, divided by the rank."
    )
    rank_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Rank dropout", help="Share of the rows that is dropped in a step."
    )
    module_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Module dropout", help="How often a whole layer's adapter is left out."
    )
    target_modules: Names = target_option()

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with PEFT's LoHa, initialised from ``seed``."""
        from peft import LoHaConfig

        config = LoHaConfig(
            task_type="CAUSAL_LM",
            r=self.rank,
            alpha=cast(int, self.alpha),
            rank_dropout=self.rank_dropout,
            module_dropout=self.module_dropout,
            target_modules=targets(self.target_modules),
        )
        return add_adapter(model, config, seed=seed)
