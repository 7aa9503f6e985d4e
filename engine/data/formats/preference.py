"""Preference pairs: one question, a chosen and a rejected answer. Known by name; supervised training has no use for them."""

from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.prompt_completion import answer_turns, prompt_turns
from engine.data.formats.turns import checked_order, parse_list, read_turns, turn_keys, with_system
from engine.data.rows import Message


class Preference(Format):
    """Two answers to compare. Checked in full, so that what is accepted here can be trained on as it is."""

    family = "preference"
    objectives = frozenset({"dpo", "orpo", "simpo", "reward"})
    names = ("chosen", "rejected", "prompt", "instruction", "input", "conversations", "messages", "system")
    aliases = {
        "chosen": ("chosen_messages",),
        "rejected": ("rejected_messages",),
        "prompt": ("question", "query"),
    }
    certainty = 0.99

    def fits(self, cells: Cells) -> bool:
        """Both answers are there."""
        return all(isinstance(cells.get(name), str | dict | list) for name in ("chosen", "rejected"))

    def convert(self, cells: Cells) -> Conversation:
        """The question with the chosen answer, after both answers were found good."""
        before = question_turns(cells)
        answer = answer_turns(cells, "chosen")
        other = answer_turns(cells, "rejected")
        if answer == other:
            raise Misfit(
                "same_answers", "The chosen and the rejected answer are the same", cells.column("rejected")
            )
        return Conversation((*before, *answer))


def question_turns(cells: Cells) -> tuple[Message, ...]:
    """The turns that both answers belong to, from whichever column holds them."""
    system = cells.text("system")
    for name in ("conversations", "messages"):
        if cells.get(name) is not None:
            column = cells.column(name)
            turns = parse_list(cells.get(name), column)
            role_key, content_key = turn_keys(turns, "role", "content")
            found = read_turns(turns, column, role_key=role_key, content_key=content_key)
            return with_system(checked_order(found, column, answered=False), system)
    if cells.get("instruction") is not None:
        extra = cells.text("input")
        question = cells.text("instruction") + (f"\n{extra}" if extra else "")
        return with_system((Message("user", question),), system)
    if cells.get("prompt") is None and isinstance(cells.get("chosen"), list):
        column = cells.column("chosen")
        turns = parse_list(cells.get("chosen"), column)
        role_key, content_key = turn_keys(turns, "role", "content")
        return with_system(read_turns(turns[:-1], column, role_key=role_key, content_key=content_key), system)
    return with_system(prompt_turns(cells, "prompt"), system)
