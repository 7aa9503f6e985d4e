"""Brings conversations into one form: one system prompt, turns in order, no markers of roles in the texts."""

import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.data.rows import Message, Row
from engine.data.steps.base import Step, StepResult, replace_rows

_TOKEN = r"<\|(?:im_start|im_end|begin_of_text|end_of_text|endoftext|start_header_id|end_header_id|eot_id|user|assistant|system|end)\|>"
_USER = r"(?:user|human|用户|人类)"
_MODEL = r"(?:(?:ai )?assistant|chatgpt|bot|(?:ai)?助手|助理|机器人)"
_START = {
    "user": rf"(?:{_TOKEN}\s*(?:user\s*)?|\[INST\]|\#{{2,4}}\s*(?:instruction|user|human|用户|指令)\s*[:：]?\s*\n|\#{{0,4}}\s*\*{{0,2}}{_USER}\*{{0,2}}\s*[:：]\*{{0,2}})",
    "assistant": rf"(?:{_TOKEN}\s*(?:assistant\s*)?|\#{{2,4}}\s*(?:response|assistant|回答|回复)\s*[:：]?\s*\n|\#{{0,4}}\s*\*{{0,2}}{_MODEL}\*{{0,2}}\s*[:：]\*{{0,2}})",
}
_LEADING = {role: re.compile(rf"\s*{pattern}\s*", re.IGNORECASE) for role, pattern in _START.items()}
_TRAILING = {
    "user": re.compile(
        rf"\s*(?:{_TOKEN}|\[/INST\]|\n\#{{2,4}}\s*(?:response|assistant|回答|回复)\s*[:：]?|\n{_MODEL}\s*[:：])\s*\Z",
        re.IGNORECASE,
    ),
    "assistant": re.compile(
        rf"\s*(?:{_TOKEN}|</s>|\n\#{{2,4}}\s*(?:instruction|user|human|用户|指令)\s*[:：]?|\n{_USER}\s*[:：])\s*\Z",
        re.IGNORECASE,
    ),
}
_QUESTION = re.compile(r"\s*(?:q|question|问题?|提问)\s*[:：]\s*", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(?:a|answer|答案?|回答)\s*[:：]\s*", re.IGNORECASE)


class PromptFormat(Step, kind="prompt_format", title="Prompt format"):
    """Gives conversations one form: system prompt, order of turns, no 'User:' or 'Assistant:' inside the texts."""

    group: ClassVar[str] = "Texts"

    system: Literal["keep", "fill", "replace", "remove"] = option(
        "keep",
        title="System prompt",
        tier=Tier.BASIC,
        help="fill: rows without one get the prompt below. replace: every row gets it. remove: no row keeps one.",
    )
    system_prompt: str = option(
        "",
        max_length=20_000,
        title="The prompt",
        tier=Tier.BASIC,
        help="What fill and replace put there; replacing by nothing removes.",
    )
    markers: bool = option(
        True,
        title="Remove role markers",
        tier=Tier.BASIC,
        help="Take 'User:', '### Response:', '<|im_end|>' and the like from the ends of turns; also 'Q:' and 'A:' where "
        "both stand.",
    )
    order: bool = option(
        True,
        title="Order of turns",
        tier=Tier.BASIC,
        help="Join turns of one side that follow each other, and put system prompts first. Preference pairs keep their turns.",
    )
    whole: bool = option(
        True,
        title="Whole exchanges only",
        help="Leave out what the model says before the first question, and questions at the end that nobody answers.",
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """Bring every row into the form; a row that would lose its last answer stays as it was."""
        return replace_rows(rows, self._standard)

    def _standard(self, row: Row) -> Row:
        if all(item.role == "assistant" for item in row.messages):
            return row  # running text
        turns, rejected = list(row.messages), row.rejected
        if self.markers:
            bare = _paired(turns)
            turns = [_without_markers(item, bare) for item in turns]
            rejected = tuple(_without_markers(item, bare) for item in rejected)
        if self.order and not row.rejected:
            turns = _in_order(turns)
        if self.whole and not row.rejected:
            turns = _whole(turns)
        turns = self._with_system(turns)
        if tuple(turns) == row.messages and rejected == row.rejected:
            return row
        lost = not any(item.role == "assistant" for item in turns)
        return row if lost else dataclasses.replace(row, messages=tuple(turns), rejected=rejected)

    def _with_system(self, turns: list[Message]) -> list[Message]:
        present = any(item.role == "system" for item in turns)
        if self.system == "keep" or (self.system == "fill" and (present or not self.system_prompt.strip())):
            return turns
        others = [item for item in turns if item.role != "system"]
        if self.system == "remove" or not self.system_prompt.strip():
            return others
        return [Message("system", self.system_prompt), *others]


def _paired(turns: Sequence[Message]) -> bool:
    """Whether the questions begin with ``Q:`` and the answers with ``A:``."""
    asked = [item.content for item in turns if item.role == "user"]
    said = [item.content for item in turns if item.role == "assistant" and item.content]
    return bool(asked and said) and all(map(_QUESTION.match, asked)) and all(map(_ANSWER.match, said))


def _without_markers(turn: Message, paired: bool) -> Message:
    if turn.role not in _LEADING:
        return turn
    text = turn.content
    while True:
        shorter = _TRAILING[turn.role].sub(
            "", _LEADING[turn.role].sub("", text, count=1) if _LEADING[turn.role].match(text) else text
        )
        if shorter == text:
            break
        text = shorter
    if paired:
        text = (_QUESTION if turn.role == "user" else _ANSWER).sub("", text, count=1)
    return turn if text == turn.content or not text.strip() else dataclasses.replace(turn, content=text)


def _in_order(turns: Sequence[Message]) -> list[Message]:
    system = [item for item in turns if item.role == "system"]
    others = [item for item in turns if item.role != "system"]
    joined = []
    for _, group in itertools.groupby([*system, *others], key=_side):
        items = list(group)
        text = "\n\n".join(item.content for item in items if item.content)
        joined.append(items[0] if len(items) == 1 else dataclasses.replace(items[0], content=text))
    return joined


def _side(turn: Message) -> object:
    """The same for turns that may be joined: a result of a function stays alone, and so does a call."""
    return turn.role if turn.role != "tool" and not turn.tool_calls else id(turn)


def _whole(turns: Sequence[Message]) -> list[Message]:
    system = [item for item in turns if item.role == "system"]
    others = [item for item in turns if item.role != "system"]
    others = list(itertools.dropwhile(lambda item: item.role != "user", others))
    while others and others[-1].role != "assistant":
        others.pop()
    return [*system, *others]
