"""KTO: answers with a verdict, good or bad. Known by name; supervised training has no use for the verdict."""

from typing import Any

from engine.data.formats.alpaca import Alpaca
from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.prompt_completion import PromptCompletion
from engine.data.formats.turns import conversation


class Kto(Format):
    """A conversation and a true/false ``label`` a row."""

    family = "kto"
    objectives = frozenset({"kto"})
    names = (
        "label",
        "kto_tag",
        "messages",
        "conversations",
        "instruction",
        "input",
        "output",
        "prompt",
        "completion",
        "system",
    )
    aliases = {"completion": ("response", "answer")}
    certainty = 0.98

    def fits(self, cells: Cells) -> bool:
        """A verdict stands beside a conversation or a question."""
        asked = ("messages", "conversations", "instruction", "prompt")
        return _label(cells)[1] is not None and any(cells.get(name) is not None for name in asked)

    def convert(self, cells: Cells) -> Conversation:
        """The conversation, whatever its form, once the verdict was found to be one."""
        column, verdict = _label(cells)
        if verdict is None:
            raise Misfit("bad_label", "The verdict is neither true nor false", column)
        if cells.get("messages") is not None:
            return conversation(cells, "messages", role_key="role", content_key="content")
        if cells.get("conversations") is not None:
            return conversation(cells, "conversations", role_key="from", content_key="value")
        return (Alpaca() if cells.get("instruction") is not None else PromptCompletion()).convert(cells)


def _label(cells: Cells) -> tuple[str, bool | None]:
    """The column of the verdict, which goes by two names, and the verdict."""
    name = "label" if cells.get("label") is not None else "kto_tag"
    return cells.column(name if cells.get(name) is not None else "label"), _verdict(cells.get(name))


def _verdict(value: Any) -> bool | None:
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    return value if isinstance(value, bool) else None
