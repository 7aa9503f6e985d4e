"""What every objective is: what a row becomes, and the loss that is minimised."""

from typing import TYPE_CHECKING

from engine.contract.recipe import Variant

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch


class Objective(Variant):
    """Base of the objectives (training stages)."""

    def loss_sum(self, model: "nn.Module", batch: "Batch") -> "torch.Tensor":
        """Summed loss of a micro-batch in nats; the loop divides by the trained tokens of the whole step."""
        raise NotImplementedError
