"""Alpaca: one question and one answer in columns of plain text, earlier turns beside them."""

from collections.abc import Sequence

from engine.data.forms.base import Form, Unfit, filled, tools_text, without_system
from engine.data.rows import JsonObject, Message, Row


class AlpacaForm(Form):
    """``instruction``, ``input`` (always empty: where it began is not known any more), ``output``, ``history``."""

    name = "alpaca"
    columns = {
        "instruction": "text",
        "input": "text",
        "output": "text",
        "chosen": "text",
        "rejected": "text",
        "label": "flag",
        "system": "text",
        "history": "pairs",
        "tools": "text",
        "text": "text",
    }

    def conversation(self, row: Row) -> JsonObject:
        """The last question and its answer; the turns before as history."""
        *before, answer = row.messages
        return {**_question(before), "output": _said(answer, "assistant"), **_earlier(row, before)}

    def preference(self, row: Row) -> JsonObject:
        """The last question and both answers."""
        *before, chosen = row.messages
        if len(row.rejected) != 1:
            raise Unfit("has more than one turn in its rejected answer")
        both = {"chosen": _said(chosen, "assistant"), "rejected": _said(row.rejected[0], "assistant")}
        return {**_question(before), **both, **_earlier(row, before)}


def _question(before: Sequence[Message]) -> JsonObject:
    if not before:
        raise Unfit("has no question")
    return {"instruction": _said(before[-1], "user"), "input": ""}


def _earlier(row: Row, before: Sequence[Message]) -> JsonObject:
    """The system prompt, the pairs of question and answer before the last question, and tools that none of them calls."""
    system, turns = without_system(before[:-1])
    if len(turns) % 2:
        raise Unfit("does not take turns as question and answer")
    pairs = zip(turns[::2], turns[1::2], strict=True)
    history = [[_said(asked, "user"), _said(answered, "assistant")] for asked, answered in pairs]
    return filled({"system": system, "history": history, "tools": tools_text(row)})


def _said(message: Message, role: str) -> str:
    if message.tool_calls:
        raise Unfit("calls tools")
    if message.role != role:
        word = "results of tools" if message.role == "tool" else f"a turn of the {message.role}"
        raise Unfit(f"has {word} where a turn of the {role} is needed")
    return message.content
