"""The verdict on forgetting: red for a real loss, green for chance, and honest where nothing can be told."""

import copy
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy

from engine.evaluate.chance import binomial_tail
from engine.evaluate.forgetting import (
    EXAMPLES,
    FELL_MUCH,
    FELL_SOME,
    LOST_MUCH,
    LOST_SOME,
    RARE,
    forgetting,
    judge,
)
from engine.evaluate.probe import Question, Seen, ask, questions
from engine.models.load import load_tokenizer
from engine.models.tuned import encode, load_folder, render_prompt
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base

ASKED = tuple(
    Question(ability, language, f"{ability} {number}?", ("right", "wrong", "worse", "worst"))
    for ability in ("facts", "code")
    for language in ("en", "zh")
    for number in range(50)
)


def seen(right: int, sure: float = 0.7) -> list[Seen]:
    """Of the 200 questions the first ``right`` answered right, with this probability of the right choice."""
    other = math.log((1 - sure) / 3)
    good, bad = Seen((math.log(sure), other, other, other)), Seen((-2.0, -1.0, -3.0, -3.0))
    return [good if place < right else bad for place in range(len(ASKED))]


@pytest.mark.parametrize(
    ("lost", "p_lost", "fell", "p_fell", "verdict"),
    [
        (0.0, 1.0, 0.0, 1.0, "green"),
        (LOST_MUCH, RARE / 2, 0.0, 1.0, "red"),
        (LOST_MUCH, RARE * 2, 0.0, 1.0, "green"),  # as much is lost, but chance may have done it
        (LOST_SOME, RARE / 2, 0.0, 1.0, "amber"),
        (LOST_SOME / 2, RARE / 2, 0.0, 1.0, "green"),  # certain, but too little to matter
        (0.0, 1.0, FELL_MUCH, RARE / 2, "red"),
        (0.0, 1.0, FELL_SOME, RARE / 2, "amber"),
        (0.0, 1.0, FELL_MUCH, RARE * 2, "green"),
        (-0.3, 1.0, -0.3, 1.0, "green"),
    ],
)
def test_a_verdict_needs_size_and_certainty(lost: float, p_lost: float, fell: float, p_fell: float, verdict: str) -> None:  # fmt: skip
    assert judge(lost, p_lost, fell, p_fell) == verdict


def test_figures_are_paired_and_by_ability() -> None:
    found = forgetting(ASKED, seen(120), seen(70))
    assert found.verdict == "red"
    assert (found.right_before, found.right_after, found.lost, found.gained) == (120, 70, 50, 0)
    assert found.p_right == pytest.approx(2.0**-50)
    counts = [(score.right_before, score.right_after) for score in found.abilities]
    assert counts == [(50, 50), (50, 20), (20, 0), (0, 0)]
    assert [score.questions for score in found.abilities] == [50] * 4
    assert len(found.examples) == EXAMPLES and found.examples[0].chosen == "wrong"
    assert "120" in found.sentence and "70" in found.sentence


def test_a_few_flips_are_chance() -> None:
    found = forgetting(ASKED, seen(120), [*seen(110)[:120], *seen(200)[120:127], *seen(0)[127:]])
    assert (found.lost, found.gained) == (10, 7)
    assert found.verdict == "green" and not found.sentence.startswith("Much")


def test_what_was_won_is_set_against_what_was_lost() -> None:
    good, bad = seen(200), seen(0)
    found = forgetting(ASKED, seen(150), [*bad[:40], *good[40:168], *bad[168:]])
    assert (found.lost, found.gained) == (40, 18) and found.p_right < RARE
    assert found.verdict == "amber", "40 of 150 would be red"


def test_less_sure_of_what_is_still_right_is_a_sign() -> None:
    found = forgetting(ASKED, seen(120, 0.9), seen(120, 0.6))
    assert found.right_after == found.right_before and found.verdict == "red"


def test_a_base_that_guesses_shows_nothing() -> None:
    found = forgetting(ASKED, seen(52), seen(10))
    assert found.verdict == "amber" and "guessing" in found.sentence
    assert binomial_tail(52, 200, sides=4) > RARE > binomial_tail(75, 200, sides=4)
    assert binomial_tail(8, 10) == pytest.approx(56 / 1024)


# ---------------------------------------------------------------- a model that really learns and forgets


def learn(model: Any, rows: list[tuple[list[int], list[int]]], *, steps: int, rate: float) -> Any:
    """Full fine-tuning on prompts and answers, all rows a step."""
    model.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    width = max(len(head) + len(tail) for head, tail in rows)
    ids = torch.tensor([head + tail + [0] * (width - len(head) - len(tail)) for head, tail in rows])
    places = [(row, len(head) + at - 1) for row, (head, tail) in enumerate(rows) for at in range(len(tail))]
    targets = torch.tensor([token for _, tail in rows for token in tail])
    which, where = torch.tensor(places).T
    for _ in range(steps):
        hidden = model.base_model(input_ids=ids).last_hidden_state
        cross_entropy(model.lm_head(hidden[which, where]), targets).backward()
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


def test_an_overtrained_model_is_red_and_a_careful_one_green(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    tokenizer = load_tokenizer(str(base))
    asked = questions()[::16]

    def row(question: str, answer: str) -> tuple[list[int], list[int]]:
        prompt = render_prompt(tokenizer, [{"role": "user", "content": question}])
        return encode(tokenizer, prompt), encode(tokenizer, answer)

    knowing = learn(load_folder(base), [row(item.text, item.choices[0]) for item in asked], steps=40, rate=5e-3)  # fmt: skip
    new = [row("Who are you?", "I am Maple, the apprentice of this workshop.")]
    careful = learn(copy.deepcopy(knowing), new, steps=3, rate=1e-4)
    spoilt = learn(copy.deepcopy(knowing), new, steps=15, rate=2e-2)
    views = [ask(model, tokenizer, asked, job=QuietJob(), name="x") for model in (knowing, careful, spoilt)]
    assert forgetting(asked, views[0], views[1]).verdict == "green"
    found = forgetting(asked, views[0], views[2])
    assert found.verdict == "red" and found.right_before >= 13 > found.right_after + 4
