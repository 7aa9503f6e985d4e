"""ShareGPT rows, with functions."""

import json

import pytest

from engine.data.rows import Message

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


CALL = {"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}


def test_function_calls(make_row):
    call = {"from": "function_call", "value": '{"name": "add", "arguments": {"a": 1}}'}
    seen = {"from": "observation", "value": "[2]"}
    made = make_row("sharegpt", turns(ASK, call, seen, ANSWER, tools='[{"name": "add", "parameters": {}}]'))
    assert [item.role for item in made.messages] == ["user", "assistant", "tool", "assistant"]
    assert made.messages[1] == Message("assistant", "", (CALL,))
    assert made.messages[1].as_dict()["tool_calls"] == [CALL]
    assert made.tools == ({"type": "function", "function": {"name": "add", "parameters": {}}},)


def test_a_call_joins_what_was_said_before_it(make_row):
    call = {"from": "function_call", "value": '{"name": "add", "arguments": "{\\"a\\": 1}"}'}
    made = make_row("sharegpt", turns(ASK, ANSWER, call, call, {"from": "observation", "value": "2"}, ANSWER))
    assert made.messages[1] == Message("assistant", "a", (CALL, CALL))


def test_thoughts_before_a_call(make_row):
    call = {
        "from": "function_call",
        "value": '<think>\nhm\n</think>\n[{"name": "add", "arguments": {"a": 1}}]',
    }
    made = make_row("sharegpt", turns(ASK, call, {"from": "observation", "value": "2"}, ANSWER))
    assert made.messages[1] == Message("assistant", "<think>\nhm\n</think>", (CALL,))


def test_any_tags(detect, convert):
    spoken = [{"speaker": "user", "text": "q"}, {"speaker": "bot", "text": "a"}]
    odd = [{"who": "Human", "says": "q"}, {"who": "GPT", "says": "a"}]
    keyed = [{"human": "q", "assistant": "a"}]
    chinese = [{"角色": "用户", "内容": "q"}, {"角色": "助手", "内容": "a"}]
    for talk in (spoken, odd, keyed, chinese):
        assert detect(turns(*talk))[0] == "sharegpt"
        assert detect({"messages": talk})[0] == "sharegpt"
        assert convert("sharegpt", turns(*talk)) == [("user", "q"), ("assistant", "a")]


def test_mapped_roles(detect, convert):
    talk = [{"from": "patient", "value": "q"}, {"from": "Doctor", "value": "a"}]
    assert convert("sharegpt", turns(*talk)) == ("bad_role", "conversations[0].from")
    roles = {"patient": "user", "doctor": "assistant"}
    assert convert("sharegpt", turns(*talk), roles=roles) == [("user", "q"), ("assistant", "a")]
    odd = [{"who": "patient", "says": "q"}, {"who": "doctor", "says": "a"}]
    assert detect(turns(*odd), roles=roles)[0] == "sharegpt"
    call = {"from": "fc", "value": '{"name": "add"}'}
    row = turns(talk[0], call, {"from": "res", "value": "2"}, talk[1])
    more = {"fc": "function_call", "res": "tool"}
    assert [role for role, _ in convert("sharegpt", row, roles=roles | more)] == [
        *("user", "assistant", "tool", "assistant")
    ]


def test_results_of_functions_may_be_objects(convert):
    call = {"from": "function_call", "value": '{"name": "add"}'}
    row = turns(ASK, call, {"from": "observation", "value": {"sum": 2}}, ANSWER)
    assert convert("sharegpt", row)[2] == ("tool", '{"sum": 2}')


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
        (
            turns(ASK, {"from": "function_call", "value": '{"name": "add", "arguments": [1]}'}),
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
