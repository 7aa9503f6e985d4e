"""The figures of a comparison, and what is made of them."""

from dataclasses import replace

import numpy as np
import pytest

from engine.export.answers import equal_prefix, share_equal
from engine.export.reference import Likely, Messages, Reference, ReferenceAnswer
from engine.export.verify import Comparison, compare, verdict
from tests.integration.quiet_job import QuietJob


@pytest.mark.parametrize(
    ("expected", "actual", "share", "prefix"),
    [
        ([1, 2, 3], [1, 2, 3], 1.0, 3),
        ([1, 2, 3, 4], [1, 9, 3, 4], 0.75, 1),
        ([1, 2], [1, 2, 3, 4], 0.5, 2),
        ([1, 2, 3, 4], [1], 0.25, 1),
        ([1, 2], [], 0.0, 0),
        ([], [], 1.0, 0),
    ],
)
def test_shares(expected: list[int], actual: list[int], share: float, prefix: int) -> None:
    assert share_equal(expected, actual) == share
    assert equal_prefix(expected, actual) == prefix


GOOD = Comparison(
    prompts=8,
    prompt_tokens_equal=True,
    greedy_agreement=0.95,
    equal_before_divergence=28.0,
    identical_answers=6,
    next_token_agreement=0.99,
    ends_heard=True,
)


@pytest.mark.parametrize(
    ("change", "precise", "status"),
    [
        ({}, True, "passed"),
        ({"greedy_agreement": 0.89}, True, "warning"),
        ({"greedy_agreement": 0.61}, False, "passed"),
        ({"greedy_agreement": 0.2}, False, "warning"),
        ({"next_token_agreement": 0.79}, True, "failed"),
        ({"next_token_agreement": 0.79}, False, "passed"),
        ({"next_token_agreement": 0.39}, False, "failed"),
        ({"prompt_tokens_equal": False, "first_mismatch": "hello"}, True, "failed"),
        ({"ends_heard": False}, False, "failed"),
        ({"kl": 0.09}, True, "passed"),
        ({"kl": 0.001, "greedy_agreement": 0.5}, True, "passed"),
        ({"kl": 0.01, "greedy_agreement": 0.5}, True, "warning"),
        ({"kl": 0.11}, True, "failed"),
        ({"kl": 0.01, "kl_far": 0.11}, False, "failed"),
        ({"kl": float("nan")}, False, "failed"),
    ],
)
def test_verdicts(change: dict[str, object], precise: bool, status: str) -> None:
    found = verdict(replace(GOOD, **change), precise=precise, kl_limit=0.1)  # type: ignore[arg-type]
    assert found.status == status
    assert f"{replace(GOOD, **change).greedy_agreement:.1%}" in found.detail  # type: ignore[arg-type]


class Parrot:
    """Says what it is told to, for each prompt."""

    def __init__(self, answers: dict[int, list[int]], *, shift: int = 0) -> None:
        self.answers, self.shift = answers, shift

    def prompt(self, messages: Messages) -> list[int]:
        return [int(messages[-1]["content"]) + self.shift]

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        return self.answers[prompt[0]]

    def logits(self, prompt: list[int], answer: list[int]) -> np.ndarray:
        said = (self.answers[prompt[0]] + [0] * len(answer))[: len(answer)]
        found = np.zeros((len(answer), 12), dtype=np.float32)
        found[np.arange(len(answer)), said] = 3.0
        return found

    def ends(self, token: int) -> bool:
        return token == 2

    def close(self) -> None: ...


def _reference(end: int = 2) -> Reference:
    rows = [([{"role": "user", "content": str(i)}], [i], [5, 6, 7, 2]) for i in (1, 2)]
    return Reference(tuple(ReferenceAnswer(*row) for row in rows), end, (2,))


def test_the_figures_are_means_over_the_prompts() -> None:
    found = compare(_reference(), Parrot({1: [5, 6, 7, 2], 2: [5, 9, 7, 2]}), job=QuietJob())
    assert (found.prompts, found.identical_answers, found.prompt_tokens_equal) == (2, 1, True)
    assert found.greedy_agreement == (1.0 + 0.75) / 2
    assert found.equal_before_divergence == (4 + 1) / 2
    assert found.next_token_agreement == 7 / 8


def test_different_prompt_tokens_are_found_even_where_the_answers_agree() -> None:
    found = compare(_reference(), Parrot({1: [5, 6, 7, 2], 2: [5, 6, 7, 2]}, shift=1), job=QuietJob())
    assert not found.prompt_tokens_equal and found.first_mismatch == "1" and found.greedy_agreement == 1.0


def test_an_end_that_is_not_heard_is_found() -> None:
    found = compare(_reference(end=3), Parrot({1: [5, 6, 7, 2], 2: [5, 6, 7, 2]}), job=QuietJob())
    assert not found.ends_heard


# ---------------------------------------------------------------- divergence


def test_the_divergence_is_that_of_the_whole_distributions() -> None:
    random = np.random.default_rng(1)
    one, other = random.normal(0, 4, (2, 5, 1000)).astype(np.float32)

    def softmax(logits: np.ndarray) -> np.ndarray:
        weights = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))

    p, q = softmax(one), softmax(other)
    exact = (p * np.log(p / q)).sum(axis=-1)
    found = Likely.of(one).divergence(other)
    assert np.all(found <= exact + 1e-9) and np.allclose(found, exact, rtol=0.02)
    assert np.allclose(Likely.of(one).divergence(one), 0.0, atol=1e-6)


def test_a_padded_or_a_shorter_vocabulary_has_a_divergence_too() -> None:
    logits = np.random.default_rng(2).normal(0, 3, (3, 50)).astype(np.float32)
    padded = np.concatenate([logits, np.full((3, 14), -1e9, dtype=np.float32)], axis=-1)
    assert np.allclose(Likely.of(logits).divergence(padded), 0.0, atol=1e-6)
    assert np.all(Likely.of(logits).divergence(logits[:, :10]) > 0.1)


def test_the_comparison_reports_it_along_the_trained_answers() -> None:
    parrot = Parrot({1: [5, 6, 7, 2], 2: [5, 6, 7, 2]})
    rows = [
        replace(row, likely=Likely.of(parrot.logits(row.prompt, row.answer))) for row in _reference().answers
    ]
    same = compare(Reference(tuple(rows), 2, (2,)), parrot, job=QuietJob())
    assert same.kl is not None and same.kl < 1e-6
    other = compare(
        Reference(tuple(rows), 2, (2,)), Parrot({1: [5, 6, 7, 2], 2: [5, 9, 7, 2]}), job=QuietJob()
    )
    assert other.kl is not None and other.kl > 0.1
