"""Preferences: the chosen answer of each pair becomes more probable than the rejected one."""

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit
from engine.objectives.base import Measures, Objective, Reads, add, sequence_log_probs, trained_lengths

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch

_WITHOUT_START = ("simpo", "orpo")
_OF_MEANS = ("ipo", "dpo_norm", *_WITHOUT_START)


class DirectPreference(Objective, kind="dpo", title="Preferences (DPO)"):
    """Learns from pairs of a better and a worse answer to prefer the better one."""

    reads: ClassVar[Reads] = "pair"
    reference: ClassVar[str] = "Rafailov et al., 2023, arXiv:2305.18290"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(
            path="objective.label_smoothing",
            allowed=(0.0,),
            reason="This loss has no place for label smoothing.",
            when={"objective.loss": ("hinge", "ipo", "orpo")},
        ),
        Limit(
            path="objective.simpo_gamma",
            allowed=(0.5,),
            reason="The margin belongs to SimPO; leave it as it is.",
            when={"objective.loss": ("sigmoid", "hinge", "ipo", "robust", "dpo_norm", "orpo")},
        ),
    )

    loss: Literal["sigmoid", "hinge", "ipo", "robust", "dpo_norm", "simpo", "orpo"] = option(
        "sigmoid",
        title="Loss",
        tier=Tier.BASIC,
        help="sigmoid: DPO. hinge: SLiC (2305.10425). ipo: for clear-cut pairs (2310.12036). robust: for noisy pairs "
        "(2403.00409). dpo_norm: DPO by mean token. simpo (2405.14734) and orpo (2403.07691) need no start model.",
    )
    beta: float = option(
        0.1,
        gt=0.0,
        le=10.0,
        title="Beta",
        tier=Tier.BASIC,
        help="How firmly the model is held to where it began; SimPO wants 2 to 10, ORPO about 0.1.",
    )
    label_smoothing: float = option(
        0.0,
        ge=0.0,
        lt=0.5,
        title="Label smoothing",
        help="Probability that a pair is labelled the wrong way round (cDPO; with robust: robust DPO).",
    )
    simpo_gamma: float = option(
        0.5, ge=0.0, title="SimPO margin", help="How far apart SimPO wants the two answers to be."
    )
    sft_weight: float = option(
        0.0,
        ge=0.0,
        title="Weight of the chosen answer",
        help="Adds this share of the chosen answer's cross-entropy, which keeps it from becoming less probable.",
    )

    @property
    def compares_with_start(self) -> bool:
        """SimPO and ORPO look at the model alone."""
        return self.loss not in _WITHOUT_START

    def units(self, batch: "Batch") -> int:
        """Pairs."""
        return batch.sequences // 2

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """The loss of each pair, summed; sequences alternate between chosen and rejected."""
        sums = sequence_log_probs(model, batch)
        lengths = trained_lengths(batch)
        values = sums / lengths if self.loss in _OF_MEANS else sums
        if self.compares_with_start:
            assert batch.reference is not None
            start = batch.reference / lengths if self.loss in _OF_MEANS else batch.reference
            values = values - start
        chosen, rejected = values[0::2], values[1::2]
        margin = chosen - rejected
        loss = self._loss(margin, chosen, rejected)
        mean_chosen = sums[0::2] / lengths[0::2]
        if self.loss == "orpo":
            loss = loss - mean_chosen
        if self.sft_weight:
            loss = loss - self.sft_weight * mean_chosen
        add(measures, "rewards/chosen", self.beta * chosen)
        add(measures, "rewards/rejected", self.beta * rejected)
        add(measures, "rewards/margin", self.beta * margin)
        add(measures, "rewards/accuracy", (margin > 0).float())
        return loss.sum()

    def _loss(
        self, margin: "torch.Tensor", chosen: "torch.Tensor", rejected: "torch.Tensor"
    ) -> "torch.Tensor":
        """By pair, without the term of the chosen answer. Equations of the papers named in ``loss``."""
        import torch
        from torch.nn.functional import logsigmoid, relu

        scaled = self.beta * margin
        if self.loss == "hinge":
            return relu(1.0 - scaled)
        if self.loss == "ipo":
            return (margin - 1.0 / (2.0 * self.beta)).square()
        if self.loss == "orpo":
            odds = margin - (torch.log1p(-chosen.exp()) - torch.log1p(-rejected.exp()))
            return -self.beta * logsigmoid(odds)
        if self.loss == "simpo":
            scaled = scaled - self.simpo_gamma
        smooth = self.label_smoothing
        if self.loss == "robust":
            return (smooth * logsigmoid(-scaled) - (1.0 - smooth) * logsigmoid(scaled)) / (1.0 - 2.0 * smooth)
        return -(1.0 - smooth) * logsigmoid(scaled) - smooth * logsigmoid(-scaled)
