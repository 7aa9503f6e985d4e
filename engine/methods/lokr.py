"""Low-rank adaptation by Kronecker products."""

from typing import TYPE_CHECKING, ClassVar, cast

from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.peft_adapter import Names, add_adapter, target_option, targets

if TYPE_CHECKING:
    from torch import nn


class LoKr(Method, kind="lokr", title="LoKr"):
    """Builds each change from a small matrix repeated in a pattern that is learnt too; very few weights."""

    reference: ClassVar[str] = "Yeh et al., 2023, arXiv:2309.14859; Edalati et al., 2022, arXiv:2212.10650"
    quantized_base: ClassVar[bool] = False
    conv1d: ClassVar[bool] = False

    rank: int = option(
        8,
        ge=1,
        le=1024,
        title="Rank",
        tier=Tier.BASIC,
        help="Width of the thin matrices of the larger factor.",
    )
    alpha: float = option(
        16.0, gt=0.0, title="Alpha", tier=Tier.BASIC, help="Strength of the adapter, divided by the rank."
    )
    decompose_factor: int = option(
        -1,
        ge=-1,
        le=1024,
        title="Factor",
        help="Side of the smaller of the two factors; -1 takes the most even split.",
    )
    decompose_both: bool = option(
        False, title="Split both", help="Make the smaller factor from thin matrices as well."
    )
    rank_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Rank dropout", help="Share of the rows that is dropped in a step."
    )
    module_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Module dropout", help="How often a whole layer's adapter is left out."
    )
    target_modules: Names = target_option()

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with PEFT's LoKr, initialised from ``seed``."""
        from peft import LoKrConfig

        config = LoKrConfig(
            task_type="CAUSAL_LM",
            r=self.rank,
            alpha=cast(int, self.alpha),
            rank_dropout=self.rank_dropout,
            module_dropout=self.module_dropout,
            decompose_factor=self.decompose_factor,
            decompose_both=self.decompose_both,
            target_modules=targets(self.target_modules),
        )
        return add_adapter(model, config, seed=seed)
