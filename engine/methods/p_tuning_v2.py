"""Trained keys and values before the text, learnt directly."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.results import Limit
from engine.methods.base import Method
from engine.methods.peft_adapter import add_adapter
from engine.methods.prompts import PREFIX_LIMITS, token_option

if TYPE_CHECKING:
    from torch import nn


class PTuningV2(Method, kind="p_tuning_v2", title="P-tuning v2"):
    """Learns keys and values that every layer sees before the text, without a network between."""

    mergeable: ClassVar[bool] = False
    reference: ClassVar[str] = "Liu et al., 2021, arXiv:2110.07602"
    limits: ClassVar[tuple[Limit, ...]] = PREFIX_LIMITS

    num_virtual_tokens: int = token_option(20)

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Put PEFT's prefix without a projection before every layer of ``model``."""
        from peft import PrefixTuningConfig

        config = PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=self.num_virtual_tokens)
        return add_adapter(model, config, seed=seed)
