"""Preference pairs: one question, a chosen and a rejected answer. Supervised training has no use for the second."""

from typing import Any

from engine.data.formats.alpaca import alpaca_question
from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.calls import read_json, read_tools
from engine.data.formats.prompt_completion import QUESTION_WORDS, answer_turns, prompt_turns
from engine.data.formats.transcript import chatml_turns, is_chatml, is_spoken, spoken_turns
from engine.data.formats.turns import checked_order, is_empty_answer, turns_of, with_system
from engine.data.rows import Message

_KEYS = ("role", "content")


class Preference(Format):
    """Two answers to one question, which stands in a column of its own or at the beginning of both."""

    family = "preference"
    objectives = frozenset({"dpo", "rm"})
    names = (
        *("chosen", "rejected", "prompt", "instruction", "input", "history", "conversations", "messages"),
        *("system", "tools", "role", "content"),
    )
    aliases = {
        "chosen": (
            "chosen_messages",
            "chosen_response",
            "preferred",
            "accepted",
            "better",
            "更好的回答",
            "优选",
        ),
        "rejected": ("rejected_messages", "rejected_response", "dispreferred", "worse", "更差的回答", "劣选"),
        "prompt": QUESTION_WORDS,
        "instruction": ("指令",),
        "conversations": ("conversation",),
        "system": ("system_prompt", "系统提示"),
    }
    certainty = 0.99

    def fits(self, cells: Cells) -> bool:
        """Both answers are there."""
        return all(isinstance(cells.get(name), str | dict | list) for name in ("chosen", "rejected"))

    def convert(self, cells: Cells) -> Conversation:
        """The question with the chosen answer, and the rejected one."""
        whole = _whole(cells, "chosen"), _whole(cells, "rejected")
        if whole[0] and whole[1]:
            before, answer, other = _parted(cells, whole[0], whole[1])
            before = with_system(before, cells.text("system"))
        else:
            before = question_turns(cells)
            answer, other = answer_turns(cells, "chosen"), answer_turns(cells, "rejected")
        if answer == other:
            raise Misfit(
                "same_answers", "The chosen and the rejected answer are the same", cells.column("rejected")
            )
        return Conversation((*before, *answer), read_tools(cells), rejected=other)


def question_turns(cells: Cells) -> tuple[Message, ...]:
    """The turns that both answers belong to, from whichever column holds them."""
    system = cells.text("system")
    for name in ("conversations", "messages"):
        if cells.get(name) is not None:
            found = turns_of(cells, name, cells.get(name), keys=_KEYS)
            checked_order(found, cells.column(name), answered=False)
            if found[-1].role not in ("user", "tool"):
                raise Misfit(
                    "turn_order", "The turns before the two answers do not end with a question", name
                )
            return with_system(found, system)
    if cells.get("instruction") is not None or cells.get("history"):
        return alpaca_question(cells)
    return with_system(prompt_turns(cells, "prompt"), system)


def _whole(cells: Cells, name: str) -> tuple[Message, ...]:
    """The conversation that the column holds with its question, or () where it is an answer alone."""
    value: Any = cells.get(name)
    if isinstance(value, str):
        if is_chatml(value):
            return chatml_turns(value, cells.column(name), roles=cells.roles)
        if is_spoken(value):
            return spoken_turns(value)
        if not value.lstrip().startswith("[{"):
            return ()
        try:
            value = read_json(value, cells.column(name), "bad_turns")
        except Misfit:
            return ()  # an answer that looks like JSON
    if not isinstance(value, list) or not value:
        return ()
    messages = turns_of(cells, name, value, keys=_KEYS)
    return () if messages[0].role == "assistant" else messages


def _parted(
    cells: Cells, chosen: tuple[Message, ...], rejected: tuple[Message, ...]
) -> tuple[tuple[Message, ...], tuple[Message, ...], tuple[Message, ...]]:
    """Two conversations as what both begin with, and the two last turns."""
    for name, messages in (("chosen", chosen), ("rejected", rejected)):
        column = cells.column(name)
        if messages[-1].role != "assistant":
            raise Misfit("turn_order", "The answer is no turn of the assistant", column)
        if is_empty_answer(messages[-1]):
            raise Misfit("empty_answer", "The answer is empty", column)
    if chosen[:-1] != rejected[:-1]:
        raise Misfit(
            "different_questions",
            "The chosen and the rejected conversation differ before their last answers",
            cells.column("rejected"),
        )
    return checked_order(chosen, cells.column("chosen"))[:-1], chosen[-1:], rejected[-1:]
