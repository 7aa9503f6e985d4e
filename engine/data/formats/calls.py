"""Function calls and function descriptions in whatever form a file has them, brought to OpenAI's."""

import json
from typing import Any

from engine.data.encoding import is_damaged
from engine.data.formats.base import Cells, Misfit
from engine.data.rows import MAX_DEPTH, JsonObject


def read_calls(value: Any, place: str) -> tuple[JsonObject, ...]:
    """One call or a list of them as ``{"type": "function", "function": {"name", "arguments": {...}}}`` each.

    Raises:
        Misfit: a call names no function, or its arguments are no object.
    """
    made = []
    for call in value if isinstance(value, list) else [value]:
        inner = call.get("function", call) if isinstance(call, dict) else None
        name = inner.get("name") if isinstance(inner, dict) else None
        if not isinstance(name, str) or not name or not isinstance(inner, dict):
            raise Misfit("bad_tool_call", "The function call names no function", place)
        arguments = inner.get("arguments", inner.get("parameters"))
        if isinstance(arguments, str):
            arguments = read_json(arguments, place, "bad_tool_call") if arguments.strip() else {}
        if not isinstance(arguments, dict | None):
            raise Misfit("bad_tool_call", "The arguments of the function call are no object", place)
        made.append({"type": "function", "function": {"name": name, "arguments": arguments or {}}})
    if not made:
        raise Misfit("bad_tool_call", "The function call names no function", place)
    return tuple(made)


def call_text(text: str, place: str) -> tuple[str, tuple[JsonObject, ...]]:
    """A turn that is a function call as JSON text, after thoughts where it begins with some: thoughts, calls."""
    thoughts, found, rest = text.partition("</think>")
    if found and text.lstrip().startswith("<think>"):
        return f"{thoughts}{found}", read_calls(read_json(rest, place, "bad_tool_call"), place)
    return "", read_calls(read_json(text, place, "bad_tool_call"), place)


def read_tools(cells: Cells) -> tuple[JsonObject, ...]:
    """The column ``tools`` in the form of chat templates: ``{"type": "function", "function": {...}}`` each.

    Raises:
        Misfit: it is there but no list of objects.
    """
    value, column = cells.get("tools"), cells.column("tools")
    if value is None or (isinstance(value, str) and not value.strip()):
        return ()
    if isinstance(value, str):
        value = read_json(value, column, "bad_tools")
    if isinstance(value, dict) and ("function" in value or "name" in value):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Misfit("bad_tools", "The tools are no list of objects", column)
    return tuple(item if "function" in item else {"type": "function", "function": item} for item in value)


def read_json(text: str, column: str, code: str) -> Any:
    """``text`` as JSON of bounded depth.

    Raises:
        Misfit: it is none; ``code`` says what for.
    """
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
