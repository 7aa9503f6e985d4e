"""Rewards by rules: each gives what it says, weights add up, and what is not understood is refused."""

from typing import Any

import pytest

from engine.contract.errors import UserError
from engine.objectives import rewards
from engine.objectives.grpo import GroupRelative
from engine.registry import parse_recipe


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (rewards.same_text(" the  answer\n", "the answer"), 1.0),
        (rewards.same_text("The answer", "the answer"), 0.0),
        (rewards.same_text("", ""), 0.0),
        (rewards.contains("it is 42, I think", " 42 "), 1.0),
        (rewards.contains("it is 42", ""), 0.0),
        (rewards.same_number("so 1 and then 12,500.0.", "12500"), 1.0),
        (rewards.same_number("It is -12500", "12500"), 0.0),
        (rewards.same_number("I do not know", "nor do I"), 0.0),
        (rewards.matches("one\nAnswer: 7", r"^Answer: \d$"), 1.0),
        (rewards.matches("Answer: x", r"^Answer: \d$"), 0.0),
        (rewards.is_json('{"a": [1]}'), 1.0),
        (rewards.is_json('{"a": NaN}'), 0.0),
        (rewards.is_json('"a"'), 0.0),
        (rewards.near_length("x" * 50, 100), 0.5),
        (rewards.near_length("x" * 250, 100), 0.0),
        (rewards.by_rule("answer_chars / 2 + (wanted in answer)", answer="ab", prompt="", wanted="b"), 2.0),
        (rewards.by_rule("answer", answer="ab", prompt="", wanted=""), 0.0),
        (rewards.by_rule("1 / 0", answer="", prompt="", wanted=""), 0.0),
    ],
)
def test_a_rule_gives_a_number(found: float, expected: float) -> None:
    assert found == pytest.approx(expected)


def test_a_pattern_that_takes_too_long_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewards, "PATTERN_S", 0.01)
    assert rewards.matches("a" * 40 + "b", r"^(a|aa)+$") == 0.0


def test_weights_add_up() -> None:
    objective = GroupRelative(
        exact_match=0.0, contains=2.0, length=-1.0, length_target=4, pattern="b", rule="3"
    )
    assert objective.reward_of("ab", prompt="", wanted="b") == pytest.approx(2.0 - 0.5 + 1.0 + 3.0)
    assert objective.reward_of("xxxx", prompt="", wanted="b") == pytest.approx(-1.0 + 3.0)


@pytest.mark.parametrize(
    "options",
    [{"rule": "anwser == wanted"}, {"rule": "__import__('os')"}, {"rule": "answer.upper()"}, {"rule": "1 +"},
     {"pattern": "("}, {"exact_match": 0.0}, {"exact_match": 0.0, "reward_model": "x", "reward_model_weight": 0.0}],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_what_cannot_reward_is_refused(options: dict[str, Any], kind: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_recipe({"method": {"kind": "lora"}, "objective": {"kind": kind, **options}})
    assert caught.value.info.fields and caught.value.info.fields[0].path.startswith("objective")
