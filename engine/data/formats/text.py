"""Running text, for continued pretraining. Known by name; supervised training needs questions and answers."""

from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.rows import Message


class Text(Format):
    """One text a row, or a whole document."""

    family = "text"
    objectives = frozenset({"pt"})
    names = ("text",)
    aliases = {
        "text": (
            *("content", "document", "body", "article", "passage", "raw_content"),
            *("正文", "内容", "文本", "文章"),
        )
    }
    certainty = 0.9

    def fits(self, cells: Cells) -> bool:
        """The column is a text."""
        return isinstance(cells.get("text"), str)

    def convert(self, cells: Cells) -> Conversation:
        """The whole text as one turn of the assistant, since all of it is to be learnt."""
        text = cells.text("text", required=True)
        if not text.strip():
            raise Misfit("empty_text", "The text is empty", cells.column("text"))
        return Conversation((Message("assistant", text),))
