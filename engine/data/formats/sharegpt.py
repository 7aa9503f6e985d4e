"""ShareGPT: a list of turns with ``from`` and ``value``; roles human, gpt, system, function_call, observation."""

from engine.data.formats.base import Cells, Conversation, Format
from engine.data.formats.turns import conversation


class ShareGpt(Format):
    """A conversation a row, with the tools that its function calls may use."""

    family = "sharegpt"
    names = ("conversations", "system", "tools", "from", "value")
    aliases = {"conversations": ("conversation", "dialogue", "dialog")}

    def fits(self, cells: Cells) -> bool:
        """The list's turns have ``from`` and ``value``, or the column is JSON text that mentions them."""
        turns = cells.get("conversations")
        keys = (cells.column("from"), cells.column("value"))
        if isinstance(turns, str):
            return turns.lstrip().startswith("[") and all(f'"{key}"' in turns for key in keys)
        first = turns[0] if isinstance(turns, list) and turns else None
        return isinstance(first, dict) and all(key in first for key in keys)

    def convert(self, cells: Cells) -> Conversation:
        """The turns in order; a function call becomes a turn of the assistant, an observation one of the tool."""
        return conversation(cells, "conversations", role_key="from", content_key="value")
