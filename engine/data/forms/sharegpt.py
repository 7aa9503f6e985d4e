"""ShareGPT: a list of turns with ``from`` and ``value``, function calls and observations among them."""

import json
from collections.abc import Sequence

from engine.data.forms.base import Form, Unfit, filled, tools_text, without_system
from engine.data.rows import JsonObject, Message, Role, Row

_WORDS: dict[Role, str] = {"user": "human", "assistant": "gpt", "system": "system", "tool": "observation"}


class ShareGptForm(Form):
    """``conversations``, ``system`` and ``tools`` (JSON text); pairs with ``chosen`` and ``rejected`` as one turn each."""

    name = "sharegpt"
    columns = {
        "conversations": "turns",
        "chosen": "turn",
        "rejected": "turn",
        "label": "flag",
        "system": "text",
        "tools": "text",
        "text": "text",
    }

    def conversation(self, row: Row) -> JsonObject:
        """The turns in order, the system prompt in its own column."""
        return _conversation(row, row.messages)

    def preference(self, row: Row) -> JsonObject:
        """The turns before the answers, and each answer as one turn."""
        *before, chosen = row.messages
        both = {"chosen": _answer([chosen]), "rejected": _answer(row.rejected)}
        return {**_conversation(row, before), **both}


def _conversation(row: Row, messages: Sequence[Message]) -> JsonObject:
    system, turns = without_system(messages)
    said = [turn for item in turns for turn in _turns(item)]
    return {"conversations": said, **filled({"system": system, "tools": tools_text(row)})}


def _turns(message: Message) -> list[JsonObject]:
    """A turn; one that both says something and calls functions is two, which are read as one again."""
    turns = []
    if message.content or not message.tool_calls:
        turns.append({"from": _WORDS[message.role], "value": message.content})
    if message.tool_calls:
        calls = [call.get("function", call) for call in message.tool_calls]
        value = json.dumps(calls[0] if len(calls) == 1 else calls, ensure_ascii=False)
        turns.append({"from": "function_call", "value": value})
    return turns


def _answer(messages: Sequence[Message]) -> JsonObject:
    turns = [turn for item in messages for turn in _turns(item)]
    if len(turns) != 1:
        raise Unfit("has an answer of more than one turn")
    return turns[0]
