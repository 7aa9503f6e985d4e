"""Prompt and completion, under these names or others that say the same (question and answer, ...)."""

import json
from typing import Any

from engine.data.formats.base import Cells, Conversation, Format, Misfit
from engine.data.formats.calls import read_tools
from engine.data.formats.turns import checked_order, is_empty_answer, turns_of, with_system
from engine.data.rows import Message

QUESTION_WORDS = (
    *("question", "query", "input", "problem", "q", "ask", "request", "user", "human"),
    *("问题", "提问", "输入", "问", "用户", "题目", "提示"),
)
ANSWER_WORDS = (
    *("response", "answer", "output", "reply", "solution", "target", "a", "assistant", "gpt"),
    *("回答", "答案", "输出", "答", "回复", "答复", "助手"),
)
_TURN_KEYS = ({"role", "content"}, {"from", "value"})


class PromptCompletion(Format):
    """One question and one answer a row; both may also be lists of turns."""

    family = "prompt_completion"
    names = ("prompt", "completion", "system", "tools", "role", "content")
    aliases = {
        "prompt": QUESTION_WORDS,
        "completion": ANSWER_WORDS,
        "system": ("system_prompt", "系统提示", "系统"),
    }
    certainty = 0.95

    def fits(self, cells: Cells) -> bool:
        """Both are texts or lists."""
        return all(isinstance(cells.get(name), str | list) for name in ("prompt", "completion"))

    def convert(self, cells: Cells) -> Conversation:
        """The prompt's turns and the completion's."""
        turns = prompt_turns(cells, "prompt") + answer_turns(cells, "completion")
        return Conversation(with_system(turns, cells.text("system")), read_tools(cells))


def prompt_turns(cells: Cells, name: str) -> tuple[Message, ...]:
    """The turns before the answer: one text, or a list that ends with the user or a tool."""
    value, column = turns_or_text(cells.get(name)), cells.column(name)
    if not isinstance(value, list):
        return (Message("user", cells.text(name, required=True)),)
    messages = turns_of(cells, name, value, keys=("role", "content"))
    checked_order(messages, column, answered=False)
    if messages[-1].role not in ("user", "tool"):
        raise Misfit("turn_order", "The prompt does not end with a question", column)
    return messages


def answer_turns(cells: Cells, name: str) -> tuple[Message, ...]:
    """The answer: a text, a turn, or a list whose last turn it is."""
    value, column = turns_or_text(cells.get(name)), cells.column(name)
    if isinstance(value, dict | list):
        turns = [value] if isinstance(value, dict) else value[-1:]
        messages = turns_of(cells, name, turns, keys=("role", "content"))
        if not messages or messages[0].role != "assistant":
            raise Misfit("turn_order", "The answer is no turn of the assistant", column)
        answer = messages[0]
    else:
        answer = Message("assistant", cells.text(name, required=True))
    if is_empty_answer(answer):
        raise Misfit("empty_answer", "The answer is empty", column)
    return (answer,)


def turns_or_text(value: Any) -> Any:
    """The turn or turns that a text holds as JSON, as a cell of a table must; any other value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(('[{"', '{"')):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    turns = found if isinstance(found, list) else [found]
    are_turns = all(
        isinstance(turn, dict) and any(keys <= turn.keys() for keys in _TURN_KEYS) for turn in turns
    )
    return found if are_turns else value
