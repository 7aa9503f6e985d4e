"""What every reader is: one file type, read row by row with the line where each row begins."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from engine.contract.results import Rejection
from engine.data.encoding import is_damaged
from engine.data.rows import DECODER as DECODER
from engine.data.rows import MAX_CELL_CHARS, MAX_DEPTH, Record, reject

MAX_NAME_CHARS = 1_000  # of a column
Item = Record | Rejection


class Reader(ABC):
    """Base of the readers. ``score`` and ``read`` are all a new file type needs."""

    format: ClassVar[str]
    extensions: ClassVar[tuple[str, ...]]
    binary: ClassVar[bool] = False
    finds_encoding: ClassVar[bool] = (
        False  # notices by itself when the beginning of a file promised another one
    )

    @classmethod
    @abstractmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """How well this reader fits a file, 0 to 1. ``head``: its first 64 KiB; ``text``: the same, decoded."""

    def delimiter(self, path: Path, encoding: str) -> str:
        """What stands between the cells of a table; "" for any other type."""
        return ""

    @abstractmethod
    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """Every row of the file in order, as a record or as the reason why it is none."""


def checked(line: int, value: Any) -> Item:
    """A decoded row as a record, or why it cannot be one: no object, a huge cell, nested too deep, bad bytes."""
    if not isinstance(value, dict):
        return reject(line, "not_an_object", f"The row is {kind_of(value)}, not an object with named columns")
    stack: list[tuple[Any, int, str]] = [(item, 1, str(name)) for name, item in value.items()]
    for name in value:
        if is_damaged(str(name)):
            return reject(line, "bad_encoding", "A column's name holds bytes that are no valid text")
        if len(name) > MAX_NAME_CHARS:
            return reject(line, "too_large", f"A column's name is longer than {MAX_NAME_CHARS:,} characters")
    while stack:
        item, depth, column = stack.pop()
        if isinstance(item, str):
            if len(item) > MAX_CELL_CHARS:
                return reject(
                    line,
                    "too_large",
                    f"The cell holds {len(item):,} characters; {MAX_CELL_CHARS:,} at most",
                    column,
                )
            if "\0" in item:
                return reject(
                    line, "null_character", "The cell holds a null character, which no text has", column
                )
            if is_damaged(item):
                return reject(line, "bad_encoding", "The cell holds bytes that are no valid text", column)
        elif isinstance(item, dict | list):
            if depth >= MAX_DEPTH:
                return too_deep(line, column)
            parts = item.items() if isinstance(item, dict) else enumerate(item)
            stack.extend((part, depth + 1, column) for _, part in parts)
    return Record(line, value)


def too_deep(line: int, column: str | None = None) -> Rejection:
    """The rejection of a row whose brackets nest deeper than anything meant for training."""
    return reject(line, "too_deep", f"The row is nested more than {MAX_DEPTH} levels deep", column)


def json_problem(line: int, error: ValueError, text: str = "") -> Rejection:
    """A row that is no JSON, in words: what is wrong and at which character."""
    if text and is_damaged(text):
        return reject(line, "bad_encoding", "The row holds bytes that are no valid text")
    if not isinstance(error, json.JSONDecodeError):
        return reject(line, "bad_json", f"The row is no valid JSON: {str(error).split(';')[0]}")
    return reject(
        line, "bad_json", f"The row is no valid JSON: {error.msg.lower()} at character {error.pos + 1}"
    )


def kind_of(value: Any) -> str:
    """The JSON type of ``value`` with its article, for sentences."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a true/false value"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    return f"a {type(value).__name__}"
