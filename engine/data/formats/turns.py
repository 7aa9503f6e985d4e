"""Lists of turns, whatever a file calls their parts: shared by sharegpt, messages, preference and kto."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.encoding import is_damaged
from engine.data.formats.base import Cells, Conversation, Misfit
from engine.data.readers.base import kind_of
from engine.data.rows import MAX_DEPTH, JsonObject, Message, Role

_WORDS: Mapping[Role, tuple[str, ...]] = {
    "user": ("user", "human", "prompter"),
    "assistant": ("assistant", "gpt", "model", "bot", "chatgpt", "function_call", "tool_call"),
    "system": ("system", "developer"),
    "tool": ("tool", "observation", "function", "function_response", "tool_response", "ipython"),
}
ROLES: Mapping[str, Role] = {word: role for role, words in _WORDS.items() for word in words}
_CALLS = ("function_call", "tool_call")
_MEDIA_PARTS = ("image", "image_url", "audio", "input_audio", "video", "video_url", "file")


def parse_list(value: Any, column: str) -> list[Any]:
    """A list, or one written as JSON text (as a CSV cell must).

    Raises:
        Misfit: neither.
    """
    if isinstance(value, str):
        value = _json(value, column, "bad_turns")
    if not isinstance(value, list):
        raise Misfit(
            "not_a_list",
            f"The column {column!r} holds {kind_of(value)} where a list of turns is needed",
            column,
        )
    return value


def read_turns(turns: Sequence[Any], column: str, *, role_key: str, content_key: str) -> tuple[Message, ...]:
    """The turns of ``column`` as messages; their order is not looked at here.

    Raises:
        Misfit: a turn that is no object, has no known role or no text; ``column`` then says which one.
    """
    messages = []
    for index, turn in enumerate(turns):
        place = f"{column}[{index}]"
        if not isinstance(turn, dict):
            raise Misfit("bad_turn", f"The turn is {kind_of(turn)}, not an object", place)
        said = turn.get(role_key)
        word = said.strip().lower() if isinstance(said, str) else ""
        role = ROLES.get(word)
        if role is None:
            raise Misfit("bad_role", _unknown_role(said, role_key), f"{place}.{role_key}")
        content = _content(turn, f"{place}.{content_key}", content_key)
        if word in _CALLS:
            content = _calls(
                _json(content, f"{place}.{content_key}", "bad_tool_call"), f"{place}.{content_key}"
            )
        if turn.get("tool_calls"):
            content = f"{content}\n{_calls(turn['tool_calls'], f'{place}.tool_calls')}".lstrip("\n")
        messages.append(Message(role, content))
    return tuple(messages)


def checked_order(messages: Sequence[Message], column: str, *, answered: bool = True) -> tuple[Message, ...]:
    """``messages`` if they take turns as a chat does: system first or not at all, then questions and answers.

    Raises:
        Misfit: they do not, an answer is empty, or (with ``answered``) the last question has no answer.
    """
    previous = ""
    for index, message in enumerate(messages):
        place = f"{column}[{index}]"
        allowed = {
            "": ("system", "user"),
            "system": ("user",),
            "user": ("assistant",),
            "assistant": ("user", "tool"),
            "tool": ("assistant", "tool"),
        }[previous]
        if message.role not in allowed:
            before = f"after a turn of the {previous}" if previous else "at the beginning"
            raise Misfit("turn_order", f"A turn of the {message.role} cannot stand {before}", place)
        if message.role == "assistant" and not message.content.strip():
            raise Misfit("empty_answer", "The answer is empty", place)
        previous = message.role
    if not messages:
        raise Misfit("no_turns", "The conversation is empty", column)
    if answered and previous != "assistant":
        raise Misfit(
            "no_answer", f"The conversation ends with a turn of the {previous}, without an answer", column
        )
    return tuple(messages)


def with_system(messages: Sequence[Message], system: str) -> tuple[Message, ...]:
    """``messages`` with ``system`` in front, unless they bring their own or there is none."""
    if not system.strip() or (messages and messages[0].role == "system"):
        return tuple(messages)
    return (Message("system", system), *messages)


def conversation(cells: Cells, name: str, *, role_key: str, content_key: str) -> Conversation:
    """The conversation in the list column ``name``, with the columns ``system`` and ``tools`` where present.

    Raises:
        Misfit: the record holds none.
    """
    column = cells.column(name)
    if cells.get(name) is None:
        cells.text(name, required=True)
    turns = parse_list(cells.get(name), column)
    role_key, content_key = turn_keys(turns, cells.column(role_key), cells.column(content_key))
    messages = checked_order(read_turns(turns, column, role_key=role_key, content_key=content_key), column)
    return Conversation(with_system(messages, cells.text("system")), read_tools(cells))


def turn_keys(turns: Sequence[Any], role_key: str, content_key: str) -> tuple[str, str]:
    """What the turns call role and content: as asked, else whichever of the two usual pairs they have."""
    first = turns[0] if turns and isinstance(turns[0], dict) else {}
    if role_key in first or content_key in first:
        return role_key, content_key
    other = ("role", "content") if role_key == "from" else ("from", "value")
    return other if other[0] in first and other[1] in first else (role_key, content_key)


def read_tools(cells: Cells) -> tuple[JsonObject, ...]:
    """The column ``tools`` in the form of chat templates: ``{"type": "function", "function": {...}}`` each.

    Raises:
        Misfit: it is there but no list of objects.
    """
    value, column = cells.get("tools"), cells.column("tools")
    if value is None or (isinstance(value, str) and not value.strip()):
        return ()
    if isinstance(value, str):
        value = _json(value, column, "bad_tools")
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Misfit("bad_tools", "The tools are no list of objects", column)
    return tuple(item if "function" in item else {"type": "function", "function": item} for item in value)


def _unknown_role(said: Any, role_key: str) -> str:
    if said is None:
        return "The turn has no role"
    known = (
        "human, gpt, system, function_call, observation"
        if role_key == "from"
        else "user, assistant, system, tool"
    )
    return f"The role {str(said)[:40]!r} is not known; known are {known}"


def _content(turn: Mapping[str, Any], place: str, key: str) -> str:
    value = turn.get(key)
    if value is None:
        if turn.get("tool_calls"):
            return ""
        raise Misfit("missing_value", "The turn has no text", place)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_part(part, f"{place}[{index}]") for index, part in enumerate(value))
    raise Misfit("not_text", f"The turn holds {kind_of(value)} where text is needed", place)


def _part(part: Any, place: str) -> str:
    """One part of a turn that is written in parts."""
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in _MEDIA_PARTS:
        raise Misfit(
            "needs_media", f"The turn holds a part of type {kind!r}, which a text model cannot see", place
        )
    text = part.get("text", part.get("value")) if isinstance(part, dict) else None
    if not isinstance(text, str):
        raise Misfit("not_text", "The part of the turn holds no text", place)
    if kind == "reasoning":
        return f"<think>\n{text.strip()}\n</think>\n\n"
    return _calls(_json(text, place, "bad_tool_call"), place) if kind in _CALLS else text


def _calls(value: Any, place: str) -> str:
    """Function calls as the text that a model writes: a JSON object between ``<tool_call>`` marks each."""
    blocks = []
    for call in value if isinstance(value, list) else [value]:
        inner = call.get("function", call) if isinstance(call, dict) else None
        name = inner.get("name") if isinstance(inner, dict) else None
        if not isinstance(name, str) or not isinstance(inner, dict):
            raise Misfit("bad_tool_call", "The function call names no function", place)
        arguments = inner.get("arguments", {})
        if isinstance(arguments, str):
            arguments = _json(arguments, place, "bad_tool_call") if arguments.strip() else {}
        body = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)
        blocks.append(f"<tool_call>\n{body}\n</tool_call>")
    return "\n".join(blocks)


def _json(text: str, column: str, code: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        detail = f": {error.msg.lower()}" if isinstance(error, json.JSONDecodeError) else ""
        raise Misfit(code, f"The text is no valid JSON{detail}", column) from None
    if _depth_exceeds(value, MAX_DEPTH) or is_damaged(json.dumps(value, ensure_ascii=False)):
        raise Misfit(code, "The JSON text is nested too deeply or holds bytes that are no valid text", column)
    return value


def _depth_exceeds(value: Any, limit: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if limit == 0:
        return True
    return any(
        _depth_exceeds(item, limit - 1) for item in (value.values() if isinstance(value, dict) else value)
    )
