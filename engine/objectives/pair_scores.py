"""Scores of whole rows by a trained reward model, for what measures it after the run."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.contract.job import Job
from engine.data.examples import Example

if TYPE_CHECKING:
    from torch import nn


def pair_scores(
    model: "nn.Module", examples: Sequence[Example], *, job: Job, name: str
) -> list[tuple[float, ...]]:
    """Of each example the scores of its sequences, one example at a time, so that no neighbour has a say.

    Raises:
        Cancelled: the user asked to end.
    """
    import torch

    from engine.data.pack import make_batch
    from engine.kernels.value_head import scores

    device = next(model.parameters()).device
    found: list[tuple[float, ...]] = []
    with torch.inference_mode():
        for index, example in enumerate(examples):
            job.check()
            batch = make_batch([example], packing=True, pad_id=0, device=device)
            found.append(tuple(scores(model, batch).tolist()))
            job.progress(name, index + 1, len(examples), "rows")
    return found
