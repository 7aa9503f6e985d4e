"""Supervised fine-tuning: next-token cross-entropy on the tokens that are to be learnt."""

from typing import TYPE_CHECKING

from engine.objectives.base import Objective

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch


class SupervisedFineTuning(Objective, kind="sft", title="Supervised fine-tuning"):
    """Learns to give the answers of the dataset."""

    def loss_sum(self, model: "nn.Module", batch: "Batch") -> "torch.Tensor":
        """Cross-entropy in nats, summed over the trained tokens of ``batch``."""
        from engine.kernels.loss import next_token_loss_sum

        return next_token_loss_sum(model, batch)
