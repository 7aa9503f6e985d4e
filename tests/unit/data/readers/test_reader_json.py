"""JSON documents: exact lines, nested lists, and damage that costs one row only."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.results import Rejection
from engine.data.readers import json_stream
from engine.data.readers.json_stream import JsonStream
from engine.data.rows import MAX_DEPTH, Record


def lines(items):
    return [item.line for item in items]


def test_line_is_that_of_the_opening_brace(write, read):
    path = write("a.json", '[\n\n  {"a": "x\\ny",\n   "b": 2},\n  {"a": 3}, {"a": 4}\n]\n')
    items = read(path)
    assert lines(items) == [3, 5, 5]
    assert items[0].fields == {"a": "x\ny", "b": 2}


def test_list_nested_under_a_key(write, read):
    path = write(
        "a.json",
        '{"version": "1", "tags": ["x", "y"],\n "data": [\n  {"q": 1},\n  {"q": 2}\n ],\n "end": {}}',
    )
    items = read(path)
    assert [item.fields for item in items] == [{"q": 1}, {"q": 2}]
    assert lines(items) == [3, 4]


def test_a_single_conversation_is_one_row(write, read):
    path = write(
        "a.json", '{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}'
    )
    (item,) = read(path)
    assert list(item.fields) == ["conversations"]


def test_empty_documents(write, read):
    assert read(write("a.json", "[]")) == []
    assert read(write("b.json", "")) == []
    assert read(write("c.json", " \n[ ]\n")) == []


def test_what_is_no_object_is_rejected_and_reading_goes_on(write, read):
    items = read(write("a.json", '[1, "two", null, [3],\n{"a": 1}]'))
    assert [type(item) for item in items] == [Rejection] * 4 + [Record]
    assert {item.code for item in items[:4]} == {"not_an_object"}
    assert "a number" in items[0].reason and "text" in items[1].reason and "null" in items[2].reason


def test_broken_row_in_an_indented_file_costs_that_row_only(write, read):
    path = write("a.json", '[\n  {"a": 1},\n  {"a": "un"quoted"},\n  {"a": 3}\n]')
    items = read(path)
    assert lines(items) == [2, 3, 4]
    assert items[1].code == "bad_json" and items[2].fields == {"a": 3}


def test_broken_value_on_one_line_costs_that_row_only(write, read):
    items = read(write("a.json", '[{"a": 1}, {"a": tru}, {"a": 3}]'))
    assert [isinstance(item, Record) for item in items] == [True, False, True]


def test_torn_end(write, read):
    items = read(write("a.json", '[\n  {"a": 1},\n  {"a": "the download st'))
    assert [item.line for item in items] == [2, 3]
    assert items[1].code == "bad_json"
    assert read(write("b.json", '[{"a": 1},'))[-1].reason == "The file ends before its list does"


def test_trailing_comma_and_missing_comma_lose_nothing(write, read):
    assert len(read(write("a.json", '[{"a": 1}, {"a": 2},]'))) == 2
    assert [item.fields["a"] for item in read(write("b.json", '[{"a": 1}\n{"a": 2}]'))] == [1, 2]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_too_deep_is_a_rejection(write, read, depth):
    deep = "[" * depth + "]" * depth
    items = read(write("a.json", f'[{{"a": {deep}}}, {{"a": 2}}]'))
    assert items[0].code == "too_deep"
    assert items[1].fields == {"a": 2}


def test_number_beyond_reason_is_a_rejection(write, read):
    items = read(write("a.json", '[\n{"a": ' + "9" * 5000 + '},\n{"a": 2}]'))
    assert items[0].code == "bad_json" and items[1].fields == {"a": 2}


def test_half_a_character_is_a_rejection(write, read):
    items = read(write("a.json", '[{"a": "\\ud83d"}, {"a": "\\ud83d\\ude00"}]'))
    assert (items[0].code, items[0].column) == ("bad_encoding", "a")
    assert items[1].fields == {"a": "😀"}


def test_json_lines_under_the_name_of_json(write, read):
    items = read(write("a.json", '{"a": 1}\n{"a": 2}\n\n{"a" 3}\n{"a": 4}\n'))
    assert lines(items) == [1, 2, 4, 5]
    assert items[2].code == "bad_json"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=3), max_size=5),
    st.integers(1, 40),
    st.booleans(),
)
def test_any_cut_of_the_buffer_gives_the_same_values_and_lines(rows, chunk, pretty):
    text = json.dumps(rows, indent=2 if pretty else None, ensure_ascii=False)
    stream = JsonStream(io.StringIO(text), chunk=chunk)
    assert stream.peek() == "["
    stream.skip()
    found, places = [], []
    while stream.peek() != "]":
        places.append(stream.line)
        found.append(stream.value())
        if stream.peek() == ",":
            stream.skip()
    assert found == rows
    if pretty:
        expected, line = [], 2
        for row in rows:
            expected.append(line)
            line += json.dumps(row, indent=2, ensure_ascii=False).count("\n") + 1
        assert places == expected


@given(VALUES, st.integers(1, 20))
def test_skipping_by_brackets_ends_where_decoding_ends(value, chunk):
    text = json.dumps([value], ensure_ascii=False) + " !"
    stream = JsonStream(io.StringIO(text), chunk=chunk)
    stream.peek()
    assert stream.skip_value()
    assert stream.peek() == "!"


def test_what_follows_a_text_that_is_no_json_is_not_searched(write, read):
    assert [item.code for item in read(write("a.json", "]" * 1000))] == ["bad_json"]
    assert [
        getattr(item, "code", None) for item in read(write("b.json", '{"a": 1} {"a": 2} x {"a": 3}'))
    ] == [
        None,
        None,
        "bad_json",
    ]


def test_brackets_without_end_are_given_up(write, read, monkeypatch):
    monkeypatch.setattr(json_stream, "_MAX_OPEN", 1000)
    items = read(write("a.json", '[{"a": ' + "[" * 5000 + "]" * 5000 + "}, {}]"))
    assert [item.code for item in items] == ["too_deep"]
