"""Renders conversations with a model's chat template and finds what in them the model has to learn.

Learnt is what the model itself must write: each answer with its end marker, from where the prompt for it ends.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.errors import ErrorCode, UserError
from engine.data.rows import JsonObject

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Span = tuple[int, int]
Chat = Sequence[Mapping[str, str]]

_ERRORS_OF_TEMPLATES = (TypeError, KeyError, ValueError, IndexError, AttributeError, RecursionError)
_TOOLS = """\
These functions can be called, one JSON object each:
<tools>
{}
</tools>
To call one, write a JSON object with its name and its arguments between <tool_call> and </tool_call>."""

_PROBE_QUESTION, _PROBE_ANSWER = "Question 7f3a", "Answer 9c1e"


class TemplateRefusal(ValueError):
    """The template does not take this conversation; the message is its own."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A conversation as text. ``trained_spans``: character ranges that are learnt, in order, not overlapping."""

    text: str
    trained_spans: tuple[Span, ...]


class ChatTemplate:
    """The chat template of ``tokenizer``, or another one from a Jinja file (or its text).

    Raises:
        UserError: ``TEMPLATE_MISSING`` when there is none, or it is no valid Jinja.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", template: str = "auto") -> None:
        self._tokenizer = tokenizer
        self._source = _source(tokenizer, template)
        self._end_marker: str | None = None
        self._check()

    def render(self, messages: Chat, *, tools: Sequence[JsonObject] = ()) -> Rendered:
        """The whole conversation and what in it is learnt.

        Raises:
            TemplateRefusal: the template does not take it, or swallows an answer.
        """
        chat, tools = self._place_tools(messages, tools)
        text = self._render(chat, tools, prompt=False)
        spans: list[Span] = []
        for index, message in enumerate(chat):
            if message["role"] == "assistant":
                spans.append(self._span(text, chat, index, tools, spans[-1][1] if spans else 0))
        return Rendered(text, tuple(spans))

    def prompt(self, messages: Chat, *, tools: Sequence[JsonObject] = ()) -> str:
        """The conversation so far, ready for the model to answer.

        Raises:
            TemplateRefusal: the template does not take it.
        """
        chat, tools = self._place_tools(messages, tools)
        return self._render(chat, tools, prompt=True)

    @property
    def end_marker(self) -> str:
        """What stands after an answer, without the white space behind it; "" where there is nothing."""
        if self._end_marker is None:
            chat = [
                {"role": "user", "content": _PROBE_QUESTION},
                {"role": "assistant", "content": _PROBE_ANSWER},
            ]
            try:
                _, found, rest = self._render(chat, (), prompt=False).rpartition(_PROBE_ANSWER)
            except TemplateRefusal:
                found, rest = "", ""
            self._end_marker = rest.rstrip() if found else ""
        return self._end_marker

    def _place_tools(
        self, messages: Chat, tools: Sequence[JsonObject]
    ) -> tuple[list[dict[str, str]], Sequence[JsonObject]]:
        """The chat and its tools; a template that knows no tools gets them in the system message."""
        chat = [dict(message) for message in messages]
        if not tools or "tools" in str(self._source or self._tokenizer.chat_template):
            return chat, tools
        system = chat.pop(0)["content"] + "\n\n" if chat and chat[0]["role"] == "system" else ""
        listed = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools)
        return [{"role": "system", "content": system + _TOOLS.format(listed)}, *chat], ()

    def _render(self, chat: list[dict[str, str]], tools: Sequence[JsonObject], *, prompt: bool) -> str:
        from jinja2 import TemplateError

        try:
            text = self._tokenizer.apply_chat_template(
                chat,
                tools=list(tools) or None,  # type: ignore[arg-type]
                chat_template=self._source,
                tokenize=False,
                add_generation_prompt=prompt,
            )
        except (TemplateError, *_ERRORS_OF_TEMPLATES) as error:
            raise TemplateRefusal(
                (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            ) from None
        return cast(str, text)

    def _span(
        self, text: str, chat: list[dict[str, str]], index: int, tools: Sequence[JsonObject], start: int
    ) -> Span:
        """What the model writes in turn ``index``: from the end of the prompt for it to the end of that turn."""
        answer = chat[index]["content"]
        before, through = "", ""
        try:
            before = self._render(chat[:index], tools, prompt=True)
            through = text if index == len(chat) - 1 else self._render(chat[: index + 1], tools, prompt=False)
        except TemplateRefusal:  # it wants to see the whole conversation
            pass
        if before and through and text.startswith(before) and text.startswith(through):
            place = _find(text, answer, len(before), len(through))
            if place and start <= len(before):  # an answer may itself end with white space
                return len(before), max(place[1], len(through.rstrip()))
        last = max((place for place in range(index) if chat[place]["role"] == "assistant"), default=-1)
        questions = [item["content"] for item in chat[last + 1 : index]]
        start = max(_shared(text, before), _skip_questions(text, questions, start))
        if place := _find(text, answer, start, len(text)):
            return place[0], place[1] + len(self.end_marker) * text.startswith(self.end_marker, place[1])
        raise TemplateRefusal("The template leaves an answer out or changes it")

    def _check(self) -> None:
        """Fail at once if the template itself is broken; whether it takes a conversation, the rows will tell."""
        from jinja2 import TemplateError, TemplateSyntaxError

        try:
            self._tokenizer.apply_chat_template(
                [{"role": "user", "content": _PROBE_QUESTION}], chat_template=self._source, tokenize=False
            )
        except TemplateSyntaxError as error:
            raise UserError(
                ErrorCode.TEMPLATE_MISSING,
                f"The chat template is no valid Jinja: {error.message}, line {error.lineno}",
                hint="Correct the file, or set the template to auto.",
                recipe_path="data.template",
            ) from None
        except (TemplateError, *_ERRORS_OF_TEMPLATES):
            return


def _find(text: str, answer: str, start: int, end: int) -> Span | None:
    """Where ``answer`` first stands within ``text[start:end]``: as it is, stripped, or without its thoughts."""
    places = []
    for wanted in (answer, answer.strip(), answer.rpartition("</think>")[2].strip()):
        found = text.find(wanted, start, end)
        if wanted and found >= 0:
            places.append((found, found + len(wanted)))
    return min(places, key=lambda place: (place[0], -place[1]), default=None)


def _shared(text: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(text, other, strict=False)
    return next((place for place, (one, two) in enumerate(pairs) if one != two), min(len(text), len(other)))


def _skip_questions(text: str, contents: Sequence[str], start: int) -> int:
    """A place in ``text`` not before ``start`` and behind those ``contents`` that follow it."""
    for content in contents:
        found = text.find(content.strip(), start)
        start = found + len(content.strip()) if found >= 0 else start
    return start


def _source(tokenizer: "PreTrainedTokenizerBase", template: str) -> str | None:
    """The Jinja text that replaces the tokenizer's own template, or None to use that one."""
    if template == "auto":
        if not tokenizer.chat_template:
            raise UserError(
                ErrorCode.TEMPLATE_MISSING,
                f"The model {_name(tokenizer)} has no chat template",
                hint="Choose an instruction-tuned model, or give a Jinja file as data.template.",
                recipe_path="data.template",
            )
        return None
    if "{" in template:
        return template
    try:
        return Path(template).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(
            ErrorCode.TEMPLATE_MISSING,
            f"There is no readable chat template at {template}",
            hint="Give the path of a Jinja file, or auto for the model's own template.",
            recipe_path="data.template",
        ) from None


def _name(tokenizer: Any) -> str:
    return Path(str(tokenizer.name_or_path or "")).name or "chosen"
