"""KTO: answers with a verdict, good or bad. Supervised training has no use for the verdict."""

from dataclasses import replace
from typing import Any

from engine.data.formats.alpaca import Alpaca
from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.prompt_completion import ANSWER_WORDS, QUESTION_WORDS, PromptCompletion
from engine.data.formats.turns import conversation

_VERDICTS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


class Kto(Format):
    """A conversation and a ``label`` a row: true or false, 1 or 0."""

    family = "kto"
    objectives = frozenset({"kto"})
    names = (
        *("label", "kto_tag", "messages", "conversations", "instruction", "input", "output", "history"),
        *("prompt", "completion", "system", "tools", "role", "content"),
    )
    aliases = {
        "label": ("desirable", "标签"),
        "conversations": ("conversation",),
        "instruction": ("指令",),
        "prompt": QUESTION_WORDS,
        "completion": ANSWER_WORDS,
        "system": ("system_prompt", "系统提示"),
    }
    certainty = 0.98

    def fits(self, cells: Cells) -> bool:
        """A verdict stands beside a conversation or a question."""
        asked = ("messages", "conversations", "instruction", "prompt")
        return _label(cells)[1] is not None and any(cells.get(name) is not None for name in asked)

    def convert(self, cells: Cells) -> Conversation:
        """The conversation, whatever its form, with the verdict."""
        column, verdict = _label(cells)
        if verdict is None:
            raise Misfit("bad_label", "The verdict is neither true nor false", column)
        return replace(_conversation(cells), label=verdict)


def _conversation(cells: Cells) -> Conversation:
    for name in ("messages", "conversations"):
        if cells.get(name) is not None:
            return conversation(cells, name, role_key="role", content_key="content")
    answer = cells.column("output" if cells.get("output") is not None else "completion")
    cells = replace(cells, mapping={**cells.mapping, "output": answer, "completion": answer})
    return (Alpaca() if cells.get("instruction") is not None else PromptCompletion()).convert(cells)


def _label(cells: Cells) -> tuple[str, bool | None]:
    """The column of the verdict, which goes by two names, and the verdict."""
    name = "label" if cells.get("label") is not None else "kto_tag"
    return cells.column(name if cells.get(name) is not None else "label"), _verdict(cells.get(name))


def _verdict(value: Any) -> bool | None:
    if isinstance(value, bool | int | float):
        return bool(value) if value in (0, 1) else None
    return _VERDICTS.get(value.strip().lower()) if isinstance(value, str) else None
