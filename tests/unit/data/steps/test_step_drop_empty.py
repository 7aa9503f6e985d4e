from engine.data.steps.drop_empty import DropEmpty


def test_short_answers_and_empty_questions_go(rows):
    result = DropEmpty(min_answer_chars=3).apply(
        rows(("q", "abc"), ("q", " ab "), ("  ", "abcd"), ("q", "abcd"))
    )
    assert [row.line for row in result.kept] == [1, 4]
    assert [row.line for row in result.removed] == [2, 3]
    assert result.changed == 0
