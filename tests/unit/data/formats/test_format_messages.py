"""Rows in the form of OpenAI's chat API."""

import pytest

ASK, ANSWER = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}


def test_detection(detect):
    assert detect({"messages": [ASK, ANSWER]})[:2] == ("messages", 0.97)
    assert detect({"conversations": [ASK, ANSWER]})[0] == "messages"


def test_parts_and_developer(convert):
    parts = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    row = {"messages": [{"role": "developer", "content": "s"}, {"role": "user", "content": parts}, ANSWER]}
    assert convert("messages", row) == [("system", "s"), ("user", "one two"), ("assistant", "a")]


def test_tool_calls(convert):
    function = {"name": "add", "arguments": '{"a": 1}'}
    call = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"type": "function", "function": function}] * 2,
    }
    result = convert(
        "messages",
        {"messages": [ASK, call, {"role": "tool", "content": "2"}, {"role": "tool", "content": "2"}, ANSWER]},
    )
    block = '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>'
    assert result[1] == ("assistant", f"{block}\n{block}")
    assert [role for role, _ in result] == ["user", "assistant", "tool", "tool", "assistant"]


def test_thoughts(convert):
    answer = {
        "role": "assistant",
        "content": [{"type": "reasoning", "value": "hm"}, {"type": "text", "value": "a"}],
    }
    assert convert("messages", {"messages": [ASK, answer]})[1] == ("assistant", "<think>\nhm\n</think>\n\na")


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
