"""Converts one record with the format that detection chooses."""

from typing import Any

import pytest

from engine.data.rows import Record, Row
from engine.data.store import formats


@pytest.fixture
def detect():
    """Family, confidence and mapping of a few records."""

    def run(*records: dict[str, Any], given: dict[str, str] | None = None, **told: dict[str, str]):
        columns = list(dict.fromkeys(name for record in records for name in record))
        found = {name: item.detect(columns, records, given, **told) for name, item in formats().items()}
        family = max(found, key=lambda name: found[name].confidence)
        return family, found[family].confidence, found[family].mapping

    return run


@pytest.fixture
def make_row():
    """The row (or rejection) that the named format, or the detected one, makes of a record."""

    def run(family: str, record: dict[str, Any], given: dict[str, str] | None = None, **told: dict[str, str]):
        chosen = formats()[family]
        mapping = chosen.detect(list(record), [record], given, **told).mapping
        return chosen.row("file", Record(7, record), mapping, **told)

    return run


@pytest.fixture
def convert(make_row):
    """(role, content) pairs of a record, or (code, column) of its rejection."""

    def run(*args: Any, **told: dict[str, str]):
        result = make_row(*args, **told)
        if isinstance(result, Row):
            return [(item.role, item.content) for item in result.messages]
        assert result.line == 7 and result.reason
        return result.code, result.column

    return run
