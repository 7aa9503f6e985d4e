"""Messages, the form of OpenAI's chat API: a list of turns with ``role`` and ``content``."""

from engine.data.formats.base import Cells, Conversation, Format
from engine.data.formats.turns import conversation


class Messages(Format):
    """A conversation a row; content may be text or a list of text parts, calls stand under ``tool_calls``."""

    family = "messages"
    names = ("messages", "system", "tools", "role", "content")
    aliases = {"messages": ("conversations", "conversation", "chat", "dialogue", "dialog", "对话")}

    def fits(self, cells: Cells) -> bool:
        """The list's turns have ``role``, or the column is JSON text that mentions it."""
        turns, key = cells.get("messages"), cells.column("role")
        content = cells.column("content")
        if isinstance(turns, str):
            return turns.lstrip().startswith("[") and all(f'"{name}"' in turns for name in (key, content))
        first = turns[0] if isinstance(turns, list) and turns else None
        return isinstance(first, dict) and key in first and bool({content, "tool_calls"} & first.keys())

    def convert(self, cells: Cells) -> Conversation:
        """The turns in order."""
        return conversation(cells, "messages", role_key="role", content_key="content")
