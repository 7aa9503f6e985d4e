"""The held-out loss: token-weighted, without gradients or dropout."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.contract.job import Job
from engine.data.examples import Example
from engine.data.pack import make_batch

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.objectives.base import Objective
    from engine.train.attempts import Attempts

TOKENS_AT_ONCE = 2048


def held_out_loss(
    model: "nn.Module",
    objective: "Objective",
    examples: Sequence[Example],
    *,
    packing: bool,
    pad_id: int,
    device: "torch.device",
    job: Job,
) -> float:
    """Mean loss a trained token (or pair, or row), in nats, over ``examples``. Leaves the random state and the mode as they were.

    Raises:
        Cancelled: the user wants the job to end.
    """
    import torch

    was_training = model.training
    model.eval()
    total, tokens = 0.0, 0
    try:
        with torch.inference_mode():
            for done, group in enumerate(groups := groups_of(examples)):
                job.check()
                batch = make_batch(group, packing=packing, pad_id=pad_id, device=device)
                if batch.trained_tokens:
                    total += float(objective.loss_sum(model, batch))
                    tokens += objective.units(batch)
                job.progress("evaluate", done + 1, len(groups), "batches")
    finally:
        model.train(was_training)
    return total / max(1, tokens)


def mean_reward(attempts: "Attempts", examples: Sequence[Example], *, job: Job) -> float:
    """Of the likeliest answers to ``examples``. Leaves the random state and the mode as they were.

    Raises:
        Cancelled: the user wants the job to end.
    """
    total = 0.0
    for done, reward in enumerate(attempts.greedy_rewards(examples)):
        job.check()
        total += reward
        job.progress("evaluate", done + 1, len(examples), "rows")
    return total / max(1, len(examples))


def groups_of(examples: Sequence[Example]) -> list[list[Example]]:
    """``examples`` in order, as many together as may be read at once."""
    groups: list[list[Example]] = [[]]
    size = 0
    for example in examples:
        if groups[-1] and size + example.tokens_read > TOKENS_AT_ONCE:
            groups.append([])
            size = 0
        groups[-1].append(example)
        size += example.tokens_read
    return groups if groups[0] else []
