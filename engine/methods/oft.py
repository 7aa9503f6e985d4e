"""Orthogonal fine-tuning; over a quantized base it is QOFT."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import Tier, option
from engine.methods.base import Method
from engine.methods.peft_adapter import Names, add_adapter, target_option, targets

if TYPE_CHECKING:
    from torch import nn


class OFT(Method, kind="oft", title="OFT"):
    """Turns the inputs of each layer by small rotations, which keeps angles between weights; forgets little."""

    reference: ClassVar[str] = "Qiu et al., 2023, arXiv:2306.07280; Qiu et al., 2025, arXiv:2506.19847"
    conv1d: ClassVar[bool] = False

    oft_block_size: int = option(
        32,
        ge=2,
        le=4096,
        title="Block size",
        tier=Tier.BASIC,
        help="Width of the rotated blocks; made smaller where it does not divide a layer's width.",
    )
    module_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Dropout", help="Share of the blocks that stay unturned in a step."
    )
    target_modules: Names = target_option()
    use_cayley_neumann: bool = option(
        True,
        title="Cayley-Neumann series",
        help="Compute rotations by a short series instead of an inverse: much faster, nearly exact.",
    )
    coft: bool = option(
        False, title="Constrained", help="Keep every rotation within a small distance of none at all."
    )
    eps: float = option(6e-5, gt=0.0, title="Constraint", help="That distance; only with the constraint.")
    block_share: bool = option(
        False, title="Share blocks", help="One rotation for all blocks of a layer: still fewer weights."
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Wrap ``model`` with PEFT's OFT, which begins without any turn."""
        from peft import OFTConfig

        config = OFTConfig(
            task_type="CAUSAL_LM",
            oft_block_size=self.oft_block_size,
            module_dropout=self.module_dropout,
            target_modules=targets(self.target_modules),
            use_cayley_neumann=self.use_cayley_neumann,
            coft=self.coft,
            eps=self.eps,
            block_share=self.block_share,
        )
        return add_adapter(model, config, seed=seed)
