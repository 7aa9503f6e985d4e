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


def test_chinese_names(detect, convert):
    row = {"指令": "加", "输入": "1 和 2", "输出": "3"}
    assert detect(row)[0] == "alpaca"
    assert convert("alpaca", row) == [("user", "加\n1 和 2"), ("assistant", "3")]


def test_history_as_turns(convert):
    row = {**ROW, "history": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}
    assert convert("alpaca", row)[:2] == [("user", "Hi"), ("assistant", "Hello")]
    assert convert("alpaca", {**row, "history": row["history"][:1]}) == ("no_answer", "history")


def test_filled_cells(convert):
    fill = {"output": "I do not know.", "note": "x"}
    assert convert("alpaca", {**ROW, "output": None}, fill=fill)[1] == ("assistant", "I do not know.")
    assert convert("alpaca", {**ROW, "output": "  "}, fill=fill)[1] == ("assistant", "I do not know.")
    assert convert("alpaca", ROW, fill=fill)[1] == ("assistant", "Sum")
    given = {"output": "reply"}
    short = {"instruction": "q"}
    assert convert("alpaca", short, given, fill={"reply": "-"}) == [("user", "q"), ("assistant", "-")]


def test_media_stay_in_the_raw_row(make_row):
    made = make_row("alpaca", {**ROW, "images": ["x.png"]})
    assert made.raw["images"] == ["x.png"] and made.answers == ("Sum",)


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
