"""ChatML as text: a column, or a text file, that holds ``<|im_start|>role``, the turn and ``<|im_end|>``."""

from engine.data.formats.base import Cells, Conversation, Format
from engine.data.formats.calls import read_tools
from engine.data.formats.transcript import chatml_turns, is_chatml
from engine.data.formats.turns import checked_order, with_system


class ChatMl(Format):
    """A whole conversation a row, written as one text with ChatML's markers."""

    family = "chatml"
    names = ("text", "system", "tools")
    aliases = {
        "text": ("chatml", "content", "conversation", "messages", "chat", "prompt", "内容", "文本", "对话")
    }
    certainty = 0.98

    def fits(self, cells: Cells) -> bool:
        """The text begins with a turn's marker."""
        text = cells.get("text")
        return isinstance(text, str) and is_chatml(text)

    def convert(self, cells: Cells) -> Conversation:
        """The turns between the markers."""
        column = cells.column("text")
        turns = chatml_turns(cells.text("text", required=True), column, roles=cells.roles)
        return Conversation(
            with_system(checked_order(turns, column), cells.text("system")), read_tools(cells)
        )
