"""Function calls for chat templates: in the form that a template asks for, or as text for one that knows none."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.data.rows import JsonObject

_TOOLS = """\
These functions can be called, one JSON object each:
<tools>
{}
</tools>
To call one, write a JSON object with its name and its arguments between <tool_call> and </tool_call>."""
_WANTS_IDS = re.compile(r"tool_call_id|\.id\b|\[\s*['\"]id['\"]\s*\]")


def tools_in_system(chat: Sequence[JsonObject], tools: Sequence[JsonObject]) -> list[JsonObject]:
    """``chat`` with the functions described in its system prompt."""
    rest = list(chat)
    system = rest.pop(0)["content"] + "\n\n" if rest and rest[0]["role"] == "system" else ""
    listed = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools)
    return [{"role": "system", "content": system + _TOOLS.format(listed)}, *rest]


def calls_as_text(chat: Sequence[JsonObject]) -> list[JsonObject]:
    """``chat`` with its function calls as a model writes them: a JSON object between ``<tool_call>`` marks each."""
    made = []
    for message in chat:
        calls = message.get("tool_calls")
        if not calls:
            made.append(message)
            continue
        blocks = "\n".join(f"<tool_call>\n{_call_text(call)}\n</tool_call>" for call in calls)
        content = message["content"]
        glue = "\n" if content and not content.endswith("\n") else ""
        made.append({"role": message["role"], "content": f"{content}{glue}{blocks}"})
    return made


def _call_text(call: Mapping[str, Any]) -> str:
    function = call["function"]
    return json.dumps(
        {"name": function["name"], "arguments": function.get("arguments") or {}}, ensure_ascii=False
    )


def results_as_questions(chat: Sequence[JsonObject]) -> list[JsonObject]:
    """``chat`` with the results of functions as turns of the user; results in a row share one."""
    made: list[JsonObject] = []
    joins = False
    for message in chat:
        if message["role"] != "tool":
            made.append(message)
            joins = False
            continue
        text = f"<tool_response>\n{message['content']}\n</tool_response>"
        if joins:
            made[-1] = {"role": "user", "content": f"{made[-1]['content']}\n{text}"}
        else:
            made.append({"role": "user", "content": text})
        joins = True
    return made


def wants_ids(source: str) -> bool:
    """Whether a template with this ``source`` reads the identifiers of function calls."""
    return bool(_WANTS_IDS.search(source))


def with_ids(chat: Sequence[JsonObject]) -> list[JsonObject]:
    """``chat`` with identifiers (nine letters and digits, as the strictest templates ask for) on calls, and with
    identifiers and function names on their results, in order."""
    made = []
    count = 0
    waiting: list[tuple[str, str]] = []
    for message in chat:
        if calls := message.get("tool_calls"):
            waiting = [
                (f"call{count + place:05d}", call["function"]["name"]) for place, call in enumerate(calls)
            ]
            count += len(calls)
            named = [{**call, "id": name} for call, (name, _) in zip(calls, waiting, strict=True)]
            message = {**message, "tool_calls": named}
        elif message["role"] == "tool" and waiting:
            identifier, name = waiting.pop(0)
            message = {**message, "tool_call_id": identifier, "name": name}
        made.append(message)
    return made


@dataclass(frozen=True, slots=True)
class CallForm:
    """How a template wants function calls: arguments as an object or as JSON text, with an empty content or none."""

    text_arguments: bool
    without_content: bool

    def apply(self, chat: Sequence[JsonObject]) -> list[JsonObject]:
        """``chat`` with its calls in this form."""
        if not (self.text_arguments or self.without_content):
            return list(chat)
        return [self._applied(message) if message.get("tool_calls") else message for message in chat]

    def _applied(self, message: JsonObject) -> JsonObject:
        made = dict(message)
        if self.text_arguments:
            made["tool_calls"] = [_with_text(call) for call in message["tool_calls"]]
        if self.without_content and not message["content"]:
            del made["content"]
        return made

    @staticmethod
    def shown(text: str) -> bool:
        """Whether ``text`` shows the name and the argument of ``probe_call``, and not as Python writes them."""
        return "name4d2" in text and "value8e1" in text and "'place6c3'" not in text


CALL_FORMS = tuple(CallForm(text, without) for without in (False, True) for text in (False, True))


def probe_call() -> JsonObject:
    """A turn with a function call, to see what a template does with it."""
    function = {"name": "name4d2", "arguments": {"place6c3": "value8e1"}}
    return {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": function}]}


def _with_text(call: JsonObject) -> JsonObject:
    function = call["function"]
    text = json.dumps(function["arguments"], ensure_ascii=False)
    return {**call, "function": {**function, "arguments": text}}
