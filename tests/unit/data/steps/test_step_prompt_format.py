import dataclasses

import pytest

from engine.data.rows import Message, Row
from engine.data.steps.prompt_format import PromptFormat


def talk(*turns: tuple[str, str], **fields) -> Row:
    return Row("file", 1, tuple(Message(role, text) for role, text in turns), **fields)  # type: ignore[arg-type]


def after(row: Row, **options) -> list[tuple[str, str]]:
    (kept,) = PromptFormat(**options).apply((row,)).kept
    return [(item.role, item.content) for item in kept.messages]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("User: hello", "Assistant: hi"),
        ("### Instruction:\nhello\n\n### Response:", "### Response:\nhi"),
        ("<|im_start|>user\nhello<|im_end|>", "<|im_start|>assistant\nhi<|im_end|>"),
        ("[INST] hello [/INST]", "hi</s>"),
        ("**Human:** hello\nAssistant:", "hi\nUser:"),
        ("用户：hello", "助手：hi"),
        ("Q: hello", "A: hi"),
        ("问：hello", "答：hi"),
    ],
)
def test_markers_go(question, answer):
    row = talk(("user", question), ("assistant", answer))
    assert after(row) == [("user", "hello"), ("assistant", "hi")]
    assert after(row, markers=False) == [("user", question), ("assistant", answer)]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which is right?", "A: the first one"),
        ("Question: why?", "Because."),
        ("Users: who are they?", "AI: a short history"),
        ("Fill in: user: ___", "The assistant: a tool."),
        ("User:", "Assistant:"),
    ],
)
def test_other_words_stay(question, answer):
    assert after(talk(("user", question), ("assistant", answer))) == [
        ("user", question),
        ("assistant", answer),
    ]


def test_order_of_turns():
    row = talk(
        ("user", "one"),
        ("system", "be kind"),
        ("user", "two"),
        ("assistant", "a"),
        ("assistant", "b"),
        ("system", "be brief"),
    )
    assert after(row) == [("system", "be kind\n\nbe brief"), ("user", "one\n\ntwo"), ("assistant", "a\n\nb")]
    assert len(after(row, order=False)) == 6


def test_whole_exchanges():
    row = talk(("assistant", "Hello!"), ("user", "q"), ("assistant", "a"), ("user", "thanks"))
    assert after(row) == [("user", "q"), ("assistant", "a")]
    assert after(row, whole=False) == [(item.role, item.content) for item in row.messages]
    assert after(talk(("assistant", "Running text."))) == [("assistant", "Running text.")]
    assert after(talk(("assistant", "Hello!"), ("user", "q"))) == [("assistant", "Hello!"), ("user", "q")]


def test_system_prompts():
    without, with_one = (
        talk(("user", "q"), ("assistant", "a")),
        talk(("system", "s"), ("user", "q"), ("assistant", "a")),
    )
    new = ("system", "new")
    assert after(without, system="fill", system_prompt="new")[0] == new
    assert after(with_one, system="fill", system_prompt="new")[0] == ("system", "s")
    assert after(with_one, system="replace", system_prompt="new")[0] == new
    assert after(with_one, system="replace")[0] == after(with_one, system="remove")[0] == ("user", "q")
    assert PromptFormat(system="fill").apply((without,)).changed == 0


def test_calls_and_results_are_not_joined():
    call = {"type": "function", "function": {"name": "f", "arguments": {}}}
    turns = (
        Message("user", "q"),
        Message("assistant", "", (call,)),
        Message("assistant", "", (call,)),
        Message("tool", "1"),
        Message("tool", "2"),
        Message("assistant", "a"),
    )
    row = Row("file", 1, turns)
    assert PromptFormat().apply((row,)).kept == (row,)


def test_preference_pairs_keep_their_turns():
    row = talk(("user", "User: q"), ("assistant", "a"), ("assistant", "Assistant: b"))
    row = dataclasses.replace(row, rejected=(Message("assistant", "Assistant: c"),))
    (new,) = PromptFormat().apply((row,)).kept
    assert [item.content for item in new.messages] == ["q", "a", "b"] and new.rejected[0].content == "c"
