"""Live samples: the model as it is now answers a held-out prompt, greedily; or what it answered in a step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from engine.contract.messages import Sample
from engine.data.examples import HeldOut
from engine.train.attempts import Answered

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase

    from engine.train.session import Session


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


def live_samples(
    session: "Session",
    tokenizer: "PreTrainedTokenizerBase",
    held_out: Sequence[HeldOut],
    *,
    step: int,
    last: Answered | None,
) -> list[Sample]:
    """What is to be shown of ``step``: one of its own answers where it learnt from some, and a held-out answer."""
    shown = []
    if last is not None:
        shown.append(Sample(step=step, prompt=last.prompt, answer=last.answer, reference=last.wanted))
    if held_out:
        recipe = session.recipe
        chosen = sample_at(held_out, step // recipe.run.sample_steps)
        with session.optimizer.in_use():
            text = answer(
                session.model,
                tokenizer,
                chosen.messages,
                max_tokens=recipe.run.sample_max_tokens,
                template=recipe.data.template,
            )
        prompt = chosen.messages[-1]["content"]
        shown.append(Sample(step=step, prompt=prompt, answer=text, reference=chosen.reference))
    return shown


def sample_at(held_out: Sequence[HeldOut], index: int) -> HeldOut:
    """The held-out conversation of the ``index``-th sample, going round."""
    return held_out[index % len(held_out)]
