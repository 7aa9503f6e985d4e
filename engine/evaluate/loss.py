"""Held-out loss: the mean over all trained tokens, in nats, by the run's own objective."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.contract.job import Job
from engine.data.examples import Example

if TYPE_CHECKING:
    from torch import nn


def token_weighted_loss(
    model: "nn.Module", objective: Any, examples: Sequence[Example], *, job: Job, name: str
) -> float:
    """``objective.loss_sum`` over one example at a time, so that no padding and no neighbour has a say.

    Raises:
        Cancelled: the user asked to end.
    """
    import torch

    from engine.data.pack import make_batch

    device = next(model.parameters()).device
    total, tokens = 0.0, 0
    with torch.inference_mode():
        for index, example in enumerate(examples):
            job.check()
            batch = make_batch([example], packing=False, pad_id=0, device=device)
            if batch.trained_tokens:
                total += float(objective.loss_sum(model, batch))
                tokens += batch.trained_tokens
            job.progress(name, index + 1, len(examples), "rows")
    return total / max(1, tokens)
