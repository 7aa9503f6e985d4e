"""Alpaca rows."""

import pytest

from engine.data.rows import Record
from engine.data.store import formats

ROW = {"instruction": "Add", "input": "", "output": "Sum"}


def test_detection(detect):
    assert detect(ROW) == (
        "alpaca",
        0.97,
        {"instruction": "instruction", "input": "input", "output": "output"},
    )
    assert detect({"Instruction": "a", "context": "b", "response": "c", "category": "d"})[:2] == (
        "alpaca",
        0.825,
    )


def test_input_follows_after_a_newline(convert):
    assert convert("alpaca", {**ROW, "input": "1 and 2"}) == [("user", "Add\n1 and 2"), ("assistant", "Sum")]
    assert convert("alpaca", ROW) == [("user", "Add"), ("assistant", "Sum")]
    assert convert("alpaca", {"input": "1 and 2", "output": "3"}) == [("user", "1 and 2"), ("assistant", "3")]


def test_system_and_history(convert):
    row = {**ROW, "system": "Be brief", "history": [["Hi", "Hello"], ["Bye", "See you"]]}
    assert [role for role, _ in convert("alpaca", row)] == ["system", *["user", "assistant"] * 3]
    assert convert("alpaca", row)[1:3] == [("user", "Hi"), ("assistant", "Hello")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"output": " \n"}, ("empty_answer", "output")),
        ({"output": None}, ("missing_value", "output")),
        ({"output": 42}, ("not_text", "output")),
        ({"instruction": ["a"]}, ("not_text", "instruction")),
        ({"instruction": None}, ("missing_value", "instruction")),
        ({"input": {}}, ("not_text", "input")),
        ({"system": 1}, ("not_text", "system")),
        ({"history": [["a", "b"], ["c"]]}, ("bad_history", "history[1]")),
        ({"history": [["a", ""]]}, ("empty_answer", "history[0][1]")),
        ({"history": 3}, ("not_a_list", "history")),
        ({"images": ["x.png"]}, ("needs_media", "images")),
    ],
)
def test_rejections(convert, change, expected):
    assert convert("alpaca", {**ROW, **change}) == expected


def test_missing_column(convert):
    assert convert("alpaca", {"instruction": "a", "input": ""}) == ("missing_column", "output")


def test_own_column_names_appear_in_rejections(convert):
    given = {"instruction": "frage", "output": "antwort"}
    assert convert("alpaca", {"frage": "a", "antwort": "b"}, given) == [("user", "a"), ("assistant", "b")]
    assert convert("alpaca", {"frage": "a", "antwort": ""}, given) == ("empty_answer", "antwort")


def test_tools_are_carried_in_the_form_of_templates():
    tools = '[{"name": "add", "parameters": {}}]'
    row = formats()["alpaca"].row("file", Record(1, {**ROW, "tools": tools}), {})
    assert row.tools == ({"type": "function", "function": {"name": "add", "parameters": {}}},)
