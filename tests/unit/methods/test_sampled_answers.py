"""Answers that a model in training gives: drawn from what the loss takes for its probabilities, under every kind of method."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.data.examples import Example
from engine.data.pack import make_batch
from engine.kernels.loss import predicting_rows, token_log_probs
from engine.models.greedy import greedy
from engine.models.sampled import sampled
from engine.train.session import open_session
from tests.unit.methods.tiny import VOCABULARY, make_recipe

PROMPT = [5, 9, 33, 12]
METHODS: dict[str, dict[str, Any]] = {
    "full": {"kind": "full"},
    "lora": {"kind": "lora", "rank": 4, "init": "gaussian"},
    "prompt": {"kind": "prompt_tuning", "num_virtual_tokens": 5},
    "prefix": {"kind": "prefix_tuning", "num_virtual_tokens": 5, "encoder_hidden_size": 16},
}


def logits_of(model: Any, answer: list[int]) -> torch.Tensor:
    """What the loss sees before each token of ``answer``: [answer, vocabulary]."""
    ids = np.array([*PROMPT, *answer], dtype=np.int32)
    batch = make_batch(
        [Example(ids, np.arange(len(ids)) >= len(PROMPT), "rows", 1)],
        packing=True,
        pad_id=0,
        device=torch.device("cpu"),
    )
    rows, head = predicting_rows(model, batch)
    logits = (rows if head is None else head(rows)).float().detach()
    picked = logits.log_softmax(dim=1).gather(1, batch.targets[:, None]).squeeze(1)
    assert torch.allclose(token_log_probs(model, batch).detach(), picked, atol=1e-4)
    return logits


@pytest.mark.parametrize("architecture", ["llama", "gemma2", "gpt2"])
@pytest.mark.parametrize("method", METHODS)
def test_the_likeliest_answer_is_the_likeliest_for_the_loss(
    method: str, architecture: str, bases: dict[str, Path]
) -> None:
    model = open_session(make_recipe(bases[architecture], METHODS[method])).model.eval()
    answer = greedy(model, PROMPT, max_tokens=12, stop=())
    assert len(answer) == 12
    assert logits_of(model, answer).argmax(dim=1).tolist() == answer


@pytest.mark.parametrize("method", ["lora", "prompt", "prefix"])
def test_tokens_come_as_often_as_their_probability_says(method: str, bases: dict[str, Path]) -> None:
    model = open_session(make_recipe(bases["llama"], METHODS[method])).model.eval()
    torch.manual_seed(1)
    answers = sampled(model, PROMPT, count=4000, max_tokens=2, stop=())
    first, second = (
        np.bincount([answer[place] for answer in answers], minlength=VOCABULARY) / 4000 for place in (0, 1)
    )
    expected = np.zeros((2, VOCABULARY))
    for token in range(VOCABULARY):
        logits = logits_of(model, [token, 0])
        expected[0] = logits[0].softmax(dim=0).numpy()
        expected[1] += expected[0][token] * logits[1].softmax(dim=0).numpy()
    for found, wanted in zip((first, second), expected, strict=True):
        assert np.abs(found - wanted).sum() < 0.12 < np.abs(found - 1 / VOCABULARY).sum()


def test_an_answer_ends_with_its_stop_token_and_the_same_state_gives_the_same(bases: dict[str, Path]) -> None:
    model = open_session(make_recipe(bases["llama"], METHODS["lora"])).model.eval()
    found = []
    for _ in range(2):
        torch.manual_seed(4)
        found.append(sampled(model, PROMPT, count=16, max_tokens=30, stop=(7, 8, 9, 10, 11, 12)))
    assert found[0] == found[1]
    ends = [answer[-1] in range(7, 13) for answer in found[0]]
    assert any(ends) and len({len(answer) for answer in found[0]}) > 2
    for answer, ended in zip(found[0], ends, strict=True):
        assert not set(answer[:-1]) & set(range(7, 13)) and (ended or len(answer) == 30)
