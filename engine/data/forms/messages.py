"""Messages, the form of OpenAI's chat API: holds everything that a row can be."""

from engine.data.forms.base import Form
from engine.data.rows import JsonObject, Message, Row


class MessagesForm(Form):
    """A list of turns with ``role`` and ``content``; pairs as prompt, chosen and rejected, each a list of turns."""

    name = "messages"
    columns = {
        "messages": "messages",
        "prompt": "messages",
        "chosen": "messages",
        "rejected": "messages",
        "label": "flag",
        "text": "text",
        "tools": "json",
    }

    def conversation(self, row: Row) -> JsonObject:
        """All turns in order."""
        return {"messages": row.chat(), **_tools(row)}

    def preference(self, row: Row) -> JsonObject:
        """The turns before the answers, then each answer."""
        *before, chosen = row.messages
        return {
            "prompt": _turns(before),
            "chosen": _turns([chosen]),
            "rejected": _turns(row.rejected),
            **_tools(row),
        }


def _turns(messages: list[Message] | tuple[Message, ...]) -> list[JsonObject]:
    return [item.as_dict() for item in messages]


def _tools(row: Row) -> JsonObject:
    return {"tools": list(row.tools)} if row.tools else {}
