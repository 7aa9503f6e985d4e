"""Rows in one line."""

import pytest

from engine.data.rows import Message, Row


@pytest.fixture
def rows():
    """Rows of (question, answer), numbered from 1."""

    def make(*pairs: tuple[str, str]) -> tuple[Row, ...]:
        return tuple(
            Row("file", line, (Message("user", question), Message("assistant", answer)))
            for line, (question, answer) in enumerate(pairs, start=1)
        )

    return make


@pytest.fixture
def texts():
    """(question, answer) pairs of rows."""
    return lambda kept: [tuple(item.content for item in row.messages) for row in kept]
