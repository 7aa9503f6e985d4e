"""Continued pretraining: next-token cross-entropy on running text, every token of it."""

from typing import TYPE_CHECKING, ClassVar

from engine.objectives.base import Measures, Objective, Reads

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch


class Pretraining(Objective, kind="pt", title="Continued pretraining"):
    """Goes on reading: learns the words and facts of running text, without questions and answers."""

    reads: ClassVar[Reads] = "text"
    reference: ClassVar[str] = "Gururangan et al., 2020, arXiv:2004.10964"

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """Cross-entropy in nats, summed over all tokens but the first of each text."""
        from engine.kernels.loss import next_token_loss_sum

        return next_token_loss_sum(model, batch)
