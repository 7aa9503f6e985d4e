"""Alpaca: instruction, optional input, output; optionally a system prompt and earlier turns."""

from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.calls import read_tools
from engine.data.formats.turns import checked_order, parse_list, turns_of, with_system
from engine.data.rows import Message


class Alpaca(Format):
    """One question and one answer a row. The question is ``instruction``, a newline, ``input`` if there is one."""

    family = "alpaca"
    names = ("instruction", "input", "output", "system", "history", "tools")
    aliases = {
        "instruction": ("指令", "指示"),
        "input": ("context", "输入", "上下文"),
        "output": ("response", "answer", "输出", "回答", "答案", "回复"),
        "system": ("system_prompt", "系统提示", "系统"),
        "history": ("历史", "历史对话"),
    }

    def fits(self, cells: Cells) -> bool:
        """Instruction and output are texts."""
        return isinstance(cells.get("instruction"), str) and isinstance(cells.get("output"), str)

    def convert(self, cells: Cells) -> Conversation:
        """History, question and answer; a row without an answer is no row to learn from."""
        question = alpaca_question(cells)
        answer = cells.text("output", required=True)
        if not answer.strip():
            raise Misfit("empty_answer", "The answer is empty", cells.column("output"))
        return Conversation((*question, Message("assistant", answer)), read_tools(cells))


def alpaca_question(cells: Cells) -> tuple[Message, ...]:
    """All turns before the answer: system prompt, history, and the question in its two parts."""
    question = cells.text("instruction", required=not cells.text("input"))
    if extra := cells.text("input"):
        question = f"{question}\n{extra}" if question else extra
    return with_system((*_history(cells), Message("user", question)), cells.text("system"))


def _history(cells: Cells) -> tuple[Message, ...]:
    """Earlier turns: a list of pairs of question and answer, or of turns."""
    value, column = cells.get("history"), cells.column("history")
    if value is None or value == "":
        return ()
    items = parse_list(value, column)
    if items and all(isinstance(item, dict) for item in items):
        return checked_order(turns_of(cells, "history", items, keys=("role", "content")), column)
    messages: list[Message] = []
    for index, pair in enumerate(items):
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(item, str) for item in pair):
            raise Misfit("bad_history", "An earlier turn is no pair of texts", f"{column}[{index}]")
        if not pair[1].strip():
            raise Misfit("empty_answer", "The answer of an earlier turn is empty", f"{column}[{index}][1]")
        messages += [Message("user", pair[0]), Message("assistant", pair[1])]
    return tuple(messages)
