"""Alpaca: instruction, optional input, output; optionally a system prompt and earlier turns."""

from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.turns import parse_list, read_tools, with_system
from engine.data.rows import Message


class Alpaca(Format):
    """One question and one answer a row. The question is ``instruction``, a newline, ``input`` if there is one."""

    family = "alpaca"
    names = ("instruction", "input", "output", "system", "history", "tools")
    aliases = {"input": ("context",), "output": ("response", "answer")}

    def fits(self, cells: Cells) -> bool:
        """Instruction and output are texts."""
        return isinstance(cells.get("instruction"), str) and isinstance(cells.get("output"), str)

    def convert(self, cells: Cells) -> Conversation:
        """History, question and answer; a row without an answer is no row to learn from."""
        question = cells.text("instruction", required=not cells.text("input"))
        if extra := cells.text("input"):
            question = f"{question}\n{extra}" if question else extra
        answer = cells.text("output", required=True)
        if not answer.strip():
            raise Misfit("empty_answer", "The answer is empty", cells.column("output"))
        turns = (*_history(cells), Message("user", question), Message("assistant", answer))
        return Conversation(with_system(turns, cells.text("system")), read_tools(cells))


def _history(cells: Cells) -> tuple[Message, ...]:
    """Earlier turns: a list of pairs of question and answer."""
    value, column = cells.get("history"), cells.column("history")
    if value is None or value == "":
        return ()
    messages: list[Message] = []
    for index, pair in enumerate(parse_list(value, column)):
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(item, str) for item in pair):
            raise Misfit("bad_history", "An earlier turn is no pair of texts", f"{column}[{index}]")
        if not pair[1].strip():
            raise Misfit("empty_answer", "The answer of an earlier turn is empty", f"{column}[{index}][1]")
        messages += [Message("user", pair[0]), Message("assistant", pair[1])]
    return tuple(messages)
