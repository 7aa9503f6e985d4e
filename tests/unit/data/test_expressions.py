import pytest

from engine.data.expressions import ExpressionError, parse
from engine.data.rows import Message, Row

ROW = Row(
    "shop.csv",
    7,
    (
        Message("system", "Be kind."),
        Message("user", "What is bread?"),
        Message("assistant", "Bread is baked dough."),
    ),
    label=True,
    raw={"score": "4.5", "tags": ["food", "home"], "empty": None, "n": 3, "odd name": "x", "chars": 1},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("answer_chars == 21 and turns == 2", True),
        ("answer_chars > 40 or prompt_chars < 5", False),
        ('language == "en"', True),
        ('language in ("de", "fr")', False),
        ('"bread" in lower(answer) and not "butter" in answer', True),
        ('startswith(prompt, "What") and endswith(prompt, "?")', True),
        ("score > 4", True),
        ("score == 4.5", True),
        ("4 < score <= 4.5", True),
        ('"food" in tags and len(tags) == 2', True),
        ("empty is None", True),
        ("empty > 1", False),
        ("empty < 1", False),
        ("nowhere == 3", False),
        ('column("odd name") == "x"', True),
        ("chars == 1", True),
        ("n * 2 + 1 == 7 and n / 2 == 1.5 and n % 2 == 1 and -n < 0", True),
        ("n / 0 > 1", False),
        ("n > 'x'", False),
        ("answer > 3", False),
        ("label", True),
        ("label == True and line == 7 and source == 'shop.csv'", True),
        ("words > 6 and n not in [1, 2]", True),
        ("tags is not None and empty != 1", True),
    ],
)
def test_conditions(text, expected):
    assert parse(text).holds(ROW) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "answer_chars >",
        "x = 3",
        "__import__('os').system('true')",
        "answer.__class__",
        "(lambda: 1)()",
        "[x for x in answer]",
        "open('f')",
        "n ** 9",
        "'a' if n else 'b'",
        "f'{n}'",
        "len(answer, 2)",
        "lower(*answer)",
        "column(n)",
        "9999999999999999999 > 1",
        "1e999 > 1",
        "b'x' == n",
        "n << 3",
        "~n",
        "answer[0]",
        "(" * 500 + "n" + ")" * 500,
        "-" * 1500 + "n",
        "n" + "+n" * 900,
        "n == '" + "x" * 3000 + "'",
        "n == '\x00'",
        "yield",
        "n := 3",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_texts_cannot_be_multiplied():
    assert parse("answer * 1000000 is None").holds(ROW)


def test_names_that_only_some_files_have():
    assert parse('score > 3 and chars > 2 and column("odd name") == 1').names == {"score", "odd name"}
