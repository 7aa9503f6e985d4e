"""CSV and TSV: delimiters, quotes over lines, damage."""

import pytest

from engine.contract.errors import UserError
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


def test_a_declared_delimiter_is_taken_and_its_line_is_no_row(write, read):
    (item,) = read(write("a.csv", "sep=|\nq|a\none, two, three|b\n"))
    assert (item.line, item.fields) == (3, {"q": "one, two, three", "a": "b"})


def test_rows_that_never_end_are_not_read_again_and_again(write, read, monkeypatch):
    monkeypatch.setattr(delimited, "_REREAD_CHARS", 56)
    items = read(write("a.csv", "q,a\n" + 'x","\n' * 12))
    assert {item.code for item in items} == {"bad_csv"}
    assert len(items) == 2  # the first was given back and read again, the second takes all that is left


def test_a_row_over_too_many_lines_is_given_up(write, read, monkeypatch):
    monkeypatch.setattr(delimited, "_MAX_LINES", 3)
    items = read(write("a.csv", 'q,a\n"1\n2\n3\n4",5\n6,7\n'))
    assert [(item.line, getattr(item, "code", None)) for item in items][-1] == (6, None)
    assert "too many lines" in items[0].reason


def test_more_cells_than_memory_are_not_split(write, read, monkeypatch):
    monkeypatch.setattr(delimited, "_MAX_CELLS", 10)
    items = read(write("a.csv", "q,a\n" + "," * 50 + "\n1,2\n"))
    assert [getattr(item, "reason", None) for item in items] == ["The row has more than 10 cells", None]


def test_a_line_too_long_to_hold_costs_that_line_only(write, read, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_RECORD_CHARS", 30)
    items = read(write("a.csv", 'q,a\n"' + "x" * 100 + '",2\n3,4\n'))
    assert [(item.line, getattr(item, "code", None)) for item in items] == [(2, "bad_csv"), (3, None)]


def test_a_header_of_a_million_columns_is_refused(write, read):
    with pytest.raises(UserError, match="10,000 at most"):
        read(write("a.csv", ",".join("c" * 1_000_000) + "\n1\n"))
