"""PPO: the model answers, a value head learns what to expect, and what went better than expected becomes likelier."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit
from engine.objectives.base import Measures, add
from engine.objectives.own_answers import (
    OWN_ANSWERS_LIMITS,
    OwnAnswers,
    Weighed,
    clipped_share,
    divergence,
    with_known,
)

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch
    from engine.objectives.gae import Floats

MOST_CHANGE = 0.2  # of the control's error, as in Ziegler et al.


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer by token; ``moved`` is how much likelier it has become, ``divergence`` the estimate that is never
    negative, both summed over its tokens."""

    advantages: "Floats"
    returns: "Floats"
    moved: float
    divergence: float


class ProximalPolicy(OwnAnswers, kind="ppo", title="Own answers (PPO)"):
    """Lets the model answer and makes likelier what went better than a value head expected."""

    reference: ClassVar[str] = (
        "Ouyang et al., 2022, arXiv:2203.02155; Schulman et al., 2017, arXiv:1707.06347"
    )
    limits: ClassVar[tuple[Limit, ...]] = (
        *OWN_ANSWERS_LIMITS,
        Limit(
            path="objective.kl_target",
            allowed=(6.0,),
            reason="Only the adaptive control aims at a divergence; leave it as it is.",
            when={"objective.kl_control": ("fixed",)},
        ),
    )

    num_generations: int = option(
        1,
        ge=1,
        le=64,
        title="Answers to a question",
        tier=Tier.BASIC,
        help="How often the model answers each question of a step.",
    )
    kl_weight: float = option(
        0.1,
        ge=0.0,
        le=10.0,
        title="Weight of the divergence",
        tier=Tier.BASIC,
        help="How firmly the model is held to where it began: taken off the reward of each token that it made likelier.",
    )
    kl_control: Literal["adaptive", "fixed"] = option(
        "adaptive",
        title="Control of the divergence",
        help="adaptive: the weight rises and falls so that the divergence of an answer nears the target (1909.08593). "
        "fixed: the weight stays.",
    )
    kl_target: float = option(
        6.0,
        gt=0.0,
        le=1_000.0,
        title="Divergence to aim at",
        unit="nats",
        help="Of a whole answer, from the model before training.",
    )
    kl_horizon: int = option(
        10_000,
        ge=1,
        title="Horizon of the control",
        unit="answers",
        help="In how many answers the weight may change by a fifth.",
    )
    num_iterations: int = option(
        4,
        ge=1,
        le=16,
        title="Updates a step",
        help="How often the same answers are learnt from before new ones are given.",
    )
    gamma: float = option(
        1.0,
        gt=0.0,
        le=1.0,
        title="Discount",
        help="What a later token's reward counts, for each token between.",
    )
    gae_lambda: float = option(
        0.95,
        ge=0.0,
        le=1.0,
        title="GAE lambda",
        help="1: by what came of it; 0: by what was expected of the next token (1506.02438).",
    )
    epsilon: float = option(
        0.2,
        gt=0.0,
        lt=1.0,
        title="Clip",
        help="A token whose probability has changed by this share within a step changes no further.",
    )
    value_epsilon: float = option(
        0.2, gt=0.0, le=100.0, title="Clip of the value", help="How far an expectation moves within a step."
    )
    value_weight: float = option(
        0.1, gt=0.0, le=10.0, title="Weight of the value loss", help="Against the loss of the answers."
    )

    @property
    def updates(self) -> int:
        """As the option says."""
        return self.num_iterations

    @property
    def keeps_start(self) -> bool:
        """Always: the divergence is part of the reward."""
        return True

    @property
    def looks_before(self) -> bool:
        """Always."""
        return True

    def prepare(self, model: "nn.Module", *, seed: int) -> None:
        """Put a head on ``model`` that says what is expected; it is no part of the result."""
        from engine.kernels.value_head import add_head

        add_head(model, seed=seed)

    def look(self, model: "nn.Module", batch: "Batch") -> "tuple[torch.Tensor, torch.Tensor | None]":
        """Both from one pass."""
        from engine.kernels.value_head import log_probs_and_values

        return log_probs_and_values(model, batch)

    def weigh(self, batches: "list[Batch]", scores: "torch.Tensor", *, kl_weight: float | None) -> Weighed:
        """The reward stands at the last token of an answer, less the weighed divergence at each (equation 2 of Ouyang)."""
        import numpy as np
        import torch

        from engine.objectives.gae import whitened

        weight = self.kl_weight if kl_weight is None else kl_weight
        rewards = iter(scores.flatten().tolist())
        answers = [answer for batch in batches for answer in self._answers(batch, rewards, weight)]
        sizes = [batch.trained_tokens for batch in batches]
        columns = (whitened(np.concatenate([answer.advantages for answer in answers])),
                   np.concatenate([answer.returns for answer in answers]))  # fmt: skip
        parts = zip(*(torch.from_numpy(column).split(sizes) for column in columns), strict=True)
        made = [
            with_known(batch, advantages=one.to(batch.targets.device), returns=two.to(batch.targets.device))
            for batch, (one, two) in zip(batches, parts, strict=True)
        ]
        moved = sum(answer.moved for answer in answers) / len(answers)
        measures = {
            "train/reward": float(scores.mean()),
            "train/reward_std": float(scores.std(correction=0)),
            "train/kl": sum(answer.divergence for answer in answers) / sum(sizes),
            "train/kl_weight": weight,
        }
        return Weighed(made, measures, self._next_weight(weight, moved, len(answers)))

    def _answers(self, batch: "Batch", rewards: Iterator[float], weight: float) -> "Iterator[_Answer]":
        """Each answer of ``batch``, which takes the next of ``rewards``."""
        import torch

        from engine.objectives.gae import advantages

        known = batch.known
        assert known is not None and known.before is not None and known.start is not None
        assert known.values is not None
        lengths = torch.bincount(batch.sequence_of, minlength=batch.sequences).tolist()
        columns = (known.start, known.before, known.values)
        for start, before, values in zip(*(column.cpu().split(lengths) for column in columns), strict=True):
            gap, expected = before - start, values.numpy()
            paid = -weight * gap.numpy()
            paid[-1] += next(rewards)
            made = advantages(paid, expected, gamma=self.gamma, decay=self.gae_lambda)
            yield _Answer(made, made + expected, float(gap.sum()), float(divergence(start, before).sum()))

    def _next_weight(self, weight: float, moved: float, answers: int) -> float:
        """Proportional control in logarithms (section 2.2 of Ziegler et al., 2019, arXiv:1909.08593)."""
        if self.kl_control == "fixed":
            return weight
        error = min(max(moved / self.kl_target - 1.0, -MOST_CHANGE), MOST_CHANGE)
        return weight * (1.0 + error * answers / self.kl_horizon)

    def loss_sum(
        self, model: "nn.Module", batch: "Batch", *, measures: Measures | None = None
    ) -> "torch.Tensor":
        """The loss of each token, summed: equation 7 of Schulman et al., and the clipped error of the value head."""
        import torch

        from engine.kernels.value_head import log_probs_and_values

        known = batch.known
        assert known is not None and known.before is not None and known.values is not None
        assert known.advantages is not None and known.returns is not None
        now, values = log_probs_and_values(model, batch)
        ratio = (now - known.before).exp()
        kept = ratio.clamp(1.0 - self.epsilon, 1.0 + self.epsilon)
        gain = torch.minimum(ratio * known.advantages, kept * known.advantages)
        near = known.values + (values - known.values).clamp(-self.value_epsilon, self.value_epsilon)
        error = 0.5 * torch.maximum((values - known.returns).square(), (near - known.returns).square())
        add(measures, "train/value_loss", error)
        add(
            measures,
            "train/clipped",
            clipped_share(ratio.detach(), known.advantages, self.epsilon, self.epsilon),
        )
        return (self.value_weight * error - gain).sum()
