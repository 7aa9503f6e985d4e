"""Lists of turns, whatever a file calls their parts: shared by sharegpt, messages, preference and kto."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.data.formats.base import Cells, Conversation, Misfit
from engine.data.formats.calls import call_text, read_calls, read_json, read_tools
from engine.data.formats.media import MEDIA_PARTS, placeholder
from engine.data.readers.base import kind_of
from engine.data.rows import JsonObject, Message, Role

_WORDS: Mapping[Role, tuple[str, ...]] = {
    "user": ("user", "human", "prompter", "usr", "用户", "人类"),
    "assistant": (
        *("assistant", "gpt", "model", "bot", "chatgpt", "ai", "function_call", "tool_call"),
        *("助手", "助理", "机器人"),
    ),
    "system": ("system", "developer", "系统"),
    "tool": ("tool", "observation", "function", "function_response", "tool_response", "ipython", "工具"),
}
ROLES: Mapping[str, Role] = {word: role for role, words in _WORDS.items() for word in words}
_CALLS = ("function_call", "tool_call")
_ROLE_KEYS = ("role", "from", "speaker", "sender", "author", "角色")
_CONTENT_KEYS = ("content", "value", "text", "message", "utterance", "内容")


def parse_list(value: Any, column: str) -> list[Any]:
    """A list, or one written as JSON text (as a CSV cell must).

    Raises:
        Misfit: neither.
    """
    if isinstance(value, str):
        value = read_json(value, column, "bad_turns")
    if not isinstance(value, list):
        raise Misfit(
            "not_a_list",
            f"The column {column!r} holds {kind_of(value)} where a list of turns is needed",
            column,
        )
    return value


def known_word(said: Any, roles: Mapping[str, str]) -> str:
    """The known word for what a turn says of its speaker: its own, or the one that ``roles`` maps it to; else ""."""
    if not isinstance(said, str):
        return ""
    word = said.strip()
    if roles:
        folded = {key.strip().casefold(): target for key, target in roles.items()}
        word = roles.get(word, folded.get(word.casefold(), word))
    word = word.strip().lower()
    return word if word in ROLES else ""


def read_turns(
    turns: Sequence[Any], column: str, *, role_key: str, content_key: str, roles: Mapping[str, str]
) -> tuple[Message, ...]:
    """The turns of ``column`` as messages; their order is not looked at here. A function call on its own joins the
    assistant's turn before it.

    Raises:
        Misfit: a turn that is no object, has no known role or no text; ``column`` then says which one.
    """
    messages: list[Message] = []
    for index, turn in enumerate(turns):
        place = f"{column}[{index}]"
        if not isinstance(turn, dict):
            raise Misfit("bad_turn", f"The turn is {kind_of(turn)}, not an object", place)
        if role_key not in turn and turn and all(known_word(key, roles) for key in turn):
            for key in turn:  # {"human": question, "assistant": answer}
                messages.append(_message(turn, key, known_word(key, roles), place, key))
            continue
        said = turn.get(role_key)
        word = known_word(said, roles)
        if not word:
            raise Misfit("bad_role", _unknown_role(said, role_key), f"{place}.{role_key}")
        message = _message(turn, content_key, word, place, content_key)
        if messages and _joins(messages[-1], message):
            joined = messages[-1].tool_calls + message.tool_calls
            messages[-1] = replace(messages[-1], tool_calls=joined)
        else:
            messages.append(message)
    return tuple(messages)


def _joins(before: Message, message: Message) -> bool:
    return before.role == "assistant" == message.role and bool(message.tool_calls) and not message.content


def _message(turn: Mapping[str, Any], key: str, word: str, place: str, name: str) -> Message:
    """One turn: its text, with thoughts that stand beside it, and its function calls."""
    role = ROLES[word]
    content, calls = _content(turn, f"{place}.{name}", key, role)
    if word in _CALLS and not calls:
        content, calls = call_text(content, f"{place}.{name}")
    for other in ("tool_calls", "function_call"):
        if role == "assistant" and turn.get(other) and other != key:
            calls += read_calls(turn[other], f"{place}.{other}")
    thoughts = turn.get("reasoning_content")
    if role == "assistant" and isinstance(thoughts, str) and thoughts.strip() and "</think>" not in content:
        content = _thought(thoughts) + content
    return Message(role, content, calls)


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
        if is_empty_answer(message):
            raise Misfit("empty_answer", "The answer is empty", place)
        previous = message.role
    if not messages:
        raise Misfit("no_turns", "The conversation is empty", column)
    if answered and previous != "assistant":
        raise Misfit(
            "no_answer", f"The conversation ends with a turn of the {previous}, without an answer", column
        )
    return tuple(messages)


def is_empty_answer(message: Message) -> bool:
    """Whether it is a turn of the assistant in which nothing is said or called."""
    return message.role == "assistant" and not message.tool_calls and not message.content.strip()


def with_system(messages: Sequence[Message], system: str) -> tuple[Message, ...]:
    """``messages`` with ``system`` in front, unless they bring their own or there is none."""
    if not system.strip() or (messages and messages[0].role == "system"):
        return tuple(messages)
    return (Message("system", system), *messages)


def turns_of(cells: Cells, name: str, value: Any, *, keys: tuple[str, str]) -> tuple[Message, ...]:
    """A list of turns that stands in the column ``name``, with ``keys`` for role and content."""
    column = cells.column(name)
    turns = parse_list(value, column)
    role_key, content_key = turn_keys(turns, cells.column(keys[0]), cells.column(keys[1]), cells.roles)
    return read_turns(turns, column, role_key=role_key, content_key=content_key, roles=cells.roles)


def conversation(cells: Cells, name: str, *, role_key: str, content_key: str) -> Conversation:
    """The conversation in the list column ``name``, with the columns ``system`` and ``tools`` where present.

    Raises:
        Misfit: the record holds none.
    """
    if cells.get(name) is None:
        cells.text(name, required=True)
    messages = turns_of(cells, name, cells.get(name), keys=(role_key, content_key))
    messages = checked_order(messages, cells.column(name))
    return Conversation(with_system(messages, cells.text("system")), read_tools(cells))


def turn_keys(
    turns: Sequence[Any], role_key: str, content_key: str, roles: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """What the turns call role and content: as asked, else usual words, else the key whose value is a known role
    and the only other one that holds text."""
    first = turns[0] if turns and isinstance(turns[0], dict) else {}
    if role_key in first or content_key in first:
        return role_key, content_key
    usual = [key for key in _ROLE_KEYS if key in first], [key for key in _CONTENT_KEYS if key in first]
    if usual[0] and usual[1]:
        return usual[0][0], usual[1][0]
    words = [key for key, value in first.items() if known_word(value, roles or {})]
    texts = [key for key, value in first.items() if isinstance(value, str | list) and key not in words]
    return (words[0], texts[0]) if len(words) == 1 == len(texts) else (role_key, content_key)


def _unknown_role(said: Any, role_key: str) -> str:
    if said is None:
        return "The turn has no role"
    known = (
        "human, gpt, system, function_call, observation"
        if role_key == "from"
        else "user, assistant, system, tool"
    )
    return f"The role {str(said)[:40]!r} is not known; known are {known}"


def _content(turn: Mapping[str, Any], place: str, key: str, role: Role) -> tuple[str, tuple[JsonObject, ...]]:
    """What a turn says and calls; text is written as it is or in parts."""
    value = turn.get(key)
    if value is None:
        if turn.get("tool_calls") or turn.get("function_call"):
            return "", ()
        raise Misfit("missing_value", "The turn has no text", place)
    if isinstance(value, str):
        return value, ()
    if role == "tool" and isinstance(value, dict | list) and not _is_parts(value):
        return json.dumps(value, ensure_ascii=False), ()
    if not isinstance(value, list):
        raise Misfit("not_text", f"The turn holds {kind_of(value)} where text is needed", place)
    texts: list[str] = []
    calls: list[JsonObject] = []
    for index, part in enumerate(value):
        where = f"{place}[{index}]"
        if isinstance(part, dict) and part.get("type") in _CALLS:
            text = _part_text(part, where)
            calls += read_calls(read_json(text, where, "bad_tool_call"), where)
        else:
            texts.append(_part(part, where, role))
    return "".join(texts), tuple(calls)


def _is_parts(value: Any) -> bool:
    """Whether it is text in parts, not what a function gave back."""
    return isinstance(value, list) and all(isinstance(part, dict) and "type" in part for part in value)


def _part(part: Any, place: str, role: Role) -> str:
    """One part of a turn that is written in parts; pictures and the like leave their placeholder in a question."""
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in MEDIA_PARTS:
        if role == "assistant":
            raise Misfit(
                "needs_media", f"The answer holds a part of type {kind!r}, which cannot be trained", place
            )
        return placeholder(str(kind))
    text = _part_text(part, place)
    return _thought(text) if kind in ("reasoning", "thinking") else text


def _part_text(part: Any, place: str) -> str:
    names = ("text", "value", "content", "thinking")
    text = next((part[name] for name in names if name in part), None) if isinstance(part, dict) else None
    if not isinstance(text, str):
        raise Misfit("not_text", "The part of the turn holds no text", place)
    return text


def _thought(text: str) -> str:
    return f"<think>\n{text.strip()}\n</think>\n\n"
