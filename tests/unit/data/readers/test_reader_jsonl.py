"""JSON Lines: every line counts for itself."""

from engine.data.readers import base, jsonl
from engine.data.readers.choose import open_dataset
from engine.data.rows import Record


def test_bad_lines_are_rejected_with_their_number(write, read):
    path = write("a.jsonl", '{"a": 1}\n\nnot json\r\n[1]\n{"a": 2}\n{"a": "cut')
    items = read(path)
    assert [item.line for item in items] == [1, 3, 4, 5, 6]
    assert [isinstance(item, Record) for item in items] == [True, False, False, True, False]
    assert [item.code for item in items if not isinstance(item, Record)] == [
        "bad_json",
        "not_an_object",
        "bad_json",
    ]


def test_other_line_separators_do_not_end_a_line(write, read):
    (item,) = read(write("a.jsonl", '{"a": "one\u2028two\x85three"}\n'))
    assert item.fields == {"a": "one\u2028two\x85three"}


def test_deep_lines(write, read):
    items = read(
        write(
            "a.jsonl",
            '{"a": ' + "[" * 200_000 + "]" * 200_000 + '}\n{"a": ' + "[" * 70 + "]" * 70 + '}\n{"a": 1}',
        )
    )
    assert [getattr(item, "code", None) for item in items] == ["too_deep", "too_deep", None]


def test_long_line_is_skipped(write, read, monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_RECORD_CHARS", 40)
    items = read(write("a.jsonl", '{"a": "' + "x" * 100 + '"}\n{"a": 1}\n'))
    assert [(item.line, getattr(item, "code", None)) for item in items] == [(1, "too_large"), (2, None)]


def test_huge_cell_is_named(write, read, monkeypatch):
    monkeypatch.setattr(base, "MAX_CELL_CHARS", 10)
    (item,) = read(write("a.jsonl", '{"good": "x", "big": ["y", "' + "x" * 11 + '"]}\n'))
    assert (item.code, item.column) == ("too_large", "big")


def test_bad_bytes_cost_their_line_only(write, read):
    items = read(write("a.jsonl", '{"a": "好的"}\n'.encode() + b'{"a": "\xff\xfe"}\n{"\xff": 1}\n{"a": 1}\n'))
    assert [getattr(item, "code", None) for item in items] == [None, "bad_encoding", "bad_encoding", None]


def test_an_array_under_the_name_of_json_lines(write):
    assert open_dataset(write("a.jsonl", '[\n {"a": 1}\n]')).reader.format == "json"
    assert open_dataset(write("b.jsonl", "[1, 2]\n{}\n")).reader.format == "jsonl"
