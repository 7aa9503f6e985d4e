"""KTO: learns from single answers with a verdict, good or bad, instead of pairs."""

from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import Tier, option
from engine.objectives.base import Measures, Objective, Reads, add, sequence_log_probs

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch


class KahnemanTversky(Objective, kind="kto", title="Verdicts (KTO)"):
    """Learns from single answers that were called good or bad; no pairs are needed."""

    reads: ClassVar[Reads] = "verdict"
    reference: ClassVar[str] = "Ethayarajh et al., 2024, arXiv:2402.01306"

    beta: float = option(
        0.1,
        gt=0.0,
        le=10.0,
        title="Beta",
        tier=Tier.BASIC,
        help="How firmly the model is held to where it began.",
    )
    desirable_weight: float = option(
        1.0,
        gt=0.0,
        title="Weight of good answers",
        help="Where good and bad answers are unevenly many, good ones times this and bad ones times the other weight "
        "should be about equally many.",
    )
    undesirable_weight: float = option(
        1.0, gt=0.0, title="Weight of bad answers", help="See the weight of good answers."
    )

    @property
    def compares_with_start(self) -> bool:
        """Always."""
        return True

    def units(self, batch: "Batch") -> int:
        """Rows."""
        return batch.sequences // 2

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """The loss of each row, summed. Every second sequence is the answer of another row, for the KL divergence,
        which is taken over the micro-batch and gets no gradient (section 4.1 of the paper)."""
        import torch

        assert batch.reference is not None and batch.labels is not None
        ratios = sequence_log_probs(model, batch) - batch.reference
        own, foreign = ratios[0::2], ratios[1::2]
        divergence = foreign.detach().mean().clamp(min=0.0)
        good = batch.labels
        advantage = torch.where(good, own - divergence, divergence - own)
        weights = torch.where(good, self.desirable_weight, self.undesirable_weight)
        loss = weights * (1.0 - torch.sigmoid(self.beta * advantage))
        add(measures, "rewards/accuracy", ((own > divergence) == good).float())
        add(measures, "train/kl", divergence.expand_as(own))
        return loss.sum()
