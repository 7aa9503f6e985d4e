"""Reward model: a number for an answer, higher for the better one of each pair."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from engine.contract.recipe import option
from engine.objectives.base import Measures, Objective, Reads, add

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch


class RewardModel(Objective, kind="rm", title="Reward model"):
    """Learns to score answers from pairs of a better and a worse one; the result judges and writes nothing."""

    reads: ClassVar[Reads] = "pair"
    scores: ClassVar[bool] = True
    reference: ClassVar[str] = "Ouyang et al., 2022, arXiv:2203.02155"

    margin: float = option(
        0.0,
        ge=0.0,
        le=100.0,
        title="Margin",
        help="How far apart the scores of the two answers should at least be (Touvron et al., 2023, arXiv:2307.09288).",
    )
    center_rewards: float = option(
        0.0,
        ge=0.0,
        le=10.0,
        title="Centring",
        help="Weight of a term that keeps scores around zero, 0.01 is usual (Eisenstein et al., 2023, "
        "arXiv:2312.09244); 0: off.",
    )

    def prepare(self, model: "nn.Module", *, seed: int) -> None:
        """Put a head on ``model`` that makes one number of the last token."""
        from engine.kernels.value_head import add_head

        add_head(model, seed=seed)

    def save(self, model: "nn.Module", folder: Path) -> None:
        """Write the head."""
        from engine.kernels.value_head import save_head

        save_head(model, folder)

    def units(self, batch: "Batch") -> int:
        """Pairs."""
        return batch.sequences // 2

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """The loss of each pair, summed (equation 1 of the paper); chosen and rejected sequences alternate."""
        from torch.nn.functional import logsigmoid

        from engine.kernels.value_head import scores

        found = scores(model, batch)
        chosen, rejected = found[0::2], found[1::2]
        loss = -logsigmoid(chosen - rejected - self.margin)
        if self.center_rewards:
            loss = loss + self.center_rewards * (chosen + rejected).square()
        add(measures, "rewards/chosen", chosen)
        add(measures, "rewards/rejected", rejected)
        add(measures, "rewards/margin", chosen - rejected)
        add(measures, "rewards/accuracy", (chosen > rejected).float())
        return loss.sum()
