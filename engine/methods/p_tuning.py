"""Trained embeddings before the text, made by a small network."""

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit
from engine.methods.base import Method
from engine.methods.peft_adapter import add_adapter
from engine.methods.prompts import PROMPT_LIMITS, token_option

if TYPE_CHECKING:
    from torch import nn


class PTuning(Method, kind="p_tuning", title="P-tuning"):
    """Learns virtual tokens through a small network, which learns more steadily than the tokens alone."""

    mergeable: ClassVar[bool] = False
    reference: ClassVar[str] = "Liu et al., 2021, arXiv:2103.10385"
    limits: ClassVar[tuple[Limit, ...]] = (
        *PROMPT_LIMITS,
        Limit(
            path="method.encoder_num_layers",
            allowed=(2,),
            reason="The MLP of P-tuning always has two layers; more need the LSTM.",
            when={"method.encoder": ("mlp",)},
        ),
    )

    num_virtual_tokens: int = token_option(20)
    encoder: Literal["mlp", "lstm"] = option(
        "mlp", title="Network", tier=Tier.BASIC, help="What makes the virtual tokens: an MLP, or an LSTM."
    )
    encoder_hidden_size: int = option(
        128, ge=1, le=16384, title="Network width", help="Width of the network that makes the tokens."
    )
    encoder_num_layers: int = option(2, ge=1, le=8, title="Network layers", help="Layers of the LSTM.")
    encoder_dropout: float = option(
        0.0, ge=0.0, lt=1.0, title="Network dropout", help="Dropout between the layers of the LSTM."
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Put PEFT's prompt encoder before ``model``, initialised from ``seed``."""
        from peft import PromptEncoderConfig, PromptEncoderReparameterizationType

        kinds = PromptEncoderReparameterizationType
        config = PromptEncoderConfig(
            task_type="CAUSAL_LM",
            num_virtual_tokens=self.num_virtual_tokens,
            encoder_reparameterization_type=kinds.MLP if self.encoder == "mlp" else kinds.LSTM,
            encoder_hidden_size=self.encoder_hidden_size,
            encoder_num_layers=self.encoder_num_layers,
            encoder_dropout=self.encoder_dropout,
        )
        return add_adapter(model, config, seed=seed)
