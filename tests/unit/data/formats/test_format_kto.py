"""Answers with a verdict."""

import pytest

from engine.data.store import formats

TALK = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]


def test_detection(detect):
    assert detect({"messages": TALK, "label": True})[0] == "kto"
    assert detect({"instruction": "q", "input": "", "output": "a", "kto_tag": False})[0] == "kto"
    assert detect({"prompt": "q", "completion": "a", "label": "True"})[0] == "kto"
    assert detect({"instruction": "q", "output": "a", "label": "sports"})[0] == "alpaca"

    assert detect({"prompt": "q", "response": "a", "label": 1})[0] == "kto"
    assert detect({"instruction": "q", "output": "a", "label": 3})[0] == "alpaca"


@pytest.mark.parametrize(
    ("label", "verdict"),
    [(True, True), (False, False), (1, True), (0, False), (0.0, False), ("True", True), ("0", False)],
)
def test_verdicts(make_row, label, verdict):
    made = make_row("kto", {"messages": TALK, "label": label})
    assert made.label is verdict and made.answers == ("a",)


@pytest.mark.parametrize(
    "record",
    [
        {"messages": TALK},
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
        {"prompt": "q", "completion": "a"},
        {"prompt": TALK[:1], "completion": TALK[1:]},
        {"prompt": "q", "response": "a"},
        {"instruction": "q", "input": "", "output": "a"},
        {"instruction": "q", "response": "a"},
        {"question": "q", "answer": "a"},
    ],
)
def test_shapes(detect, convert, make_row, record):
    for name in ("label", "kto_tag"):
        marked = {**record, name: False}
        assert detect(marked)[0] == "kto"
        assert convert("kto", marked) == [("user", "q"), ("assistant", "a")]
        assert make_row("kto", marked).label is False


def test_rejections(convert):
    assert convert("kto", {"messages": TALK, "label": "maybe"}) == ("bad_label", "label")
    assert convert("kto", {"messages": TALK, "label": 2}) == ("bad_label", "label")
    assert convert("kto", {"prompt": "q", "completion": " ", "kto_tag": True}) == (
        "empty_answer",
        "completion",
    )


def test_which_objectives_can_use_it():
    assert formats()["kto"].objectives == {"kto"}
