import dataclasses

import pytest
from pydantic import ValidationError

from engine.contract.errors import UserError
from engine.data.steps.expression import Expression


def test_keep_and_remove(rows):
    made = rows(("q", "short"), ("q", "a much longer answer"))
    kept = Expression(condition="answer_chars > 10").apply(made)
    assert [row.line for row in kept.kept] == [2] and [row.line for row in kept.removed] == [1]
    assert [
        row.line for row in Expression(condition="answer_chars > 10", action="remove").apply(made).kept
    ] == [1]
    assert Expression().apply(made).kept == made


def test_columns_of_the_file(rows):
    first, second, third = rows(("q", "a"), ("q", "b"), ("q", "c"))
    made = (
        dataclasses.replace(first, raw={"score": "2"}),
        dataclasses.replace(second, raw={"score": "10"}),
        third,
    )
    assert [row.line for row in Expression(condition="score >= 5").apply(made).kept] == [2]
    with pytest.raises(UserError, match="'scroe'"):
        Expression(condition="scroe >= 5").apply(made)
    assert not Expression(condition="scroe >= 5").apply(()).kept


def test_what_is_no_condition_is_refused_at_once():
    with pytest.raises(ValidationError, match="not understood"):
        Expression(condition="__import__('os')")
