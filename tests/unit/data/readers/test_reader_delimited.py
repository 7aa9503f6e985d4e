"""CSV and TSV: delimiters, quotes over lines, damage."""

import pytest

from engine.data.readers import delimited
from engine.data.rows import Record


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(write, read, delimiter):
    text = (
        delimiter.join(["q", "a"])
        + "\n"
        + delimiter.join(["one, or two?", "two. Yes"]).replace(", ", " ")
        + "\n"
    )
    items = read(write("a.csv", text + text.splitlines()[1] + "\n"))
    assert [set(item.fields) for item in items] == [{"q", "a"}] * 2


def test_quoted_line_breaks_and_lines(write, read):
    items = read(write("a.csv", 'q,a\n"two\nlines","say ""hi"""\n\nx,y\n'))
    assert [item.line for item in items] == [2, 5]
    assert items[0].fields == {"q": "two\nlines", "a": 'say "hi"'}


def test_commas_in_quotes_do_not_mislead(write, read):
    (item,) = read(write("a.csv", 'q;a\n"a, b, c, d";"e, f"\n'))
    assert item.fields == {"q": "a, b, c, d", "a": "e, f"}


def test_wrong_number_of_cells(write, read):
    items = read(write("a.csv", "q,a\n1,2\n1,2,3\n1\n4,5\n"))
    assert [getattr(item, "code", None) for item in items] == [None, "cell_count", "cell_count", None]
    assert items[1].reason == "The row has 3 cells, the header 2"


def test_a_quote_never_closed_does_not_swallow_the_rest(write, read):
    items = read(write("a.csv", 'q,a\n1,2\n"3,4\n5,6\n7,8\n'))
    assert [(item.line, isinstance(item, Record)) for item in items] == [
        (2, True),
        (3, False),
        (4, True),
        (5, True),
    ]
    assert "never closed" in items[1].reason


def test_text_after_a_closing_quote(write, read):
    items = read(write("a.csv", 'q,a\n"1"x,2\n3,4\n'))
    assert [getattr(item, "code", None) for item in items] == ["bad_csv", None]


def test_oversized_cell(write, read, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_CELL_CHARS", 50)
    items = read(write("a.csv", "q,a\n" + "x" * 60 + ",2\n3,4\n"))
    assert [getattr(item, "code", None) for item in items] == ["bad_csv", None]


def test_header_names_are_made_unique(write, read):
    (item,) = read(write("a.csv", "\ufeffq,q,,a \n1,2,3,4\n"))
    assert item.fields == {"q": "1", "q_2": "2", "column_3": "3", "a": "4"}


def test_header_only(write, read):
    assert read(write("a.csv", "q,a\n")) == []
    assert read(write("b.tsv", "")) == []
