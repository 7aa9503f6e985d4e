"""Functions in a conversation: given to the template in its own form, and read back out of an answer.

How a model writes a call is found out from its template rather than known by the model's name: a conversation with a
probe call is rendered, and what stands around its name and arguments is what an answer is searched for.
"""

import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.contract.errors import UserError
from engine.data.tool_turns import (
    CALL_FORMS,
    CallForm,
    calls_as_text,
    probe_call,
    results_as_questions,
    tools_in_system,
    wants_ids,
    with_ids,
)

Message = dict[str, Any]
Renderer = Callable[[Sequence[Message], Sequence[Message] | None], str]
_QUESTION = {"role": "user", "content": "Question 7f3a"}
_NAME, _PLACE, _VALUE = "name4d2", "place6c3", "value8e1"
_BEGIN = re.compile(r"[{\[]")
_PLAIN = ("<tool_call>\n", "\n</tool_call>")  # what `tools_in_system` asks for


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function; ``arguments`` is JSON text."""

    name: str
    arguments: str

    def as_openai(self) -> Message:
        """In the form of the chat completions interface, with an identifier of its own."""
        function = {"name": self.name, "arguments": self.arguments}
        return {"id": f"call_{secrets.token_hex(12)}", "type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in its two parts: what is said, and which functions are called."""

    content: str
    calls: tuple[Call, ...]


class ToolTalk:
    """Functions under one chat template. ``render`` renders a conversation up to where the answer begins."""

    def __init__(self, source: str, render: Renderer) -> None:
        self._source, self._render = source, render

    def prompt(self, messages: Sequence[Message], tools: Sequence[Message]) -> str:
        """The conversation as the template wants it; what it does not know of functions is written as text.

        Raises:
            UserError: the template refuses the conversation.
        """
        chat = [_with_objects(message) for message in messages]
        if any(message.get("tool_calls") for message in chat):
            if not self._knows_calls:
                chat = calls_as_text(chat)
            else:
                chat = self._form.apply(with_ids(chat) if wants_ids(self._source) else chat)
        if not self._knows_calls and any(message["role"] == "tool" for message in chat):
            chat = results_as_questions(chat)
        if tools and "tools" not in self._source:
            return self._render(tools_in_system(chat, tools), None)
        return self._render(chat, tools or None)

    def read(self, text: str) -> Said:
        """What an answer says and calls; text that only looks like a call stays text."""
        opening = self.marks[0].strip()
        place = text.find(opening)
        if place < 0 or (not opening and text.lstrip()[:1] not in ("{", "[")):
            return Said(text, ())
        calls = tuple(_calls_in(text[place:]))
        return Said(text[:place].strip(), calls) if calls else Said(text, ())

    @cached_property
    def marks(self) -> tuple[str, str]:
        """What the template writes before and after a call; ("", "") where a call is the bare JSON object."""
        if not self._knows_calls:
            return _PLAIN
        text, start = self._probe
        if not text:
            return _PLAIN
        name, value = text.find(_NAME), text.rfind(_VALUE)
        begin, end = text.rfind("{", start, name), _closing(text, value)
        if name < 0 or begin < 0:
            return _PLAIN
        opening = text[start:begin].removesuffix("[").rstrip()
        rest = re.match(r"\]?\s*(\S*)", text[end:])
        return opening, rest.group(1) if rest else ""

    @property
    def _knows_calls(self) -> bool:
        return "tool_calls" in self._source

    @cached_property
    def _form(self) -> CallForm:
        for form in CALL_FORMS:
            if form.shown(self._tried(form.apply(with_ids([_QUESTION, probe_call()])))):
                return form
        return CALL_FORMS[0]

    @cached_property
    def _probe(self) -> tuple[str, int]:
        """A rendered call, and where in it the answer begins."""
        prompt = self._tried([_QUESTION])
        text = self._tried(self._form.apply(with_ids([_QUESTION, probe_call()])))
        shared = 0
        while shared < min(len(prompt), len(text)) and prompt[shared] == text[shared]:
            shared += 1
        return text, shared

    def _tried(self, chat: Sequence[Message]) -> str:
        try:
            return self._render(chat, None)
        except UserError:
            return ""


def _with_objects(message: Message) -> Message:
    """Arguments as an object: clients send them as text, templates want either."""
    if not message.get("tool_calls"):
        return message
    made = dict(message, content=message.get("content") or "")
    made["tool_calls"] = []
    for call in message["tool_calls"]:
        arguments = call["function"].get("arguments") or {}
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments)
            except ValueError:
                arguments = {"text": arguments}
        made["tool_calls"].append({**call, "function": {**call["function"], "arguments": arguments}})
    return made


def _closing(text: str, place: int) -> int:
    """Where the JSON object around ``place`` ends: the arguments' brace, then the call's."""
    for _ in range(2):
        place = text.find("}", place) + 1
        if place == 0:
            return len(text)
    return place


def _calls_in(text: str) -> list[Call]:
    """Every JSON object, or list of them, in ``text`` that names a function."""
    decoder = json.JSONDecoder()
    found: list[Call] = []
    place = 0
    while (match := _BEGIN.search(text, place)) is not None:
        try:
            value, place = decoder.raw_decode(text, match.start())
        except RecursionError:
            break
        except ValueError:
            place = match.start() + 1
            continue
        found += [call for item in (value if isinstance(value, list) else [value]) if (call := _call(item))]
    return found


def _call(value: Any) -> Call | None:
    if not isinstance(value, dict):
        return None
    inner = value.get("function")
    value = inner if isinstance(inner, dict) else value
    name = value.get("name")
    arguments = value.get("arguments", value.get("parameters"))
    if not isinstance(name, str) or not name or arguments is None:
        return None
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return Call(name, text)
