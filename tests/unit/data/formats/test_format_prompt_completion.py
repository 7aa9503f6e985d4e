"""Prompt and completion under any of their names."""

import pytest


@pytest.mark.parametrize(
    ("names", "confidence"),
    [
        (("prompt", "completion"), 0.95),
        (("question", "answer"), 0.807),
        (("问题", "回答"), 0.807),
        (("输入", "输出"), 0.807),
        (("题目", "答案"), 0.807),
        (("user", "assistant"), 0.807),
        (("Query", "Response"), 0.807),
    ],
)
def test_names(detect, convert, names, confidence):
    row = {names[0]: "q", names[1]: "a"}
    assert detect(row)[:2] == ("prompt_completion", confidence)
    assert convert("prompt_completion", row) == [("user", "q"), ("assistant", "a")]


def test_turns(convert):
    row = {
        "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}],
        "completion": [{"role": "assistant", "content": "a"}],
    }
    assert convert("prompt_completion", row) == [("system", "s"), ("user", "q"), ("assistant", "a")]


def test_rejections(convert):
    assert convert("prompt_completion", {"prompt": "q", "completion": ""}) == ("empty_answer", "completion")
    assert convert("prompt_completion", {"prompt": 1, "completion": "a"}) == ("not_text", "prompt")
    late = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    assert convert("prompt_completion", {"prompt": late, "completion": "a"}) == ("turn_order", "prompt")
    assert convert("prompt_completion", {"prompt": "q", "completion": late[:1]}) == (
        "turn_order",
        "completion",
    )
