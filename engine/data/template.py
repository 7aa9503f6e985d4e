"""Renders conversations with a model's chat template and finds what in them the model has to learn.

Learnt is what the model itself must write: each answer with its end marker, from where the prompt for it ends. The
text is always exactly what transformers' ``apply_chat_template`` gives. Where the answers stand in it is found by
filling the texts into the skeleton that the template gave for an earlier conversation of the same shape; if that is
not the same text, by rendering once more with marks. So most rows cost one rendering.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from engine.contract.errors import ErrorCode, UserError
from engine.data.edges import Edge, Span, all_spans, learn_edges
from engine.data.marks import CALL_PARTS, Marker, Place, Shape, Skeleton, Slot, Unit, dissect, splitter
from engine.data.rows import JsonObject
from engine.data.tool_turns import (
    CALL_FORMS,
    CallForm,
    calls_as_text,
    probe_call,
    results_as_questions,
    tools_in_system,
    wants_ids,
    with_ids,
)

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Chat = Sequence[Mapping[str, Any]]
T = TypeVar("T")

_ERRORS_OF_TEMPLATES = (TypeError, KeyError, ValueError, IndexError, AttributeError, RecursionError)
_PROBE_QUESTION, _PROBE_ANSWER, _PROBE_RESULT = "Question 7f3a", "Answer 9c1e", "Result 5b8d"
_KEPT = 512  # shapes of conversations


class TemplateRefusal(ValueError):
    """The template does not take this conversation; the message is its own."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A conversation as text. ``trained_spans``: character ranges that are learnt, in order, not overlapping.

    ``texts``: ranges of what people and models said, as opposed to what the template wrote; in order.
    """

    text: str
    trained_spans: tuple[Span, ...]
    texts: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the texts of one conversation stand; ``marked`` is that conversation with marks, if it was needed."""

    units: Mapping[Place, Unit]
    slots: tuple[Slot, ...]
    marked: tuple[Marker, list[JsonObject]] | None = None


