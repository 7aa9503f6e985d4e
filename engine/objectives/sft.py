"""Supervised fine-tuning: next-token cross-entropy on the tokens that are to be learnt."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import option
from engine.contract.results import Limit
from engine.objectives.base import Measures, Objective

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch


class SupervisedFineTuning(Objective, kind="sft", title="Supervised fine-tuning"):
    """Learns to give the answers of the dataset."""

    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(
            path="objective.label_smoothing",
            allowed=(0.0,),
            reason="Label smoothing belongs to the plain cross-entropy.",
            when={"objective.loss": ("dft",)},
        ),
    )

    loss: Literal["cross_entropy", "dft"] = option(
        "cross_entropy",
        title="Loss",
        help="dft weighs each token's cross-entropy by its probability, so that hopeless tokens pull less "
        "(Wu et al., 2025, arXiv:2508.05629).",
    )
    label_smoothing: float = option(
        0.0,
        ge=0.0,
        lt=1.0,
        title="Label smoothing",
        help="Share of each target that is spread over the vocabulary (Szegedy et al., 2016); 0: off.",
    )
    neftune_noise_alpha: float = option(
        0.0,
        ge=0.0,
        le=100.0,
        title="NEFTune noise",
        help="Noise on the embeddings while training, 5 is usual (Jain et al., 2023, arXiv:2310.05914); 0: off.",
    )

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """The loss in nats, summed over the trained tokens of ``batch``; noise and smoothing only while training."""
        from engine.kernels.loss import next_token_loss_sum, smoothed_loss_sum, token_log_probs
        from engine.kernels.noise import noisy_embeddings

        if not model.training:
            return next_token_loss_sum(model, batch)
        noisy = self.neftune_noise_alpha > 0
        with noisy_embeddings(model, batch, self.neftune_noise_alpha) if noisy else nullcontext():
            if self.loss == "dft":
                log_probs = token_log_probs(model, batch)
                return -(log_probs.detach().exp() * log_probs).sum()
            if self.label_smoothing:
                return smoothed_loss_sum(model, batch, self.label_smoothing)
            return next_token_loss_sum(model, batch)
