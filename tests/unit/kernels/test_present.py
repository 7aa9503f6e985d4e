"""Kernels of other packages are offered only where they are."""

from collections.abc import Iterator

import pytest

from engine.contract.errors import UserError
from engine.kernels.present import kernel_limits
from engine.registry import check_limits, parse_recipe, schema_reply


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    kernel_limits.cache_clear()
    yield
    kernel_limits.cache_clear()


def wanted(attention: str) -> None:
    check_limits(
        parse_recipe(
            {"model": {"attention": attention}, "method": {"kind": "lora"}, "objective": {"kind": "sft"}}
        )
    )


def test_a_kernel_that_is_missing_is_refused_and_the_form_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (limit,) = [limit for limit in schema_reply().limits if limit.path == "model.attention"]
    assert "flash_attention_2" not in limit.allowed and "flash-attn" in limit.reason
    with pytest.raises(UserError, match="flash-attn"):
        wanted("flash_attention_2")
    for attention in ("auto", "sdpa", "eager"):
        wanted(attention)


def test_a_kernel_that_is_here_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert not [limit for limit in schema_reply().limits if limit.path == "model.attention"]
    wanted("flash_attention_2")
