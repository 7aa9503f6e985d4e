"""Conversations written as one text with ChatML's markers."""

import pytest

from engine.data.rows import Message

TALK = "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nq\n\nr<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n"


def test_detection_beats_running_text(detect):
    for name in ("text", "content", "messages", "对话"):
        assert detect({name: TALK})[0] == "chatml"
    assert detect({"text": "A text about <|im_start|> and what it is for"})[0] == "text"


def test_conversion(convert):
    turns = [("system", "s"), ("user", "q\n\nr"), ("assistant", "a")]
    assert convert("chatml", {"text": TALK}) == turns
    assert convert("chatml", {"text": TALK + "<|im_start|>assistant\n"}) == turns
    assert convert("chatml", {"text": TALK.removesuffix("<|im_end|>\n")}) == turns
    assert convert("chatml", {"text": TALK.replace("\n<|im_start|>", "<|im_start|>")}) == turns


def test_calls_at_the_end_of_an_answer(make_row):
    call = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>'
    text = TALK.replace("\na<", f"\nWait.\n{call}\n{call}<") + TALK[-62:].replace("user", "tool")
    text = text.replace("<|im_start|>assistant\na<", "<|im_start|>assistant\na<")
    made = make_row("chatml", {"text": TALK.replace("\na<", f"\nWait.\n{call}\n{call}<")})
    expected = {"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}
    assert made.messages[-1] == Message("assistant", "Wait.", (expected, expected))
    made = make_row("chatml", {"text": TALK.replace("\na<", f"\n{call} is how to call.<")})
    assert made.messages[-1] == Message("assistant", f"{call} is how to call.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<|im_start|>user\nq<|im_end|>\n", ("no_answer", "text")),
        ("<|im_start|>sage\nq<|im_end|>\n", ("bad_role", "text[0]")),
        (TALK + "more", ("bad_turn", "text")),
        (TALK.replace("\n<|im_start|>assistant", "\noh <|im_start|>assistant"), ("bad_turn", "text")),
        (TALK.replace("\na<", "\n <"), ("empty_answer", "text[2]")),
        ("", ("no_turns", "text")),
    ],
)
def test_rejections(convert, text, expected):
    assert convert("chatml", {"text": text}) == expected


def test_mapped_roles(convert):
    text = TALK.replace("assistant", "doctor")
    assert convert("chatml", {"text": text}, roles={"doctor": "assistant"})[-1] == ("assistant", "a")
