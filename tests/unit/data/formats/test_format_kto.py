"""Answers with a verdict."""

from engine.data.store import formats

TALK = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]


def test_detection(detect):
    assert detect({"messages": TALK, "label": True})[0] == "kto"
    assert detect({"instruction": "q", "input": "", "output": "a", "kto_tag": False})[0] == "kto"
    assert detect({"prompt": "q", "completion": "a", "label": "True"})[0] == "kto"
    assert detect({"instruction": "q", "output": "a", "label": "sports"})[0] == "alpaca"


def test_conversion(convert):
    assert convert("kto", {"messages": TALK, "label": True}) == [("user", "q"), ("assistant", "a")]
    assert convert("kto", {"prompt": "q", "completion": "a", "label": False}) == [
        ("user", "q"),
        ("assistant", "a"),
    ]
    assert convert("kto", {"messages": TALK, "label": "maybe"}) == ("bad_label", "label")


def test_supervised_training_cannot_use_it():
    assert formats()["kto"].objectives == {"kto"}
