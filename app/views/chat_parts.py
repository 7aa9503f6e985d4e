"""An answer taken apart: what the model thought, what it says, and which functions it calls."""

import json
import re
from dataclasses import dataclass

_CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*(?:</tool_call>|$)", re.DOTALL)
_OPEN, _CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class CallPart:
    """A call of a function: its name, and each argument with its value as JSON."""

    name: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerParts:
    """``thinking``: the thoughts are not over yet."""

    said: str
    thoughts: str = ""
    thinking: bool = False
    calls: tuple[CallPart, ...] = ()


def taken_apart(content: str) -> AnswerParts:
    """The parts of an answer, finished or on its way. Some templates write the first mark themselves."""
    thoughts, thinking = "", False
    begun = content.lstrip()
    if begun.startswith(_OPEN):
        thoughts, closed, content = begun.removeprefix(_OPEN).partition(_CLOSE)
        thinking = not closed
    elif _CLOSE in content and _OPEN not in content:
        thoughts, _, content = content.partition(_CLOSE)
    calls = []
    for match in _CALL.finditer(content):
        call = _call(match.group(1))
        if call is not None:
            calls.append(call)
            content = content.replace(match.group(0), "", 1)
    said = content.strip() if thoughts.strip() or calls else content
    return AnswerParts(said, thoughts.strip(), thinking, tuple(calls))


def _call(text: str) -> CallPart | None:
    try:
        document = json.loads(text)
        name, arguments = document["name"], document.get("arguments", document.get("parameters", {}))
        arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
        pairs = tuple((str(key), json.dumps(value, ensure_ascii=False)) for key, value in arguments.items())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return CallPart(name, pairs) if isinstance(name, str) and name else None