class ChatTemplate:
    """The chat template of ``tokenizer``, or another one from a Jinja file (or its text).

    Raises:
        UserError: ``TEMPLATE_MISSING`` when there is none, or it is no valid Jinja.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", template: str = "auto") -> None:
        self._tokenizer = tokenizer
        self._source = _source(tokenizer, template)
        self._text = str(self._source or tokenizer.chat_template)
        self._words = splitter(self._text)
        self._skeletons: OrderedDict[object, Skeleton | None] = OrderedDict()
        self._edges: OrderedDict[object, dict[int, Edge]] = OrderedDict()
        self._check()

    def render(self, messages: Chat, *, tools: Sequence[JsonObject] = ()) -> Rendered:
        """The whole conversation and what in it is learnt.

        Raises:
            TemplateRefusal: the template does not take it, or leaves an answer out or changes it.
        """
        chat, tools = self._native(messages, tools)
        text = self._render(chat, tools)
        shape, units = dissect(chat, self._words)
        found = self._locate(chat, tools, text, shape, units)
        spans = self._spans(chat, tools, text, shape, found)
        return Rendered(text, spans, tuple((slot.start, slot.end) for slot in found.slots))

    def prompt(self, messages: Chat, *, tools: Sequence[JsonObject] = ()) -> str:
        """The conversation so far, ready for the model to answer.

        Raises:
            TemplateRefusal: the template does not take it.
        """
        chat, tools = self._native(messages, tools)
        return self._render(chat, tools, prompt=True)

    @cached_property
    def end_marker(self) -> str:
        """What stands after an answer, without the white space behind it; "" where there is nothing."""
        text = self._tried([_turn("user", _PROBE_QUESTION), _turn("assistant", _PROBE_ANSWER)])
        _, found, rest = text.rpartition(_PROBE_ANSWER)
        return rest.rstrip() if found else ""

    def _locate(
        self,
        chat: list[JsonObject],
        tools: Sequence[JsonObject],
        text: str,
        shape: Shape,
        units: Mapping[Place, Unit],
    ) -> _Found:
        """Where the texts of ``chat`` stand in ``text``."""
        if shape.key is not None:
            key = (shape.key, json.dumps(tools) if tools else "")
            skeleton = _remember(self._skeletons, key, lambda: self._skeleton(chat, tools))
            slots = skeleton.fill(units, text) if skeleton else None
            if slots is not None and not _lost(units, slots):
                return _Found(units, slots)
        for only in ("", "assistant"):
            found = self._marked(chat, tools, text, only)
            if found is not None:
                return found
        if any(message["content"].strip() and message.get("tool_calls") for message in chat):
            raise TemplateRefusal("The template leaves out or changes what is said beside a function call")
        raise TemplateRefusal("The template leaves an answer out or changes it")

    def _skeleton(self, chat: list[JsonObject], tools: Sequence[JsonObject]) -> Skeleton | None:
        marker = self._marker(chat, tools)
        marked, _ = marker.mark(chat, "hollow")
        text, slots = marker.found(self._tried(marked, tools))
        return Skeleton.of(text, slots) if slots else None

    def _marked(
        self, chat: list[JsonObject], tools: Sequence[JsonObject], text: str, only: str
    ) -> _Found | None:
        """The places of marked texts, if the marks (in all turns, or those of one role) change nothing else."""
        marker = self._marker(chat, tools)
        marked, units = marker.mark(chat, "whole", only=only)
        plain, slots = marker.found(self._tried(marked, tools))
        if plain != text or _lost(units, slots):
            return None
        for slot in slots:
            said = slot.place[1] < CALL_PARTS and chat[slot.place[0]]["role"] == "assistant"
            if said and text[slot.start : slot.end] != units[slot.place].core:
                return None
        return _Found(units, slots, (marker, marked))

    def _marker(self, chat: list[JsonObject], tools: Sequence[JsonObject]) -> Marker:
        everything = json.dumps([chat, list(tools)], ensure_ascii=False) + self._text
        number = next(number for number in range(1_000_000) if f"Zq{number}m" not in everything)
        return Marker(f"Zq{number}m", self._words)

    def _spans(
        self, chat: list[JsonObject], tools: Sequence[JsonObject], text: str, shape: Shape, found: _Found
    ) -> tuple[Span, ...]:
        """The ranges of the model's turns: with edges known from the shape, else from this very conversation."""
        turns = [turn for turn, message in enumerate(chat) if message["role"] == "assistant"]

        def learn(marker: Marker, marked: list[JsonObject]) -> dict[int, Edge]:
            return learn_edges(lambda part, prompt: self._tried(part, tools, prompt=prompt), marker, marked)

        def learn_bare() -> dict[int, Edge]:
            marker = self._marker(chat, tools)
            return learn(marker, marker.mark(chat, "bare")[0])

        edges = _remember(self._edges, (shape.bare, bool(tools)), learn_bare)
        spans = all_spans(turns, edges, text, found.slots, found.units, self.end_marker) if edges else None
        if spans is None:
            marker = self._marker(chat, tools)
            edges = learn(*(found.marked or (marker, marker.mark(chat, "whole")[0])))
            spans = all_spans(turns, edges, text, found.slots, found.units, self.end_marker)
        if spans is None:
            raise TemplateRefusal("The template leaves no place where an answer begins and ends")
        return spans

    def _native(
        self, messages: Chat, tools: Sequence[JsonObject]
    ) -> tuple[list[JsonObject], Sequence[JsonObject]]:
        """The chat and its tools; what the template does not know of function calls is written as text."""
        chat = [dict(message) for message in messages]
        if any(message.get("tool_calls") for message in chat):
            if not self._knows_calls:
                chat = calls_as_text(chat)
            elif wants_ids(self._text):
                chat = with_ids(chat)
        if not self._knows_results and any(message["role"] == "tool" for message in chat):
            chat = results_as_questions(chat)
        if not tools or "tools" in self._text:
            return chat, tools
        return tools_in_system(chat, tools), ()

    @cached_property
    def _knows_calls(self) -> bool:
        return "tool_calls" in self._text

    @cached_property
    def _knows_results(self) -> bool:
        """Whether the template shows turns of the role tool."""
        answer = _turn("assistant", _PROBE_ANSWER)
        chat = [_turn("user", _PROBE_QUESTION), answer, _turn("tool", _PROBE_RESULT), answer]
        return self._knows_calls or _PROBE_RESULT in self._tried(chat)

    @cached_property
    def _call_form(self) -> CallForm:
        """The form of function calls in which the template shows both name and arguments."""
        for form in CALL_FORMS:
            chat = form.apply(with_ids([_turn("user", _PROBE_QUESTION), probe_call()]))
            if form.shown(self._tried(chat, formed=True)):
                return form
        return CALL_FORMS[0]

    def _render(
        self,
        chat: list[JsonObject],
        tools: Sequence[JsonObject] = (),
        *,
        prompt: bool = False,
        formed: bool = False,
    ) -> str:
        """What the template makes of ``chat``; with ``formed`` its function calls are left as they are."""
        from jinja2 import TemplateError

        if not formed and any(message.get("tool_calls") for message in chat):
            chat = self._call_form.apply(chat)
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

    def _tried(
        self,
        chat: list[JsonObject],
        tools: Sequence[JsonObject] = (),
        *,
        prompt: bool = False,
        formed: bool = False,
    ) -> str:
        """As ``_render``, with "" for what the template refuses."""
        try:
            return self._render(chat, tools, prompt=prompt, formed=formed)
        except TemplateRefusal:
            return ""

    def _check(self) -> None:
        """Fail at once if the template itself is broken; whether it takes a conversation, the rows will tell."""
        from jinja2 import TemplateError, TemplateSyntaxError

        try:
            self._tokenizer.apply_chat_template(
                [_turn("user", _PROBE_QUESTION)], chat_template=self._source, tokenize=False
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


def _turn(role: str, content: str) -> JsonObject:
    return {"role": role, "content": content}


def _remember(kept: OrderedDict[object, T], key: object, make: Callable[[], T]) -> T:
    """The value of ``key``, made if it is not among the newest ones."""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    made = kept[key] = make()
    if len(kept) > _KEPT:
        kept.popitem(last=False)
    return made


def _lost(units: Mapping[Place, Unit], slots: Sequence[Slot]) -> bool:
    """Whether an answer is missing, or written twice."""
    seen = [slot.place for slot in slots if units[slot.place].essential]
    return len(seen) != len(set(seen)) or len(seen) != sum(unit.essential for unit in units.values())


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
