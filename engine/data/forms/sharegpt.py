"""ShareGPT: a list of turns with ``from`` and ``value``, function calls and observations among them."""

import json
from collections.abc import Sequence

from engine.data.forms.base import Form, Unfit, filled, without_system
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
        if len(row.rejected) != 1:
            raise Unfit("has more than one turn in its rejected answer")
        both = {"chosen": _turn(chosen), "rejected": _turn(row.rejected[0])}
        return {**_conversation(row, before), **both}


def _conversation(row: Row, messages: Sequence[Message]) -> JsonObject:
    system, turns = without_system(messages)
    tools = json.dumps(list(row.tools), ensure_ascii=False) if row.tools else ""
    return {"conversations": [_turn(item) for item in turns], **filled({"system": system, "tools": tools})}


def _turn(message: Message) -> JsonObject:
    if not message.tool_calls:
        return {"from": _WORDS[message.role], "value": message.content}
    if message.content.strip():
        raise Unfit("has a turn that both says something and calls tools")
    calls = [call.get("function", call) for call in message.tool_calls]
    value = calls[0] if len(calls) == 1 else calls
    return {"from": "function_call", "value": json.dumps(value, ensure_ascii=False)}
