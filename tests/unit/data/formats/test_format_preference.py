"""Preference pairs are recognised before anything else that their columns could be."""

import pytest

from engine.data.store import formats

GOOD, BAD = {"from": "gpt", "value": "good"}, {"from": "gpt", "value": "bad"}
ASK = {"from": "human", "value": "q"}


@pytest.mark.parametrize(
    "row",
    [
        {"conversations": [ASK], "chosen": GOOD, "rejected": BAD},
        {"instruction": "q", "input": "", "chosen": "good", "rejected": "bad"},
        {"prompt": "q", "chosen": "good", "rejected": "bad"},
        {
            "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "good"}],
            "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "bad"}],
        },
    ],
)
def test_shapes(detect, convert, row):
    assert detect(row)[0] == "preference"
    assert convert("preference", row) == [("user", "q"), ("assistant", "good")]


def test_rejections(convert):
    assert convert("preference", {"prompt": "q", "chosen": "x", "rejected": "x"}) == (
        "same_answers",
        "rejected",
    )
    assert convert("preference", {"prompt": "q", "chosen": "", "rejected": "x"}) == ("empty_answer", "chosen")
    assert convert("preference", {"chosen": "x", "rejected": "y"}) == ("missing_column", "prompt")


def test_supervised_training_cannot_use_it():
    assert "sft" not in formats()["preference"].objectives
    assert "dpo" in formats()["preference"].objectives
