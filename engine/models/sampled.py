"""Several answers to one question at a time, drawn from the model's own probabilities, with a key-value cache.

The question is read once and its cache is repeated. Nothing is cut off the distribution and no temperature is
applied: what learns from the answers takes them for the model's own.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn


def sampled(
    model: "nn.Module", prompt: list[int], *, count: int, max_tokens: int, stop: tuple[int, ...]
) -> list[list[int]]:
    """``count`` answers' token ids, each with the stop token if it was reached; from torch's own random state.

    ``model`` may have a trained prompt, and must be in evaluation mode.
    """
    import torch

    from engine.kernels.prompts import callable_with_prompt

    call = callable_with_prompt(model)
    device = next(model.parameters()).device
    answers: list[list[int]] = [[] for _ in range(count)]
    open_ones = set(range(count))
    with torch.inference_mode():
        out = call(input_ids=torch.tensor([prompt], device=device), use_cache=True, logits_to_keep=1)
        cache: Any = out.past_key_values
        cache.batch_repeat_interleave(count)
        logits = out.logits[:, -1].expand(count, -1)
        while True:
            chosen = torch.multinomial(logits.float().softmax(dim=-1), 1)
            for index in list(open_ones):
                token = int(chosen[index])
                answers[index].append(token)
                if token in stop or len(answers[index]) == max_tokens:
                    open_ones.remove(index)
            if not open_ones:
                return answers
            out = call(input_ids=chosen, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache, logits = out.past_key_values, out.logits[:, -1]
