import dataclasses

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
