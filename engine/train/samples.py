"""Live samples: the model as it is now answers a held-out prompt, greedily."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from engine.data.examples import HeldOut

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase


def answer(
    model: "nn.Module",
    tokenizer: "PreTrainedTokenizerBase",
    messages: Sequence[dict[str, str]],
    *,
    max_tokens: int,
    template: str = "auto",
) -> str:
    """The greedy answer to ``messages``; leaves the mode and the random state as they were."""
    import torch

    from engine.data.template import ChatTemplate

    text = ChatTemplate(tokenizer, template).prompt(list(messages))
    inputs = tokenizer(text, return_tensors="pt", add_special_tokens=False).to(cast(Any, model).device)
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            out = cast(Any, model).generate(
                **inputs,
                max_new_tokens=max_tokens,
                do_sample=False,
                use_cache=True,
                pad_token_id=tokenizer.pad_token_id,
            )
    finally:
        model.train(was_training)
    return str(tokenizer.decode(out[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)).strip()


def sample_at(held_out: Sequence[HeldOut], index: int) -> HeldOut:
    """The held-out conversation of the ``index``-th sample, going round."""
    return held_out[index % len(held_out)]
