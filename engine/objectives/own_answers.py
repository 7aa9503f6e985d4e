"""What the objectives share that learn from the model's own answers: how many it gives, and what they are worth."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import field_validator, model_validator

from engine.contract.recipe import Tier, option
from engine.contract.results import Limit
from engine.objectives import rewards
from engine.objectives.base import Measures, Objective, Reads

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.data.pack import Batch

OWN_ANSWERS_LIMITS = (
    Limit(
        path="data.train_on_prompt",
        allowed=(False,),
        reason="Only what the model answers itself is learnt from, never the questions.",
    ),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The batches of a step with what each of their tokens is to change by, and what is worth a curve of it.

    ``kl_weight`` is how firmly the next step is held to the start, where that moves.
    """

    batches: "list[Batch]"
    measures: Measures
    kl_weight: float | None = None


def _weight(default: float, title: str, help: str, tier: Tier = Tier.EXPERT) -> float:
    made: float = option(default, ge=-100.0, le=100.0, title=title, help=help, tier=tier)
    return made


class OwnAnswers(Objective):
    """Base of the objectives that let the model answer and learn from what the answers are worth."""

    reads: ClassVar[Reads] = "question"
    attempts: ClassVar[bool] = True
    limits: ClassVar[tuple[Limit, ...]] = OWN_ANSWERS_LIMITS

    num_generations: int = option(
        8,
        ge=2,
        le=64,
        title="Answers to a question",
        tier=Tier.BASIC,
        help="How often the model answers each question of a step.",
    )
    max_completion_tokens: int = option(
        128,
        ge=1,
        le=8192,
        title="Longest answer",
        unit="tokens",
        tier=Tier.BASIC,
        help="An answer that has not ended by then is cut off there.",
    )
    exact_match: float = _weight(
        1.0,
        "Reward: the wanted answer",
        "What an answer is worth that says exactly the dataset's own answer, white space aside; 0: nothing.",
        Tier.BASIC,
    )
    contains: float = _weight(
        0.0,
        "Reward: holds the wanted answer",
        "What an answer is worth in which the dataset's own answer stands somewhere.",
        Tier.BASIC,
    )
    same_number: float = _weight(
        0.0,
        "Reward: the wanted number",
        "What an answer is worth whose last number is the last number of the dataset's own answer, as in sums.",
        Tier.BASIC,
    )
    valid_json: float = _weight(
        0.0, "Reward: valid JSON", "What an answer is worth that is one JSON object or list and nothing else."
    )
    length: float = _weight(
        0.0,
        "Reward: length",
        "What an answer of the length below is worth; less the further it is from it, nothing at twice the length.",
    )
    length_target: int = option(
        200,
        ge=1,
        le=100_000,
        title="Length to aim at",
        unit="characters",
        help="The length that the reward for it is highest at.",
    )
    pattern: str = option(
        "",
        max_length=2_000,
        title="Pattern",
        help=r"A regular expression that is looked for in an answer, for example ^Answer: \d+$; empty: none.",
    )
    pattern_match: float = _weight(
        1.0, "Reward: the pattern", "What an answer is worth in which the pattern is found."
    )
    rule: str = option(
        "",
        max_length=2_000,
        title="Rule",
        help="A reward of your own, from answer, wanted, prompt and answer_chars, for example "
        "(wanted in answer) - 0.001 * answer_chars; empty: none.",
    )
    rule_weight: float = _weight(
        1.0, "Reward: the rule", "What the number that the rule gives is multiplied by."
    )
    wanted_column: str = option(
        "",
        max_length=200,
        title="Column of the wanted answer",
        help="A column of the dataset that holds the wanted answer; empty: the dataset's own answer.",
    )
    reward_funcs: str = option(
        "",
        max_length=2_000,
        title="Reward function",
        widget="path",
        picks="python",
        tier=Tier.BASIC,
        help="A Python file with a function reward(prompt, completion, row) that returns a number, as TRL's reward_funcs; "
        "it runs once you have allowed its code. Empty: none.",
    )
    reward_funcs_weight: float = _weight(
        1.0, "Reward: the reward function", "What the number that the function gives is multiplied by."
    )
    reward_model: str = option(
        "",
        title="Reward model",
        widget="path",
        picks="folder",
        tier=Tier.BASIC,
        help="Folder of a run that trained a reward model, or of a merged one; its score is added. Empty: none.",
    )
    reward_model_weight: float = _weight(
        1.0, "Reward: the reward model", "What the score of the reward model is multiplied by."
    )

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        import regex

        try:
            regex.compile(value, regex.MULTILINE)
        except (regex.error, RecursionError, MemoryError, OverflowError) as error:
            raise ValueError(f"no valid regular expression: {error}") from None
        return value

    @field_validator("rule")
    @classmethod
    def _understood(cls, value: str) -> str:
        unknown = rewards.unknown_names(value) if value else frozenset()
        if unknown:
            raise ValueError(
                f"a rule does not know {', '.join(sorted(unknown))}; "
                "it knows answer, wanted, prompt, answer_chars, prompt_chars and language"
            )
        return value

    @model_validator(mode="after")
    def _rewards_something(self) -> Self:
        if not (self.judge or self.code_file or any(weight for weight, _ in self._worth("", "", ""))):
            raise ValueError("no answer is worth anything; give a reward a weight, or name a reward model")
        return self

    @property
    def judge(self) -> str:
        """Named, and with a weight."""
        return self.reward_model if self.reward_model_weight else ""

    @property
    def code_file(self) -> str:
        """Named, and with a weight."""
        return self.reward_funcs if self.reward_funcs_weight else ""

    def reward_of(self, answer: str, *, prompt: str, wanted: str) -> float:
        """What ``answer`` is worth by the rules, the reward model and the user's function aside."""
        return sum(weight * rule() for weight, rule in self._worth(answer, prompt, wanted) if weight)

    def _worth(self, answer: str, prompt: str, wanted: str) -> list[tuple[float, Callable[[], float]]]:
        """Each rule with its weight; 0 for those that are off."""
        return [
            (self.exact_match, lambda: rewards.same_text(answer, wanted)),
            (self.contains, lambda: rewards.contains(answer, wanted)),
            (self.same_number, lambda: rewards.same_number(answer, wanted)),
            (self.valid_json, lambda: rewards.is_json(answer)),
            (self.length, lambda: rewards.near_length(answer, self.length_target)),
            (self.pattern_match if self.pattern else 0.0, lambda: rewards.matches(answer, self.pattern)),
            (
                self.rule_weight if self.rule else 0.0,
                lambda: rewards.by_rule(self.rule, answer=answer, prompt=prompt, wanted=wanted),
            ),
        ]

    # ------------------------------------------------------------ what the loss needs of the answers

    @property
    def keeps_start(self) -> bool:
        """Whether the log-probabilities of the model before training are needed."""
        raise NotImplementedError

    @property
    def looks_before(self) -> bool:
        """Whether the log-probabilities of the model before the step are needed."""
        raise NotImplementedError

    def look(self, model: "nn.Module", batch: "Batch") -> "tuple[torch.Tensor, torch.Tensor | None]":
        """Log-probabilities of the trained tokens, and what is expected of the rest where there is a value head."""
        from engine.kernels.loss import token_log_probs

        return token_log_probs(model, batch), None

    def weigh(self, batches: "list[Batch]", scores: "torch.Tensor", *, kl_weight: float | None) -> Weighed:
        """Say of each token of ``batches`` how much more or less probable it is to become.

        ``scores``: float32 [questions, answers], on the CPU; the answers stand in this order in the batches.
        """
        raise NotImplementedError


def with_known(batch: "Batch", **tensors: "torch.Tensor | None") -> "Batch":
    """``batch`` with ``tensors`` among what is known of its answers."""
    from engine.data.pack import Known

    return replace(batch, known=replace(batch.known or Known(), **tensors))


def clipped_share(
    ratio: "torch.Tensor", advantages: "torch.Tensor", low: float, high: float
) -> "torch.Tensor":
    """1.0 for each token that has moved so far that it is not moved further, float32 [trained]."""
    too_far = ((ratio > 1.0 + high) & (advantages > 0)) | ((ratio < 1.0 - low) & (advantages < 0))
    return too_far.float()


def divergence(start: "torch.Tensor", now: "torch.Tensor") -> "torch.Tensor":
    """Estimate of the KL divergence from the start, by token and never negative (k3 of Schulman, 2020)."""
    behind = start - now
    return behind.exp() - behind - 1.0
