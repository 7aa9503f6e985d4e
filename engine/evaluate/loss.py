"""Held-out loss: the cross-entropy of the answers, whatever the run's objective was, in nats a token."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.contract.job import Job
from engine.data.examples import Example

if TYPE_CHECKING:
    from torch import nn


def token_weighted_loss(model: "nn.Module", examples: Sequence[Example], *, job: Job, name: str) -> float:
    """One example at a time, so that no padding and no neighbour has a say. Of a pair the chosen answer counts,
    and answers that were called bad do not.

    Raises:
        Cancelled: the user asked to end.
    """
    import torch

    from engine.data.pack import make_batch
    from engine.kernels.loss import next_token_loss_sum

    examples = [replace(item, others=()) for item in examples if item.label is not False]
    device = next(model.parameters()).device
    total, tokens = 0.0, 0
    with torch.inference_mode():
        for index, example in enumerate(examples):
            job.check()
            batch = make_batch([example], packing=False, pad_id=0, device=device)
            if batch.trained_tokens:
                total += float(next_token_loss_sum(model, batch))
                tokens += batch.trained_tokens
            job.progress(name, index + 1, len(examples), "rows")
    return total / max(1, tokens)
