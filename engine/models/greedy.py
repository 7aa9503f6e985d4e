"""Answers without chance: the most probable token each time, and what a model would say next along a given text."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn


def greedy(model: "nn.Module", prompt: list[int], *, max_tokens: int, stop: tuple[int, ...]) -> list[int]:
    """The answer's token ids, with the stop token if it was reached."""
    import torch

    from engine.kernels.prompts import callable_with_prompt

    call = callable_with_prompt(model)
    device = next(model.parameters()).device
    ids = torch.tensor([prompt], device=device)
    cache: Any = None
    answer: list[int] = []
    with torch.inference_mode():
        while len(answer) < max_tokens:
            out = call(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache = out.past_key_values
            token = int(out.logits[0, -1].argmax())
            answer.append(token)
            if token in stop:
                break
            ids = torch.tensor([[token]], device=device)
    return answer


def logits_along(model: "nn.Module", prompt: list[int], answer: list[int]) -> "torch.Tensor":
    """What ``model`` would say at each place of ``answer``, were everything before it as given: [answer, vocabulary]."""
    import torch

    device = next(model.parameters()).device
    ids = torch.tensor([prompt + answer], device=device)
    with torch.inference_mode():
        out = model(input_ids=ids, use_cache=False, logits_to_keep=len(answer) + 1)
    return out.logits[0, :-1].float().cpu()
