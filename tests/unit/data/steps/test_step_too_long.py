from engine.data.rows import Message, Row
from engine.data.steps.too_long import TooLong


def test_characters_of_all_turns_count(rows):
    result = TooLong(max_chars=10).apply(rows(("12345", "12345"), ("12345", "123456")))
    assert [row.line for row in result.kept] == [1]
    assert [row.line for row in result.removed] == [2]


def test_turns():
    talk = Row("file", 1, (Message("system", "s"), *[Message("user", "q"), Message("assistant", "a")] * 2))
    assert TooLong(max_turns=4).apply((talk,)).kept == (talk,)
    assert TooLong(max_turns=3).apply((talk,)).removed == (talk,)
