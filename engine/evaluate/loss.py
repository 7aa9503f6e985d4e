"""Held-out loss: the cross-entropy of the answers, whatever the run's objective was, in nats a token.

One example at a time, so that no padding and no neighbour has a say. Of a pair the chosen answer counts, and
answers that were called bad do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.contract.job import Job
from engine.data.examples import Example

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True, slots=True)
class RowLoss:
    """One example: nats summed over its ``tokens`` trained tokens, ``hits`` of which were the likeliest one."""

    nats: float
    tokens: int
    hits: int


def row_losses(model: "nn.Module", examples: Sequence[Example], *, job: Job, name: str) -> list[RowLoss]:
    """The loss of each example that has trained tokens.

    Raises:
        Cancelled: the user asked to end.
    """
    import torch

    device = next(model.parameters()).device
    good = [replace(item, others=()) for item in examples if item.label is not False]
    found = []
    with torch.inference_mode():
        for index, example in enumerate(good):
            job.check()
            if example.trained_tokens:
                found.append(_row_loss(model, example, device))
            job.progress(name, index + 1, len(good), "rows")
    return found


def _row_loss(model: "nn.Module", example: Example, device: "torch.device") -> RowLoss:
    from engine.data.pack import make_batch
    from engine.kernels.loss import CHUNK, predicting_rows

    batch = make_batch([example], packing=False, pad_id=0, device=device)
    rows, head = predicting_rows(model, batch)
    nats, hits = 0.0, 0
    for hidden, targets in zip(rows.split(CHUNK), batch.targets.split(CHUNK), strict=True):
        logits = (hidden if head is None else head(hidden)).float()
        picked = logits.gather(1, targets[:, None]).squeeze(1)
        nats += float((logits.logsumexp(dim=1) - picked).sum())
        hits += int((logits.argmax(dim=1) == targets).sum())
    return RowLoss(nats, batch.trained_tokens, hits)


def mean_loss(rows: Sequence[RowLoss]) -> float:
    """Nats a token over all rows."""
    return sum(row.nats for row in rows) / max(1, sum(row.tokens for row in rows))


def accuracy(rows: Sequence[RowLoss]) -> float:
    """Percent of the tokens that were the likeliest one."""
    return 100.0 * sum(row.hits for row in rows) / max(1, sum(row.tokens for row in rows))
