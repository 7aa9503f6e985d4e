"""General questions with four choices each, and how probable a model holds each choice.

Choices are scored and nothing is generated, so a small model can be asked as well as a large one. A pass reads each
token once: what all prompts begin with once for all, equally long prompts together, and the choices of a question
from its prompt's cache. No padding stands before a real token, so that causality alone keeps it out.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.contract.job import Job
from engine.contract.paths import resources_dir
from engine.models.greedy import logits_along
from engine.models.tuned import encode, render_prompt

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import PreTrainedTokenizerBase

GROUP = 8  # questions read together; their choices' logits are held at once


@dataclass(frozen=True, slots=True)
class Question:
    """``choices[0]`` is the right one."""

    ability: str
    language: str
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A question as a model sees it: the log-probability of each whole choice, in nats."""

    log_p: tuple[float, ...]

    @property
    def chosen(self) -> int:
        """The likeliest choice; 0 is right."""
        return int(np.argmax(self.log_p))

    @property
    def sure(self) -> float:
        """Probability of the right choice, were one of them to be taken."""
        weights = np.exp(np.array(self.log_p) - max(self.log_p))
        return float(weights[0] / weights.sum())


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A question as token ids; ``place`` is where it stands in the list."""

    place: int
    prompt: list[int]
    choices: list[list[int]]

    @property
    def longest(self) -> int:
        return max(len(ids) for ids in self.choices)


def questions() -> tuple[Question, ...]:
    """The bundled questions, in the order of their file."""
    found, ability, language = [], "", ""
    text = (resources_dir() / "probe" / "questions.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("## "):
            ability, language = line[3:].split()
        elif line and not line.startswith("# "):
            question, *choices = (part.strip() for part in line.split(" | "))
            found.append(Question(ability, language, question, tuple(choices)))
    return tuple(found)


def ask(
    model: "nn.Module",
    tokenizer: "PreTrainedTokenizerBase",
    asked: Sequence[Question],
    *,
    job: Job,
    name: str,
) -> list[Seen]:
    """How ``model`` sees the choices of each question, asked through the trained template.

    Raises:
        Cancelled: the user asked to end.
    """
    import torch

    rows = [_tokens(tokenizer, question, place) for place, question in enumerate(asked)]
    shared = _shared(rows)
    found: dict[int, Seen] = {}
    with torch.inference_mode():
        beginning = _read(model, [rows[0].prompt[:shared]], None)[1] if shared else None
        together = shared > 0 and _can_be_copied(beginning)
        for group in _groups(rows, GROUP if together else 1):
            job.check()
            scores = _together(model, group, beginning, shared) if together else _alone(model, group[0])
            for row, log_p in zip(group, scores, strict=True):
                found[row.place] = Seen(tuple(log_p))
            job.progress(name, len(found), len(rows), "questions")
    return [found[place] for place in range(len(rows))]


def _tokens(tokenizer: "PreTrainedTokenizerBase", question: Question, place: int) -> _Tokens:
    prompt = render_prompt(tokenizer, [{"role": "user", "content": question.text}])
    choices = [encode(tokenizer, choice) for choice in question.choices]
    return _Tokens(place, encode(tokenizer, prompt), choices)


def _shared(rows: Sequence[_Tokens]) -> int:
    """How many tokens all prompts begin with; every prompt keeps at least one of its own."""
    most = min(len(row.prompt) for row in rows) - 1
    first = rows[0].prompt
    for place in range(most):
        if any(row.prompt[place] != first[place] for row in rows):
            return place
    return most


def _groups(rows: Sequence[_Tokens], size: int) -> Iterator[list[_Tokens]]:
    """Rows whose prompts are equally long, at most ``size`` at a time; choices of a length stand together."""
    ordered = sorted(rows, key=lambda row: (len(row.prompt), row.longest, row.place))
    for _, same in groupby(ordered, key=lambda row: len(row.prompt)):
        equal = list(same)
        for start in range(0, len(equal), size):
            yield equal[start : start + size]


def _read(model: Any, ids: list[list[int]], cache: Any) -> tuple["torch.Tensor", Any]:
    """Logits [rows, vocabulary] after the last of ``ids``, and the cache with them."""
    import torch

    device = next(model.parameters()).device
    tokens = torch.tensor(ids, device=device)
    out = model(input_ids=tokens, past_key_values=cache, use_cache=True, logits_to_keep=1)
    return out.logits[:, -1].float().cpu(), out.past_key_values


def _can_be_copied(cache: Any) -> bool:
    """Whether a model's memory is keys and values alone; states of another kind are not repeated by transformers."""
    from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

    layers = getattr(cache, "layers", None) or ()
    return bool(layers) and all(type(layer) in (DynamicLayer, DynamicSlidingWindowLayer) for layer in layers)


def _together(model: Any, group: list[_Tokens], beginning: Any, shared: int) -> list[list[float]]:
    """Log-probabilities of the choices of questions whose prompts are equally long."""
    import torch

    cache = copy.deepcopy(beginning)
    cache.batch_repeat_interleave(len(group))
    first, cache = _read(model, [row.prompt[shared:] for row in group], cache)
    longest = max(row.longest for row in group)
    if longest == 1:
        return [[_along(first[None, place], ids) for ids in row.choices] for place, row in enumerate(group)]
    count = len(group[0].choices)
    cache.batch_repeat_interleave(count)
    rows = [ids[:-1] + [0] * (longest - len(ids)) for row in group for ids in row.choices]
    device = next(model.parameters()).device
    out = model(input_ids=torch.tensor(rows, device=device), past_key_values=cache, use_cache=True)
    later = out.logits.float().cpu()
    found = []
    for place, row in enumerate(group):
        logits = later[place * count : (place + 1) * count]
        found.append([
            _along(torch.cat((first[None, place], own[: len(ids) - 1])), ids)
            for own, ids in zip(logits, row.choices, strict=True)
        ])  # fmt: skip
    return found


def _alone(model: "nn.Module", row: _Tokens) -> list[list[float]]:
    """The same for one question, without a cache."""
    return [[_along(logits_along(model, row.prompt, ids), ids) for ids in row.choices]]


def _along(logits: "torch.Tensor", ids: list[int]) -> float:
    """Sum of the log-probabilities of ``ids`` under logits [tokens, vocabulary]."""
    import torch

    picked = logits.gather(1, torch.tensor(ids)[:, None]).squeeze(1)
    return float((picked - logits.logsumexp(dim=1)).sum())
