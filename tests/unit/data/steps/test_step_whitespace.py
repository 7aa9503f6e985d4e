import pytest

from engine.data.steps.whitespace import Whitespace


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  a  ", "a"),
        ("a \t\nb", "a\nb"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\u00a0b\u200b\ufeff", "a b"),
        ("def f():\n    return 1", "def f():\n    return 1"),
        ("a  |  b", "a  |  b"),
        ("你好\u3000世界", "你好\u3000世界"),
    ],
)
def test_tidied(rows, texts, before, after):
    result = Whitespace().apply(rows((before, "answer")))
    assert texts(result.kept) == [(after, "answer")]
    assert result.changed == (before != after)


def test_options(rows, texts):
    made = rows(("a   b\n\n\nc", "x\u00a0y"))
    assert texts(Whitespace(single_blanks=True).apply(made).kept)[0][0] == "a b\n\nc"
    assert texts(Whitespace(max_empty_lines=0).apply(made).kept)[0][0] == "a   b\nc"
    assert texts(Whitespace(odd_spaces=False).apply(made).kept)[0][1] == "x\u00a0y"


def test_an_answer_is_never_emptied(rows, texts):
    made = rows(("q", " \u200b "))
    assert Whitespace().apply(made).kept == made
