"""GRPO: the model answers every question several times and learns from what its better answers did otherwise."""

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.objectives.base import Measures, add, trained_lengths
from engine.objectives.own_answers import OwnAnswers, Weighed, clipped_share, divergence, with_known

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch

ALIKE = 1e-4  # added to the spread of rewards, so that equal ones give no advantage


class GroupRelative(OwnAnswers, kind="grpo", title="Own answers (GRPO)"):
    """Lets the model answer each question several times and makes its better answers more probable."""

    reference: ClassVar[str] = "Shao et al., 2024, arXiv:2402.03300"

    beta: float = option(
        0.04,
        ge=0.0,
        le=10.0,
        title="Beta",
        tier=Tier.BASIC,
        help="How firmly the model is held to where it began; 0: not at all, which saves a forward pass.",
    )
    loss: Literal["grpo", "dr_grpo", "dapo"] = option(
        "grpo",
        title="Loss",
        help="grpo: every answer counts the same. dr_grpo: by the longest answer, so that length does not pay "
        "(2503.20783). dapo: every token counts the same (2503.14476).",
    )
    scale_rewards: bool = option(
        True,
        title="Scale by spread",
        help="Divide by how far the rewards of a question's answers differ; Dr. GRPO (2503.20783) does not.",
    )
    num_iterations: int = option(
        1,
        ge=1,
        le=16,
        title="Updates a step",
        help="How often the same answers are learnt from before new ones are given.",
    )
    epsilon: float = option(
        0.2,
        gt=0.0,
        lt=1.0,
        title="Clip below",
        help="A token whose probability has fallen by this share within a step falls no further.",
    )
    epsilon_high: float = option(
        0.2,
        gt=0.0,
        le=10.0,
        title="Clip above",
        help="A token whose probability has risen by this share within a step rises no further; 0.28 in DAPO "
        "(2503.14476).",
    )

    unbiased_kl: bool = option(
        False,
        title="Unbiased divergence",
        help="Weigh the divergence of a token by how much likelier it has become, so that its gradient is unbiased "
        "(2512.02556).",
    )

    @property
    def updates(self) -> int:
        """As the option says."""
        return self.num_iterations

    @property
    def keeps_start(self) -> bool:
        """Only where the model is held to it."""
        return self.beta > 0

    @property
    def looks_before(self) -> bool:
        """With one update a step, it is that of the update itself."""
        return self.num_iterations > 1

    def units(self, batch: "Batch") -> int:
        """Answers, or tokens where every token counts the same."""
        return batch.trained_tokens if self.loss == "dapo" else batch.sequences

    def weigh(self, batches: "list[Batch]", scores: "torch.Tensor", *, kl_weight: float | None) -> Weighed:
        """Each answer's reward less the mean of its question's answers (section 4.1.2 of the paper)."""
        advantages = scores - scores.mean(dim=1, keepdim=True)
        spread = scores.std(dim=1, keepdim=True)
        if self.scale_rewards:
            advantages = advantages / (spread + ALIKE)
        parts = advantages.flatten().split([batch.sequences for batch in batches])
        made = [
            with_known(batch, advantages=part.to(batch.targets.device).index_select(0, batch.sequence_of))
            for batch, part in zip(batches, parts, strict=True)
        ]
        measures = {"train/reward": float(scores.mean()), "train/reward_std": float(spread.mean())}
        return Weighed(made, measures)

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """The loss of each answer (or token), summed: equation 3 of the paper, with the divergence of equation 4."""
        import torch

        from engine.kernels.loss import token_log_probs

        known = batch.known
        assert known is not None and known.advantages is not None
        now = token_log_probs(model, batch)
        ratio = (now - (now.detach() if known.before is None else known.before)).exp()
        kept = ratio.clamp(1.0 - self.epsilon, 1.0 + self.epsilon_high)
        values = -torch.minimum(ratio * known.advantages, kept * known.advantages)
        if self.beta:
            assert known.start is not None
            moved = divergence(known.start, now)
            values = values + self.beta * (moved * ratio if self.unbiased_kl else moved)
            add(measures, "train/kl", self._by_unit(moved, batch))
        clipped = clipped_share(ratio.detach(), known.advantages, self.epsilon, self.epsilon_high)
        add(measures, "train/clipped", self._by_unit(clipped, batch))
        if self.loss == "dr_grpo":
            return values.sum() / self.max_completion_tokens
        return self._by_unit(values, batch).sum()

    def _by_unit(self, values: "torch.Tensor", batch: "Batch") -> "torch.Tensor":
        """``values`` of the tokens as they are, or their mean over each answer."""
        import torch

        if self.loss == "dapo":
            return values
        zeros = torch.zeros(batch.sequences, dtype=values.dtype, device=values.device)
        return zeros.index_add(0, batch.sequence_of, values) / trained_lengths(batch)
