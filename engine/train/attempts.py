"""Answers that the model itself gives to the questions of a step, with what they are worth, as batches to learn from."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.data.examples import Example
from engine.data.pack import Batch
from engine.models.load import resolve_model
from engine.models.tuned import listed_stops
from engine.objectives.own_answers import OwnAnswers, Weighed, with_known
from engine.objectives.reward_file import RewardFile
from engine.train.judge import Judge

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from engine.train.session import Session


@dataclass(frozen=True, slots=True)
class Answered:
    """The last question that was answered: its text, one answer and what that was worth, and the wanted answer."""

    prompt: str
    answer: str
    reward: float
    wanted: str


class Attempts:
    """Asks the model of a session. Made before the first step and before a checkpoint is restored, as it keeps the
    start where the loss needs it; a fresh session is the start of a resumed run too."""

    def __init__(
        self,
        session: "Session",
        tokenizer: "PreTrainedTokenizerBase",
        examples: Sequence[Example],
        *,
        pad_id: int,
    ) -> None:
        """``examples`` show which tokens end an answer.

        Raises:
            UserError: the reward model is missing or reads other tokens, or the user's function cannot be had.
        """
        self._session, self._tokenizer, self._pad_id = session, tokenizer, pad_id
        self._objective = objective = cast(OwnAnswers, session.objective)
        self._stops = _stops(tokenizer, examples, listed_stops(resolve_model(session.recipe.model.path)))
        kept = session.trained if objective.keeps_start else {}
        self._start = {name: parameter.detach().clone() for name, parameter in kept.items()}
        self._judge = Judge(objective.judge, tokenizer, device=session.device) if objective.judge else None
        self._function = RewardFile(objective.code_file) if objective.code_file else None
        self.last: Answered | None = None

    def step(
        self, examples: Sequence[Example], *, kl_weight: float | None, check: Callable[[], None]
    ) -> Weighed:
        """Several answers to each of ``examples``, weighed; ``check`` is called between questions and may raise."""
        import torch

        made: list[Example] = []
        scores: list[list[float]] = []
        for example in examples:
            check()
            answers = self._answers(example, count=self._objective.num_generations)
            scores.append(self._rewards(example, answers))
            made += [_with_answer(example, answer) for answer in answers]
            text = self._text(answers[0])
            self.last = Answered(example.prompt, text, scores[-1][0], example.wanted)
        batches = [self._looked_at(batch, check) for batch in self._batches(made)]
        weighed = self._objective.weigh(batches, torch.tensor(scores), kl_weight=kl_weight)
        lengths = [item.trained_tokens for item in made]
        weighed.measures["train/completion_length"] = float(np.mean(lengths))
        return weighed

    def greedy_rewards(self, examples: Sequence[Example]) -> Iterator[float]:
        """The reward of the likeliest answer to each of ``examples``."""
        for example in examples:
            (reward,) = self._rewards(example, self._answers(example, count=0))
            yield reward

    # ------------------------------------------------------------ answers and rewards

    def _answers(self, example: Example, *, count: int) -> list[list[int]]:
        """``count`` answers by chance, or for 0 the likeliest one, each up to and with the token that ends it."""
        from engine.models.greedy import greedy
        from engine.models.sampled import sampled

        question = example.input_ids[: _start_of_answer(example)].tolist()
        longest = self._objective.max_completion_tokens
        with self._in_use():
            if not count:
                return [greedy(self._session.model, question, max_tokens=longest, stop=self._stops)]
            return sampled(self._session.model, question, count=count, max_tokens=longest, stop=self._stops)

    def _rewards(self, example: Example, answers: Sequence[list[int]]) -> list[float]:
        objective = self._objective
        found = [self._by_rules(example, self._text(answer)) for answer in answers]
        if self._judge is None:
            return found
        tail = _after_answer(example)
        whole = [
            _with_answer(example, [*answer, *tail] if answer[-1] in self._stops else answer)
            for answer in answers
        ]
        scores = self._judge.scores(whole)
        return [
            value + objective.reward_model_weight * score for value, score in zip(found, scores, strict=True)
        ]

    def _by_rules(self, example: Example, answer: str) -> float:
        """By the rules and by the user's own function."""
        objective = self._objective
        found = objective.reward_of(answer, prompt=example.prompt, wanted=example.wanted)
        if self._function is not None:
            found += objective.reward_funcs_weight * self._function(example.prompt, answer, example.row)
        return found

    def _text(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    # ------------------------------------------------------------ batches

    def _batches(self, made: Sequence[Example]) -> list[Batch]:
        """As many answers at once as the recipe says, in their order."""
        size = self._session.recipe.optim.per_device_train_batch_size
        starts = range(0, len(made), size)
        return [self._session.batch(made[first : first + size], pad_id=self._pad_id) for first in starts]

    def _looked_at(self, batch: Batch, check: Callable[[], None]) -> Batch:
        """``batch`` with the log-probabilities of the present weights and of the start, where the loss needs them."""
        import torch

        objective, model = self._objective, self._session.model
        with torch.no_grad(), self._in_use():
            if objective.looks_before:
                check()
                before, values = objective.look(model, batch)
                batch = with_known(batch, before=before.float(), values=values)
            if objective.keeps_start:
                check()
                with self._at_start():
                    batch = with_known(batch, start=objective.look(model, batch)[0].float())
        return batch

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Without dropout and with the number format of training, for the length of the block."""
        model = self._session.model
        was_training = model.training
        model.eval()
        try:
            with self._session.accelerator.autocast():
                yield
        finally:
            model.train(was_training)

    @contextmanager
    def _at_start(self) -> Iterator[None]:
        """The weights that the run began with, for the length of the block; nothing is copied."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    def _exchange(self) -> None:
        for name, parameter in self._session.trained.items():
            self._start[name], parameter.data = parameter.data, self._start[name]


def _start_of_answer(example: Example) -> int:
    return int(example.trained.argmax())


def _after_answer(example: Example) -> list[int]:
    """What the template writes behind an answer."""
    return [int(token) for token in example.input_ids[int(np.flatnonzero(example.trained)[-1]) + 1 :]]


def _with_answer(example: Example, answer: list[int]) -> Example:
    start = _start_of_answer(example)
    ids = np.concatenate([example.input_ids[:start], np.asarray(answer, dtype=np.int32)])
    return Example(ids, np.arange(len(ids)) >= start, example.path, example.line)


def _stops(tokenizer: Any, examples: Sequence[Example], listed: Sequence[int]) -> tuple[int, ...]:
    """Tokens that end an answer: the tokenizer's, those of the generation config, and what ends the dataset's answers."""
    marks = set(tokenizer.all_special_ids) | set(tokenizer.get_added_vocab().values())
    ends = {int(item.input_ids[np.flatnonzero(item.trained)[-1]]) for item in examples}
    own = {tokenizer.eos_token_id} - {None}
    return tuple(sorted(own | set(listed) | (ends & marks)))
