"""The figures of a comparison, and what is made of them."""

from dataclasses import replace

import pytest

from engine.export.answers import equal_prefix, share_equal
from engine.export.verify import Comparison, Messages, Reference, ReferenceAnswer, compare, verdict
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
    ],
)
def test_verdicts(change: dict[str, object], precise: bool, status: str) -> None:
    found = verdict(replace(GOOD, **change), precise=precise)  # type: ignore[arg-type]
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

    def next_tokens(self, prompt: list[int], answer: list[int]) -> list[int]:
        return (self.answers[prompt[0]] + [0] * len(answer))[: len(answer)]

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
