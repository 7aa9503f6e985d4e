"""A chat template in Go's language, as Ollama wants it, found out from what the trained (Jinja) template writes.

Nothing is translated: the trained template renders conversations of marked turns, and what it put before and after
each becomes the Go template. ``render`` reads the small part of Go's language that is written here, so that the result
is proved against the trained template before anybody uses it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.export.answers import equal_prefix

Messages = Sequence[Mapping[str, str]]
Render = Callable[[Messages, bool], str]  # conversation, and whether the answer shall begin

_S, _U, _A, _V = "Markerone", "Markertwo", "Markerthree", "Markerfour"
_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_ROLE = re.compile(r'^(?:else )?if eq \.Role "(\w+)"$')
_TURNS = re.compile(r"(.*)\{\{ range \.Messages \}\}(.*)\{\{ end \}\}\{\{ end \}\}(.*)", re.DOTALL)
_FIRST = 'if ne (index .Messages 0).Role "system"'


class NoGoTemplate(Exception):
    """The trained template does more than put text before and after turns; the message says what."""


@dataclass(frozen=True, slots=True)
class ChatShape:
    """What a template writes around turns."""

    begin: str  # once, before everything
    unasked: str  # where no system message comes first
    before: Mapping[str, str]  # by role
    after: Mapping[str, str]
    answer: str  # where the answer begins

    @property
    def default_system(self) -> str | None:
        """The system message that the template puts in by itself, if that is all it does."""
        if "system" not in self.before:
            return None
        before, after = self.before["system"], self.after["system"]
        if self.unasked.startswith(before) and self.unasked.endswith(after):
            return self.unasked[len(before) : len(self.unasked) - len(after)] or None
        return None

    def go(self) -> str:
        """The template; the default system message is not in it, as Ollama has a place of its own for that."""
        branches = ""
        for role in self.before:
            word = "if" if not branches else "else if"
            branches += f'{{{{ {word} eq .Role "{role}" }}}}{_literal(self.before[role])}{{{{ .Content }}}}'
            branches += _literal(self.after[role])
        unasked = ""
        if self.unasked and self.default_system is None:
            unasked = (
                f"{{{{ if .Messages }}}}{{{{ {_FIRST} }}}}{_literal(self.unasked)}{{{{ end }}}}{{{{ end }}}}"
            )
        turns = f"{{{{ range .Messages }}}}{branches}{{{{ end }}}}{{{{ end }}}}"
        return f"{_literal(self.begin)}{unasked}{turns}{_literal(self.answer)}"


def _literal(text: str) -> str:
    return text.replace("{{", '{{ "{{" }}')


def shape_of(render: Render, *, bos: str) -> ChatShape:
    """Find out what the template behind ``render`` writes around turns.

    Raises:
        NoGoTemplate: it treats some turn otherwise than others, or looks at what is said.
    """
    user, assistant = {"role": "user", "content": _U}, {"role": "assistant", "content": _A}
    again = {"role": "user", "content": _V}
    first, between, middle, end = _split(render([user, assistant, again], True), _U, _A, _V)
    _, after_user = _split(render([user], False), _U)
    _, _, after_assistant = _split(render([user, assistant], False), _U, _A)
    if not (between.startswith(after_user) and middle.startswith(after_assistant)):
        # a conversation ends with something of its own; any cut that both sides agree on says the same
        after_user = _common_start(between, end)
        after_assistant = middle[: len(middle) - len(_common_end(middle, first))]
    before_user = middle[len(after_assistant) :]
    if not (end.startswith(after_user) and first.endswith(before_user)):
        raise NoGoTemplate("it writes the same turn in different ways")
    begin = bos if bos and first.startswith(bos) and not before_user.startswith(bos) else ""
    before, after = {}, {}
    system = _system(render, user, before_user=before_user, begin=begin)
    if system is not None:
        before["system"], after["system"] = system
    before |= {"user": before_user, "assistant": between[len(after_user) :]}
    after |= {"user": after_user, "assistant": after_assistant}
    unasked = first[len(begin) : len(first) - len(before_user)]
    return ChatShape(begin, unasked, before, after, end[len(after_user) :])


def _system(
    render: Render, user: Mapping[str, str], *, before_user: str, begin: str
) -> tuple[str, str] | None:
    """What stands around a system message; None where the template takes none."""
    try:
        text = render([{"role": "system", "content": _S}, user], False)
    except Exception:  # whatever a template says no with
        return None
    if _S not in text:
        return None
    start, rest, _ = _split(text, _S, _U)
    if not start.startswith(begin) or not rest.endswith(before_user):
        raise NoGoTemplate("it puts the system message into the first question")
    return start[len(begin) :], rest[: len(rest) - len(before_user)]


def _common_start(one: str, other: str) -> str:
    return one[: equal_prefix(one, other)]


def _common_end(one: str, other: str) -> str:
    return _common_start(one[::-1], other[::-1])[::-1]


def _split(text: str, *marks: str) -> list[str]:
    parts = []
    for mark in marks:
        part, found, text = text.partition(mark)
        if not found:
            raise NoGoTemplate("it leaves out or changes what is said")
        parts.append(part)
    return [*parts, text]


# ---------------------------------------------------------------- reading it back


def render(template: str, messages: Messages, *, system: str | None = None) -> str:
    """What Ollama writes for ``messages``; ``system`` stands in where none of them is a system message.

    Raises:
        ValueError: the template holds an action that ``ChatShape.go`` does not write.
    """
    if system is not None and not any(message["role"] == "system" for message in messages):
        messages = [{"role": "system", "content": system}, *messages]
    found = _TURNS.fullmatch(template)
    if found is None:
        raise ValueError("no loop over the turns")
    head, loop, tail = found.groups()
    written = _head(head, messages)
    branches = _branches(loop)
    for message in messages:
        written += branches.get(message["role"], "").replace("\0", message["content"])
    return written + _text(tail)


def _head(head: str, messages: Messages) -> str:
    guard = f"{{{{ if .Messages }}}}{{{{ {_FIRST} }}}}"
    begin, found, unasked = head.partition(guard)
    if not found:
        return _text(head)
    asked = not messages or messages[0]["role"] == "system"
    return _text(begin) + ("" if asked else _text(unasked.removesuffix("{{ end }}{{ end }}")))


def _branches(loop: str) -> dict[str, str]:
    """Each role's text, with a zero byte for what is said."""
    found: dict[str, str] = {}
    role = ""
    place = 0
    for action in _ACTION.finditer(loop):
        found[role] = found.get(role, "") + loop[place : action.start()]
        place = action.end()
        inside = action[1].strip()
        condition = _ROLE.match(inside)
        if condition:
            role = condition[1]
        else:
            found[role] = found.get(role, "") + ("\0" if inside == ".Content" else _string(inside))
    found[role] = found.get(role, "") + loop[place:]
    return found


def _text(text: str) -> str:
    return _ACTION.sub(lambda action: _string(action[1].strip()), text)


def _string(inside: str) -> str:
    if inside != '"{{"':
        raise ValueError(f"an unknown action: {inside}")
    return "{{"
