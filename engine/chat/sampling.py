"""Draws the next token as llama.cpp does, so that the same settings mean the same on either backend.

Order: repetition penalty over the last 64 answer tokens, top-k, top-p, min-p, temperature, draw.
"""

from typing import TYPE_CHECKING

from engine.contract.messages import Sampling

if TYPE_CHECKING:
    import torch

PENALTY_WINDOW = 64


def draw(logits: "torch.Tensor", answer: list[int], sampling: Sampling, generator: "torch.Generator") -> int:
    """The next token. ``logits``: float [vocabulary], on the CPU; ``answer`` are the tokens so far."""
    import torch

    logits = _penalize(logits.float(), answer, sampling.repeat_penalty)
    if sampling.temperature == 0.0:
        return int(logits.argmax())
    count = sampling.top_k if 0 < sampling.top_k < len(logits) else len(logits)
    values, tokens = logits.topk(count)  # sorted, most probable first
    probabilities = values.softmax(dim=0)
    keep = probabilities.cumsum(dim=0) - probabilities < sampling.top_p  # the one that crosses stays
    keep &= probabilities >= sampling.min_p * probabilities[0]
    keep[0] = True
    final = (values[keep] / sampling.temperature).softmax(dim=0)
    return int(tokens[keep][torch.multinomial(final, 1, generator=generator)])


def _penalize(logits: "torch.Tensor", answer: list[int], penalty: float) -> "torch.Tensor":
    """Keskar et al., 2019: divide positive logits of repeated tokens, multiply negative ones."""
    recent = sorted(set(answer[-PENALTY_WINDOW:]))
    if penalty in (0.0, 1.0) or not recent:
        return logits
    logits = logits.clone()
    said = logits[recent]
    logits[recent] = (said / penalty).where(said > 0, said * penalty)
    return logits
