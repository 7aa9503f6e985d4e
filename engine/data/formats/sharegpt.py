"""ShareGPT: a list of turns with ``from`` and ``value``; roles human, gpt, system, function_call, observation."""

from engine.data.formats.base import Cells, Conversation, Format
from engine.data.formats.turns import conversation, known_word, turn_keys


class ShareGpt(Format):
    """A conversation a row, with the tools that its function calls may use; turns by any names for role and text."""

    family = "sharegpt"
    names = ("conversations", "system", "tools", "from", "value")
    aliases = {"conversations": ("conversation", "messages", "dialogue", "dialog", "chat", "对话")}

    def fits(self, cells: Cells) -> bool:
        """The list's turns have a role and a text, other than those of OpenAI, or the column is JSON text of such."""
        turns = cells.get("conversations")
        keys = (cells.column("from"), cells.column("value"))
        if isinstance(turns, str):
            return turns.lstrip().startswith("[") and all(f'"{key}"' in turns for key in keys)
        first = turns[0] if isinstance(turns, list) and turns else None
        if not isinstance(first, dict) or not first:
            return False
        found = turn_keys(turns, *keys, cells.roles)
        if found == ("role", "content") and found != keys:
            return False
        return all(key in first for key in found) or all(known_word(key, cells.roles) for key in first)

    def convert(self, cells: Cells) -> Conversation:
        """The turns in order; a function call becomes a turn of the assistant, an observation one of the tool."""
        return conversation(cells, "conversations", role_key="from", content_key="value")
