"""ShareGPT rows, with functions."""

import json

import pytest

ASK, ANSWER = {"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}


def turns(*items, **more):
    return {"conversations": list(items), **more}


def test_detection(detect):
    assert detect(turns(ASK, ANSWER))[:2] == ("sharegpt", 0.97)
    assert detect({"dialog": [ASK, ANSWER]})[0] == "sharegpt"
    assert detect({"conversations": json.dumps([ASK, ANSWER])})[0] == "sharegpt"


def test_turns_and_system(convert):
    system = {"from": "system", "value": "s"}
    assert convert("sharegpt", turns(system, ASK, ANSWER)) == [
        ("system", "s"),
        ("user", "q"),
        ("assistant", "a"),
    ]
    assert convert("sharegpt", turns(ASK, ANSWER, system="s"))[0] == ("system", "s")
    assert convert("sharegpt", {"conversations": json.dumps([ASK, ANSWER])}) == [
        ("user", "q"),
        ("assistant", "a"),
    ]


def test_function_calls(convert):
    call = {"from": "function_call", "value": '{"name": "add", "arguments": {"a": 1}}'}
    seen = {"from": "observation", "value": "[2]"}
    result = convert("sharegpt", turns(ASK, call, seen, ANSWER))
    assert [role for role, _ in result] == ["user", "assistant", "tool", "assistant"]
    assert result[1][1] == '<tool_call>\n{"name": "add", "arguments": {"a": 1}}\n</tool_call>'


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (turns(ASK), ("no_answer", "conversations")),
        (turns(), ("no_turns", "conversations")),
        (turns(ANSWER, ASK, ANSWER), ("turn_order", "conversations[0]")),
        (turns(ASK, ASK, ANSWER), ("turn_order", "conversations[1]")),
        (turns(ASK, ANSWER, {"from": "robot", "value": "x"}), ("bad_role", "conversations[2].from")),
        (turns(ASK, {"value": "x"}), ("bad_role", "conversations[1].from")),
        (turns(ASK, {"from": "gpt", "value": 3}), ("not_text", "conversations[1].value")),
        (turns(ASK, {"from": "gpt"}), ("missing_value", "conversations[1].value")),
        (turns(ASK, {"from": "gpt", "value": "  "}), ("empty_answer", "conversations[1]")),
        (turns(ASK, "hello"), ("bad_turn", "conversations[1]")),
        (
            turns(ASK, {"from": "function_call", "value": "add(1)"}),
            ("bad_tool_call", "conversations[1].value"),
        ),
        (turns(ASK, {"from": "function_call", "value": "[1]"}), ("bad_tool_call", "conversations[1].value")),
        (turns(ASK, ANSWER, tools="no json"), ("bad_tools", "tools")),
        (turns(ASK, ANSWER, tools='{"a": 1}'), ("bad_tools", "tools")),
        ({"conversations": None}, ("missing_value", "conversations")),
        ({"conversations": 5}, ("not_a_list", "conversations")),
        ({"conversations": "[{"}, ("bad_turns", "conversations")),
        ({"other": 1}, ("missing_column", "conversations")),
    ],
)
def test_rejections(convert, row, expected):
    assert convert("sharegpt", row) == expected


def test_own_names_for_the_parts_of_a_turn(convert):
    row = {"talk": [{"who": "human", "says": "q"}, {"who": "gpt", "says": ""}]}
    given = {"conversations": "talk", "from": "who", "value": "says"}
    assert convert("sharegpt", row, given) == ("empty_answer", "talk[1]")
    row["talk"][1]["who"] = "alien"
    assert convert("sharegpt", row, given) == ("bad_role", "talk[1].who")
