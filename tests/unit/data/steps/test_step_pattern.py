import time

import pytest
from pydantic import ValidationError

from engine.contract.errors import UserError
from engine.data.steps.pattern import Pattern


def lines(rows, **options):
    made = rows(("Todo later", "done"), ("q", "# TODO"), ("q", "line one\nhttps://x.org\nend"))
    return [row.line for row in Pattern(**options).apply(made).kept]


def test_where_and_what(rows):
    assert lines(rows, pattern=r"\btodo\b") == [3]
    assert lines(rows, pattern=r"\btodo\b", where="answer") == [1, 3]
    assert lines(rows, pattern=r"\btodo\b", where="prompt") == [2, 3]
    assert lines(rows, pattern=r"\bTODO\b", ignore_case=False) == [1, 3]
    assert lines(rows, pattern=r"^\s*https?://\S+\s*$", action="keep") == [3]
    assert lines(rows, pattern="") == [1, 2, 3]


def test_a_pattern_without_end_is_ended(rows):
    started = time.monotonic()
    with pytest.raises(UserError, match=r"file, line 2: the pattern '\(a\+\)\+\$' needs more than 0.1 s"):
        Pattern(pattern="(a+)+$", limit_s=0.1).apply(rows(("q", "fine"), ("q", "a" * 5000 + "!")))
    assert time.monotonic() - started < 30


def test_what_is_no_pattern_is_refused_at_once():
    with pytest.raises(ValidationError, match="no valid regular expression"):
        Pattern(pattern="(unclosed")
