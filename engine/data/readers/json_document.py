"""JSON: an array of objects, or an object that holds such an array under one of its keys."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.contract.results import Rejection
from engine.data.encoding import open_text
from engine.data.readers.base import Item, Reader, checked, json_problem, too_deep
from engine.data.readers.json_stream import JsonStream, TooLarge
from engine.data.rows import reject

_TURN_KEYS = ({"from", "value"}, {"role", "content"})


class Json(Reader):
    """Reads ``.json`` row by row; the line of a row is the line of its opening brace."""

    format = "json"
    extensions = (".json",)

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Takes its own extension, and any text that begins like a JSON document."""
        if suffix in cls.extensions:
            return 0.8
        start = text.lstrip()[:1]
        return 0.6 if start and start in "[{" else 0.0

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """The elements of the array, or of the list of rows inside the object, or else the object itself."""
        with open_text(path, encoding) as file:
            key = _key_of_rows(JsonStream(file)) if _starts_with(path, encoding, "{") else None
        with open_text(path, encoding) as file:
            stream = JsonStream(file)
            start = stream.peek()
            if start == "{" and key is not None:
                _walk_to(stream, key)
                yield from _elements(stream)
            elif start == "[":
                yield from _elements(stream)
            elif start:
                yield from _values(stream)


def _starts_with(path: Path, encoding: str, char: str) -> bool:
    with open_text(path, encoding) as file:
        return JsonStream(file).peek() == char


def _values(stream: JsonStream) -> Iterator[Item]:
    """Values one after the other without a list around them: usually a single one. What follows a text that begins
    like no row is not searched for rows."""
    while char := stream.peek():
        item, going_on = _next(stream)
        yield item
        if not going_on or (isinstance(item, Rejection) and char not in "[{"):
            return


def _elements(stream: JsonStream) -> Iterator[Item]:
    """The elements of the array at the cursor; after a broken one reading goes on at the next row's beginning."""
    stream.skip()
    while (char := stream.peek()) != "]":
        if not char:
            yield reject(stream.line, "bad_json", "The file ends before its list does")
            return
        item, going_on = _next(stream)
        yield item
        if not going_on:
            return
        if stream.peek() == ",":
            stream.skip()


def _next(stream: JsonStream) -> tuple[Item, bool]:
    """The row at the cursor or why it is none, and whether there is a way on to the next one."""
    line, indent = stream.line, stream.indent()
    try:
        value = stream.value()
    except RecursionError:
        return too_deep(line), stream.skip_value()
    except TooLarge as error:
        return reject(line, "too_large", f"Reading stops here: {error}"), False
    except ValueError as error:
        going_on = stream.skip_value() if indent is None else stream.resume(indent)
        return json_problem(line, error), going_on
    return checked(line, value), True


def _key_of_rows(stream: JsonStream) -> str | None:
    """The first key whose value is a list of objects that are rows, not the turns of one conversation."""
    try:
        for key in _keys(stream):
            if stream.peek() != "[":
                stream.value()
                continue
            stream.skip()
            if stream.peek() == "{" and not _is_turn(stream.value()):
                return key
            while (char := stream.peek()) != "]":  # the rest of a list that is no list of rows
                if not char:
                    return None
                stream.skip() if char == "," else stream.value()
            stream.skip()
    except (ValueError, RecursionError):
        return None
    return None


def _walk_to(stream: JsonStream, wanted: str) -> None:
    for key in _keys(stream):
        if key == wanted and stream.peek() == "[":
            return
        stream.value()


def _keys(stream: JsonStream) -> Iterator[str]:
    """The keys of the object at the cursor, each time with the cursor on the value; the caller steps over it."""
    stream.peek()
    stream.skip()
    while stream.peek() == '"':
        key = stream.value()
        if stream.peek() != ":":
            return
        stream.skip()
        stream.peek()
        yield str(key)
        if stream.peek() != ",":
            return
        stream.skip()


def _is_turn(value: Any) -> bool:
    return isinstance(value, dict) and any(keys <= value.keys() for keys in _TURN_KEYS)
