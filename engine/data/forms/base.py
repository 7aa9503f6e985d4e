"""What every form is: the shape that a row takes in a file that is written, as ``formats`` are the shapes that are read.

A form has its own columns for conversations, preference pairs and verdicts; running text is ``text`` in all of them.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from engine.data.rows import JsonObject, Message, Row

Kind = Literal["conversation", "preference", "verdict", "text"]
Column = Literal["text", "flag", "json", "pairs", "messages", "turns", "turn"]

KINDS: Mapping[Kind, str] = {
    "conversation": "conversations",
    "preference": "preference pairs",
    "verdict": "answers with a verdict",
    "text": "running text",
}


class Unfit(Exception):
    """Why a row cannot take a form; the rest of the sentence is added where the row is known."""


class Form(ABC):
    """Base of the forms. ``columns`` says what each column may hold, in the order of a table."""

    name: ClassVar[str]
    columns: ClassVar[Mapping[str, Column]]

    def record(self, row: Row) -> JsonObject:
        """``row`` in this form, with the columns that it needs.

        Raises:
            Unfit: the form has no place for something in it.
        """
        kind = kind_of_row(row)
        if kind == "text":
            return {"text": row.messages[0].content}
        if kind == "preference":
            return self.preference(row)
        record = self.conversation(row)
        return {**record, "label": row.label} if kind == "verdict" else record

    @abstractmethod
    def conversation(self, row: Row) -> JsonObject:
        """The turns of a row."""

    @abstractmethod
    def preference(self, row: Row) -> JsonObject:
        """The question of a row and both answers."""


def kind_of_row(row: Row) -> Kind:
    """What sort of row it is; a file holds one sort, so that it can be read again."""
    if row.rejected:
        return "preference"
    if row.label is not None:
        return "verdict"
    if len(row.messages) == 1 and row.messages[0].role == "assistant" and not row.messages[0].tool_calls:
        return "text"
    return "conversation"


def without_system(messages: Sequence[Message]) -> tuple[str, tuple[Message, ...]]:
    """The system prompt in front, or "", and the other turns. A blank one stays a turn: a column cannot say it."""
    if messages and messages[0].role == "system" and messages[0].content.strip():
        return messages[0].content, tuple(messages[1:])
    return "", tuple(messages)


def tools_text(row: Row) -> str:
    """The descriptions of a row's tools as JSON text, or ""."""
    return json.dumps(list(row.tools), ensure_ascii=False) if row.tools else ""


def filled(record: Mapping[str, Any]) -> JsonObject:
    """``record`` without the optional columns that are empty in it."""
    return {name: value for name, value in record.items() if value not in ("", None, [], ())}
