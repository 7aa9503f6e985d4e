"""Sampling on the transformers backend: each setting keeps what it should."""

import torch

from engine.chat.sampling import draw
from engine.contract.messages import Sampling

LOGITS = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.04, 0.01]))
OPEN = {"temperature": 1.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}


def _seen(answer: list[int] | None = None, draws: int = 400, **settings: float) -> list[float]:
    sampling = Sampling.model_validate({**OPEN, **settings})
    generator = torch.Generator().manual_seed(3)
    counts = [0] * len(LOGITS)
    for _ in range(draws):
        counts[draw(LOGITS, answer or [], sampling, generator)] += 1
    return [count / draws for count in counts]


def test_zero_temperature_takes_the_most_probable() -> None:
    assert _seen(temperature=0.0) == [1, 0, 0, 0, 0]


def test_everything_open_draws_by_probability() -> None:
    for share, expected in zip(_seen(draws=4000), LOGITS.exp().tolist(), strict=True):
        assert abs(share - expected) < 0.03


def test_top_k() -> None:
    shares = _seen(top_k=2)
    assert shares[0] > 0 and shares[1] > 0 and sum(shares[2:]) == 0


def test_top_p_keeps_the_token_that_crosses() -> None:
    shares = _seen(top_p=0.6)
    assert shares[1] > 0 and sum(shares[2:]) == 0
    assert _seen(top_p=0.01)[0] == 1


def test_min_p_is_relative_to_the_best() -> None:
    shares = _seen(min_p=0.2)
    assert shares[2] > 0 and sum(shares[3:]) == 0


def test_high_temperature_flattens() -> None:
    assert _seen(temperature=5.0)[4] > 0.08


def test_repetition_is_penalized_whatever_the_sign() -> None:
    logits = torch.tensor([2.0, 1.5, -1.0])
    sampling = Sampling(temperature=0.0, repeat_penalty=2.0)
    generator = torch.Generator()
    assert draw(logits, [], sampling, generator) == 0
    assert draw(logits, [0], sampling, generator) == 1
    assert draw(torch.tensor([-1.0, -1.5]), [0], sampling, generator) == 1
    assert draw(logits, [0] + [2] * 64, sampling, generator) == 0  # long ago is forgotten


def test_the_same_seed_draws_the_same() -> None:
    assert _seen() == _seen()
