"""The recipe draft as a plain document: setting by dotted path, filling in defaults, undo and redo. Pure."""

import copy
import re
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
HISTORY_KEPT = 2000

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def split_path(path: str) -> list[str | int]:
    """``data.sources[0].path`` as its parts; a bare number is an index too."""
    parts: list[str | int] = []
    for match in _PART.finditer(path):
        name = match.group(1)
        parts.append(int(match.group(2)) if name is None else int(name) if name.isdigit() else name)
    return parts


def get_value(document: Document, path: str) -> Any:
    """The value at a dotted path, or None."""
    place: Any = document
    for part in split_path(path):
        try:
            place = place[part]
        except (KeyError, IndexError, TypeError):
            return None
    return place


def with_value(document: Document, path: str, value: Any) -> Document:
    """A copy of ``document`` with one value set; missing sections are made.

    Raises:
        KeyError: the path leads through something that is no section.
    """
    result = copy.deepcopy(document)
    *parents, last = split_path(path)
    place: Any = result
    for part in parents:
        if isinstance(place, dict) and isinstance(part, str):
            if not isinstance(place.get(part), dict | list):
                place[part] = {}
            place = place[part]
        elif isinstance(place, list) and isinstance(part, int) and part < len(place):
            place = place[part]
        else:
            raise KeyError(path)
    if isinstance(place, list) and not (isinstance(last, int) and last < len(place)):
        raise KeyError(path)
    place[last] = copy.deepcopy(value)
    return result


def completed(document: Document, default: Document) -> Document:
    """``document`` with what it lacks taken from ``default``.

    A section of another ``kind`` than the default's is left alone: its defaults are other ones. Names that the
    default does not know are dropped where the default is complete (an option of an older version).
    """
    result: Document = {}
    for name, standard in default.items():
        own = document.get(name, standard)
        if isinstance(standard, dict) and isinstance(own, dict) and standard:
            if "kind" in standard and own.get("kind", standard["kind"]) != standard["kind"]:
                result[name] = copy.deepcopy(own)
            else:
                result[name] = completed(own, standard)
        else:
            result[name] = copy.deepcopy(own)
    return result


def variant_defaults(schema: Mapping[str, Any], section: str, kind: str) -> Document | None:
    """The options of one method or objective with their defaults, read from the recipe's JSON Schema.

    None when the schema has no such variant in ``section``.
    """
    for name in _definitions(schema.get("properties", {}).get(section, {})):
        definition = schema.get("$defs", {}).get(name, {})
        properties = definition.get("properties", {})
        tag = properties.get("kind", {})
        if kind in (tag.get("const"), tag.get("default")):
            values = {
                key: copy.deepcopy(item["default"]) for key, item in properties.items() if "default" in item
            }
            return {**values, "kind": kind}
    return None


def title_at(schema: Mapping[str, Any], path: str) -> str:
    """What the recipe's JSON Schema calls the option at a dotted path; "" where it does not know it."""
    titles = [str(place.get("title", "")) for place in _places(schema, path)]
    return next((title for title in reversed(titles) if title), "")


def place_at(schema: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """What the recipe's JSON Schema says of the option at a dotted path; empty where it does not know it."""
    *_, place = _places(schema, path)
    return place


def _places(schema: Mapping[str, Any], path: str) -> list[Mapping[str, Any]]:
    place: Mapping[str, Any] = schema
    found: list[Mapping[str, Any]] = [{}]
    for part in split_path(path):
        target = _resolved(schema, place)
        inner = (
            target.get("items", {}) if isinstance(part, int) else target.get("properties", {}).get(part, {})
        )
        place = inner if isinstance(inner, Mapping) else {}
        found.append(place)
    return found


def _resolved(schema: Mapping[str, Any], place: Any) -> Mapping[str, Any]:
    names = [] if "properties" in place or "items" in place else _definitions(place)
    found: Mapping[str, Any] = schema.get("$defs", {}).get(names[0], {}) if len(names) == 1 else place
    return found


def _definitions(node: Any) -> list[str]:
    """Names of the definitions a schema node refers to."""
    if isinstance(node, dict):
        found = [str(node["$ref"]).rsplit("/", 1)[-1]] if "$ref" in node else []
        return found + [name for value in node.values() for name in _definitions(value)]
    return [name for item in node for name in _definitions(item)] if isinstance(node, list) else []


class History:
    """What the document was, for undo and redo, and what each step was called. Edits of one path in a row are one
    step."""

    def __init__(self) -> None:
        self._past: list[tuple[Document, str]] = []
        self._future: list[tuple[Document, str]] = []
        self._path = ""

    def record(self, document: Document, path: str = "", *, what: str = "") -> None:
        """Keep ``document`` as what it was before a change of ``path`` ("" is always a step of its own)."""
        if path and path == self._path and self._past:
            self._future.clear()
            return
        self._past = [*self._past, (document, what)][-HISTORY_KEPT:]
        self._future.clear()
        self._path = path

    def pause(self) -> None:
        """The next change is a new step, whatever its path."""
        self._path = ""

    @property
    def undo_name(self) -> str | None:
        """What undoing would take back; None at the beginning."""
        return self._past[-1][1] if self._past else None

    @property
    def redo_name(self) -> str | None:
        """What redoing would bring back; None when nothing was undone."""
        return self._future[-1][1] if self._future else None

    def undo(self, current: Document) -> Document | None:
        """The document before the last step, None at the beginning."""
        if not self._past:
            return None
        self._path = ""
        document, what = self._past.pop()
        self._future.append((current, what))
        return document

    def redo(self, current: Document) -> Document | None:
        """The document that was undone, None when nothing was."""
        if not self._future:
            return None
        self._path = ""
        document, what = self._future.pop()
        self._past.append((current, what))
        return document
