"""Rows in the form of OpenAI's chat API."""

import pytest

from engine.data.rows import Message

ASK, ANSWER = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}


def test_detection(detect):
    assert detect({"messages": [ASK, ANSWER]})[:2] == ("messages", 0.97)
    assert detect({"conversations": [ASK, ANSWER]})[0] == "messages"


def test_parts_and_developer(convert):
    parts = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    row = {"messages": [{"role": "developer", "content": "s"}, {"role": "user", "content": parts}, ANSWER]}
    assert convert("messages", row) == [("system", "s"), ("user", "one two"), ("assistant", "a")]


CALL = {"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}


def test_tool_calls(make_row):
    written = {"type": "function", "id": "x", "function": {"name": "add", "arguments": '{"a": 1}'}}
    call = {"role": "assistant", "content": None, "tool_calls": [written] * 2}
    result = {"role": "tool", "content": "2", "tool_call_id": "x"}
    made = make_row("messages", {"messages": [ASK, call, result, result, ANSWER]})
    assert made.messages[1] == Message("assistant", "", (CALL, CALL))
    assert [item.role for item in made.messages] == ["user", "assistant", "tool", "tool", "assistant"]
    old = {"role": "assistant", "content": None, "function_call": {"name": "add", "arguments": '{"a": 1}'}}
    back = {"role": "function", "name": "add", "content": "2"}
    made = make_row("messages", {"messages": [ASK, old, back, ANSWER]})
    assert made.messages[1] == Message("assistant", "", (CALL,)) and made.messages[2].role == "tool"


def test_calls_and_thoughts_in_parts(make_row):
    parts = [
        {"type": "reasoning", "value": "hm"},
        {"type": "text", "value": "Wait."},
        {"type": "tool_call", "value": '{"name": "add", "arguments": {"a": 1}}'},
    ]
    made = make_row(
        "messages",
        {
            "messages": [
                ASK,
                {"role": "assistant", "content": parts},
                {"role": "tool", "content": "2"},
                ANSWER,
            ]
        },
    )
    assert made.messages[1] == Message("assistant", "<think>\nhm\n</think>\n\nWait.", (CALL,))


def test_media_parts_of_a_question_leave_their_placeholder(convert):
    parts = [{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "Who is it?"}]
    row = {"messages": [{"role": "user", "content": parts}, ANSWER]}
    assert convert("messages", row) == [("user", "<image>Who is it?"), ("assistant", "a")]


def test_thoughts(convert):
    answer = {
        "role": "assistant",
        "content": [{"type": "reasoning", "value": "hm"}, {"type": "text", "value": "a"}],
    }
    expected = ("assistant", "<think>\nhm\n</think>\n\na")
    assert convert("messages", {"messages": [ASK, answer]})[1] == expected
    beside = {"role": "assistant", "content": "a", "reasoning_content": "hm"}
    assert convert("messages", {"messages": [ASK, beside]})[1] == expected


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ({"role": "narrator", "content": "x"}, ("bad_role", "messages[1].role")),
        ({"role": "assistant", "content": None}, ("missing_value", "messages[1].content")),
        (
            {"role": "assistant", "content": [{"type": "image_url", "image_url": {}}]},
            ("needs_media", "messages[1].content[0]"),
        ),
        ({"role": "assistant", "content": ["x"]}, ("not_text", "messages[1].content[0]")),
        ({"role": "system", "content": "late"}, ("turn_order", "messages[1]")),
        (
            {"role": "assistant", "content": "", "tool_calls": [{"function": {}}]},
            ("bad_tool_call", "messages[1].tool_calls"),
        ),
    ],
)
def test_rejections(convert, turn, expected):
    assert convert("messages", {"messages": [ASK, turn]}) == expected
