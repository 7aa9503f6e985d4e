import dataclasses

from engine.data.rows import Message
from engine.data.steps.exact_duplicates import ExactDuplicates


def lines(result):
    return [row.line for row in result.kept], [row.line for row in result.removed]


def test_first_stays(rows):
    made = rows(("q", "a"), ("Q ", " a"), ("q", "b"), ("q", "a"))
    assert lines(ExactDuplicates().apply(made)) == ([1, 3], [2, 4])


def test_options(rows):
    made = rows(("q", "a"), ("Q", "a"), ("q", "a\n\n"), ("q", "b"))
    assert lines(ExactDuplicates(ignore_case=False).apply(made)) == ([1, 2, 4], [3])
    assert lines(ExactDuplicates(ignore_whitespace=False).apply(made)) == ([1, 3, 4], [2])
    assert lines(ExactDuplicates(compare="prompt").apply(made)) == ([1], [2, 3, 4])


def test_where_a_text_ends_matters(rows):
    assert lines(ExactDuplicates().apply(rows(("ab", "c"), ("a", "bc")))) == ([1, 2], [])


def test_other_tools_make_another_row(rows):
    first, second = rows(("q", "a"), ("q", "a"))
    second = dataclasses.replace(second, tools=({"type": "function"},))
    assert lines(ExactDuplicates().apply((first, second))) == ([1, 2], [])


def test_other_rejected_answers_verdicts_and_calls_make_another_row(rows):
    row, same = rows(("q", "a"), ("q", "a"))
    call = {"type": "function", "function": {"name": "f", "arguments": {"x": 1}}}
    calling = (row.messages[0], dataclasses.replace(row.messages[1], tool_calls=(call,)))
    others = (
        dataclasses.replace(row, rejected=(Message("assistant", "b"),)),
        dataclasses.replace(row, rejected=(Message("assistant", "c"),)),
        dataclasses.replace(row, label=True),
        dataclasses.replace(row, label=False),
        dataclasses.replace(row, messages=calling),
    )
    assert len(ExactDuplicates().apply((row, *others)).kept) == 6
    assert len(ExactDuplicates(compare="prompt").apply((row, *others)).kept) == 1
    assert ExactDuplicates().apply((row, same, *others, *others)).removed == (same, *others)
