"""Whole conversations written into one text: ChatML's markers, or ``Human:`` and ``Assistant:`` at the beginning of
paragraphs, as the pairs of the HH-RLHF dataset are."""

import re
from collections.abc import Mapping
from itertools import pairwise

from engine.data.formats.base import Misfit
from engine.data.formats.calls import call_text
from engine.data.formats.turns import ROLES, known_word
from engine.data.rows import Message

START, END = "<|im_start|>", "<|im_end|>"
_CHATML_TURN = re.compile(r"<\|im_start\|>([^\n<]*)\n(.*?)(?:<\|im_end\|>|(?=<\|im_start\|>)|\Z)", re.DOTALL)
_SPOKEN = re.compile(r"(?:\A|\n\n)(Human|Assistant):[ ]?")
_TOOL_CALL = re.compile(r"\s*<tool_call>\n?(.*?)\n?</tool_call>", re.DOTALL)


def is_chatml(text: str) -> bool:
    """Whether ``text`` begins as a ChatML conversation does."""
    head, found, _ = text[:200].partition(START)
    return bool(found) and not head.strip()


def is_spoken(text: str) -> bool:
    """Whether ``text`` is a transcript of Human and Assistant."""
    return text.lstrip().startswith("Human:") and "\n\nAssistant:" in text


def chatml_turns(text: str, column: str, *, roles: Mapping[str, str]) -> tuple[Message, ...]:
    """The turns of a ChatML text; an answer's ``<tool_call>`` blocks at its end become function calls. An open
    prompt for an answer at the end is no turn.

    Raises:
        Misfit: text stands outside the turns, or a turn's role is not known.
    """
    messages: list[Message] = []
    reached = 0
    for match in _CHATML_TURN.finditer(text):
        if text[reached : match.start()].strip():
            raise Misfit("bad_turn", "Text stands between two ChatML turns", column)
        reached = match.end()
        place = f"{column}[{len(messages)}]"
        word = known_word(match[1], roles)
        if not word:
            said = match[1].strip()[:40]
            raise Misfit(
                "bad_role", f"The role {said!r} is not known; known are user, assistant, system, tool", place
            )
        content, closed = match[2], match[0].endswith(END)
        if not closed and reached == len(text) and not content.strip():
            continue
        messages.append(_with_calls(Message(ROLES[word], content), place))
    if text[reached:].strip():
        raise Misfit("bad_turn", "Text stands outside the ChatML turns", column)
    return tuple(messages)


def _with_calls(message: Message, place: str) -> Message:
    """Calls as a model writes them, taken out of the text if they are what ends it."""
    found = list(_TOOL_CALL.finditer(message.content)) if message.role == "assistant" else []
    if not found or message.content[found[-1].end() :].strip():
        return message
    if any(one.end() != two.start() for one, two in pairwise(found)):
        return message
    try:
        calls = tuple(call for match in found for call in call_text(match[1], place)[1])
    except Misfit:
        return message
    return Message("assistant", message.content[: found[0].start()], calls)


def spoken_turns(text: str) -> tuple[Message, ...]:
    """The turns of a Human and Assistant transcript."""
    pieces = _SPOKEN.split(text.strip())
    said = zip(pieces[1::2], pieces[2::2], strict=True)
    return tuple(Message("user" if who == "Human" else "assistant", words.strip()) for who, words in said)
