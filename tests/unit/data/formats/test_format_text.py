"""Running text."""

from engine.data.store import formats


def test_detection_gives_way_to_anything_better(detect):
    assert detect({"text": "Once upon a time"})[:2] == ("text", 0.9)
    assert detect({"text": "x", "instruction": "q", "output": "a"})[0] == "alpaca"


def test_conversion(convert):
    assert convert("text", {"text": "abc"}) == [("assistant", "abc")]
    assert convert("text", {"text": " "}) == ("empty_text", "text")
    assert formats()["text"].objectives == {"pt"}
