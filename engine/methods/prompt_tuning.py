"""Trained embeddings before the text."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit
from engine.methods.base import Method
from engine.methods.peft_adapter import add_adapter
from engine.methods.prompts import PROMPT_LIMITS, token_option

if TYPE_CHECKING:
    from torch import nn


class PromptTuning(Method, kind="prompt_tuning", title="Prompt tuning"):
    """Learns a few virtual tokens that stand before every prompt; the model itself stays as it is."""

    mergeable: ClassVar[bool] = False
    reference: ClassVar[str] = "Lester et al., 2021, arXiv:2104.08691"
    limits: ClassVar[tuple[Limit, ...]] = PROMPT_LIMITS

    num_virtual_tokens: int = token_option(20)
    init: Literal["random", "text", "vocabulary"] = option(
        "vocabulary",
        title="Initialisation",
        tier=Tier.BASIC,
        help="random numbers, the embeddings of your own text, or those of random tokens.",
    )
    init_text: str = option(
        "Answer the question as well as you can.",
        min_length=1,
        max_length=4000,
        title="First text",
        help="Text that the virtual tokens begin as, repeated or cut to their number; for text initialisation.",
    )

    def apply(self, model: "nn.Module", *, seed: int) -> "nn.Module":
        """Put PEFT's prompt before ``model``, initialised from ``seed``, the vocabulary or ``init_text``."""
        from peft import PromptTuningConfig

        config: Any = PromptTuningConfig(
            task_type="CAUSAL_LM",
            num_virtual_tokens=self.num_virtual_tokens,
            prompt_tuning_init="SAMPLE_VOCAB" if self.init == "vocabulary" else "RANDOM",
        )
        wrapped = add_adapter(model, config, seed=seed)
        if self.init == "text":
            self._begin_as_text(wrapped)
        return wrapped

    def _begin_as_text(self, model: "nn.Module") -> None:
        import torch

        from engine.models.load import load_tokenizer

        wrapped = cast(Any, model)
        prompt = wrapped.prompt_encoder["default"].embedding.weight
        if prompt.device.type == "meta":
            return  # only being weighed
        causal = wrapped.get_base_model()
        tokenizer = load_tokenizer(causal.config._name_or_path)
        tokens = tokenizer(self.init_text, add_special_tokens=False)["input_ids"]
        filled = [tokens[index % len(tokens)] for index in range(self.num_virtual_tokens)]
        words = causal.get_input_embeddings()
        with torch.no_grad():
            prompt.copy_(words(torch.tensor(filled, device=words.weight.device)))
