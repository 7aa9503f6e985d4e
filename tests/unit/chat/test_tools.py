"""Functions under templates of several families: how a call is written is found out, and read back out of answers."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from engine.chat.tools import Call, ToolTalk
from engine.models.chat_jinja import render

TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
CALLED = {"function": {"name": "weather", "arguments": '{"city": "京"}'}, "type": "function", "id": "a"}
CHAT: list[dict[str, Any]] = [
    {"role": "user", "content": "Rain?"},
    {"role": "assistant", "content": None, "tool_calls": [CALLED]},
    {"role": "tool", "content": "No", "tool_call_id": "a"},
]

HERMES = """{% if tools %}<|im_start|>system
<tools>{% for tool in tools %}{{ tool | tojson }}{% endfor %}</tools><|im_end|>
{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}{% for c in m.tool_calls or [] %}<tool_call>
{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

BARE = """{% for m in messages %}[{{ m.role }}]
{% if m.tool_calls %}{"name": "{{ m.tool_calls[0].function.name }}", "parameters": {{ m.tool_calls[0].function.arguments | tojson }}}{% else %}{{ m.content }}{% endif %}<|eot|>
{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}{% if add_generation_prompt %}[assistant]
{% endif %}"""

LIST = """{% for m in messages %}{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]{% elif m.tool_calls %}[TOOL_CALLS] [{% for c in m.tool_calls %}{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}, "id": "{{ c.id }}"}{% endfor %}]</s>{% else %}{{ m.content }}{% endif %}{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}"""

PLAIN = """{% for m in messages %}<{{ m.role }}>{{ m.content }}
{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"""


def talk(source: str) -> ToolTalk:
    def rendered(chat: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None) -> str:
        return render(source, chat, bos_token="", eos_token="</s>", tools=tools)

    return ToolTalk(source, rendered)


@pytest.mark.parametrize("source", [HERMES, BARE, LIST, PLAIN])
def test_functions_calls_and_results_reach_the_prompt(source: str) -> None:
    text = talk(source).prompt(CHAT, TOOLS)
    for part in ("weather", "京", "No", "Rain?"):
        assert part in text
    assert "None" not in text and '"{' not in text  # arguments as an object, not as text in quotes


@pytest.mark.parametrize(
    ("source", "opening"),
    [(HERMES, "<tool_call>"), (BARE, ""), (LIST, "[TOOL_CALLS]"), (PLAIN, "<tool_call>")],
)
def test_what_stands_before_a_call_is_found_out(source: str, opening: str) -> None:
    assert talk(source).marks[0].strip() == opening


@pytest.mark.parametrize(
    ("source", "answer", "content"),
    [
        (HERMES, 'Hm. <tool_call>\n{"name": "weather", "arguments": {"city": "京"}}\n</tool_call>', "Hm."),
        (HERMES, '<tool_call>\n{"name": "weather", "arguments": {"city": "京"}}', ""),
        (BARE, '{"name": "weather", "parameters": {"city": "京"}}', ""),
        (LIST, '[TOOL_CALLS] [{"name": "weather", "arguments": {"city": "京"}}]', ""),
        (LIST, '[TOOL_CALLS][{"name": "weather", "arguments": "{\\"city\\": \\"京\\"}"}]', ""),
    ],
)
def test_a_call_is_read_out_of_an_answer(source: str, answer: str, content: str) -> None:
    said = talk(source).read(answer)
    assert said.content == content and [call.name for call in said.calls] == ["weather"]
    assert json.loads(said.calls[0].arguments) == {"city": "京"}


def test_several_calls_keep_their_order() -> None:
    one, two = ('{"name": "a", "arguments": {}}', '{"name": "b", "arguments": {"x": [1, {"y": 2}]}}')
    answer = f"<tool_call>\n{one}\n</tool_call>\n<tool_call>\n{two}\n</tool_call>"
    assert talk(HERMES).read(answer).calls == (Call("a", "{}"), Call("b", '{"x": [1, {"y": 2}]}'))


@pytest.mark.parametrize("source", [HERMES, BARE, LIST, PLAIN])
@pytest.mark.parametrize(
    "answer",
    [
        "No call.",
        "<tool_call> is a mark",
        'Say {"name": "weather", "arguments": {}} aloud',
        '<tool_call>{"name": 3, "arguments": {}}',
        "[TOOL_CALLS] [1, 2]",
        "[" * 100_000,
        '{"city": "x"}',
    ],
)
def test_what_is_no_call_stays_text(source: str, answer: str) -> None:
    said = talk(source).read(answer)
    assert said.content == answer and said.calls == ()
