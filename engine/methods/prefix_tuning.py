"""Trained keys and values before the text, made by a small network."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import option
from engine.contract.results import Limit
from engine.methods.base import Method
from engine.methods.peft_adapter import add_adapter
from engine.methods.prompts import PREFIX_LIMITS, token_option

if TYPE_CHECKING:
    from torch import nn


class PrefixTuning(Method, kind="prefix_tuning", title="Prefix tuning"):
    """Learns keys and values that every layer sees before the text, through a network that is then left out."""

    mergeable: ClassVar[bool] = False
    reference: ClassVar[str] = "Li and Liang, 2021, arXiv:2101.00190"
    limits: ClassVar[tuple[Limit, ...]] = PREFIX_LIMITS

    num_virtual_tokens: int = token_option(20)
    encoder_hidden_size: int = option(
        512, ge=1, le=16384, title="Network width", help="Width of the network that makes the prefix."
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Put PEFT's prefix with its projection before every layer of ``model``."""
        from peft import PrefixTuningConfig

        config = PrefixTuningConfig(
            task_type="CAUSAL_LM",
            num_virtual_tokens=self.num_virtual_tokens,
            prefix_projection=True,
            encoder_hidden_size=self.encoder_hidden_size,
        )
        return add_adapter(model, config, seed=seed)
