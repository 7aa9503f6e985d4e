"""JSON Lines: one object a line; a bad line costs that line only."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from engine.contract.results import Rejection
from engine.data.encoding import open_text
from engine.data.lines import read_blocks
from engine.data.readers.base import DECODER, Item, Reader, checked, json_problem, too_deep
from engine.data.rows import MAX_RECORD_CHARS, reject


class JsonLines(Reader):
    """Reads ``.jsonl``, ``.ndjson``, and ``.json`` files that hold one object a line."""

    format = "jsonl"
    extensions = (".jsonl", ".ndjson")
    finds_encoding = True

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Sure of its own extensions unless the content is one JSON array; takes others by their first lines."""
        lines = [line for line in text.split("\n", 20) if line.strip()]
        several = len(lines) > 1 and _whole(lines[0]) and not re.match(r"\s*[\]},]", lines[1])
        if suffix in cls.extensions:
            return 0.9 if several or not _spread_out(lines) else 0.5
        if several:
            return 0.85
        if suffix == ".json" and len(lines) > 2 and not _spread_out(lines):  # the first line is damaged
            return 0.85 if any(line.startswith("{") and _whole(line) for line in lines[1:-1]) else 0.0
        return 0.0

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item for each line that is not blank."""
        if encoding in ("utf-8", "utf-8-sig"):
            for block in read_blocks(path):
                if block.too_long:
                    yield too_long(block.number)
                for number, line in block.lines():
                    if line.strip():
                        yield parse_line(number, line)
            return
        with open_text(path, encoding) as file:
            for number, text in _bounded_lines(file):
                if text is None:
                    yield too_long(number)
                elif text.strip():
                    yield _parse(number, text)


def parse_line(number: int, line: bytes) -> Item:
    """One line of UTF-8 as a record, or why it is none."""
    if len(line) > MAX_RECORD_CHARS:
        return too_long(number)
    return _parse(number, line.decode("utf-8", "surrogateescape"))


def too_long(number: int) -> Rejection:
    """The rejection of a line that is too long to be held."""
    return reject(number, "too_large", f"The line is longer than {MAX_RECORD_CHARS:,} characters")


def _parse(number: int, line: str) -> Item:
    try:
        return checked(number, DECODER.decode(line))
    except RecursionError:
        return too_deep(number)
    except ValueError as error:
        return json_problem(number, error, line)


def _bounded_lines(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Numbered lines; None for one that is too long to hold."""
    number = 0
    while line := file.readline(MAX_RECORD_CHARS):
        number += 1
        if line.endswith("\n") or len(line) < MAX_RECORD_CHARS:
            yield number, line
            continue
        while (rest := file.readline(MAX_RECORD_CHARS)) and not rest.endswith("\n"):
            pass
        yield number, None


def _whole(line: str) -> bool:
    """Whether ``line`` alone is a complete object or list."""
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _spread_out(lines: list[str]) -> bool:
    """Whether the text looks like one document over many lines: it begins with a list or a lone brace."""
    return bool(lines) and (lines[0].lstrip().startswith("[") or lines[0].strip() == "{")
