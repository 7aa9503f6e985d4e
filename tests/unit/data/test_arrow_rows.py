"""Arrow batches as records: rows by number, damage row by row, and no more memory than a batch may take."""

import datetime

import pyarrow as pa
import pytest

from engine.data import arrow_rows
from engine.data.arrow_rows import TooManyRows, items_of
from tests.hostile.columnar import bad_text


def items(table, size=1 << 20):
    return list(items_of(table.to_batches(), size))


def test_every_row_has_its_number_over_batches_and_slices(monkeypatch):
    monkeypatch.setattr(arrow_rows, "_SLICE_ROWS", 4)
    table = pa.concat_tables([pa.table({"n": range(5)}), pa.table({"n": range(5, 12)})])
    assert [(item.line, item.fields["n"]) for item in items(table)] == [(n + 1, n) for n in range(12)]


def test_large_rows_are_converted_in_smaller_pieces(monkeypatch):
    monkeypatch.setattr(arrow_rows, "_SLICE_BYTES", 1000)
    converted = []
    monkeypatch.setattr(
        arrow_rows, "_converted", lambda part: converted.append(part.num_rows) or part.to_pylist()
    )
    assert [item.line for item in items(pa.table({"text": ["x" * 300] * 7}))] == list(range(1, 8))
    assert max(converted) == 1


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["x" * 3000, "y"]),
        pa.array([[None] * 50_000, []], pa.list_(pa.null())),
        pa.array([[["x"] * 2000], []]),
        pa.array([{"a": "x" * 3000}, {"a": "y"}]),
        pa.array([[("a", "x" * 3000)], []], pa.map_(pa.string(), pa.string())),
        pa.array(["x" * 3000, "y"], pa.string_view()),
    ],
    ids=str,
)
def test_a_row_too_large_is_not_converted(monkeypatch, column):
    monkeypatch.setattr(arrow_rows, "_SLICE_BYTES", 500)
    monkeypatch.setattr(arrow_rows, "_ROW_BYTES", 5000)
    found = items(pa.table({"c": column}))
    assert [getattr(item, "code", None) for item in found] == ["too_large", None]


def test_words_that_are_stored_once_count_for_every_row(monkeypatch):
    monkeypatch.setattr(arrow_rows, "_SLICE_BYTES", 100_000)
    converted = []
    monkeypatch.setattr(
        arrow_rows, "_converted", lambda part: converted.append(part.num_rows) or part.to_pylist()
    )
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 256, pa.int32()), pa.array(["x" * 10_000]))
    assert len(items(pa.table({"text": words}))) == 256
    assert max(converted) < 16


def test_bytes_that_are_no_text_cost_their_row():
    assert [getattr(item, "code", None) for item in items(bad_text())] == ["bad_encoding", None, None]


def test_offsets_that_lead_out_cost_their_row():
    offsets = pa.array([0, 1, 900_000, 2, 3], pa.int32()).buffers()[1]
    column = pa.Array.from_buffers(pa.string(), 4, [None, offsets, pa.py_buffer(b"abc")])
    found = items(pa.table({"text": column}))
    assert [getattr(item, "code", None) for item in found] == [None, "damaged", "damaged", None]
    assert (found[0].fields, found[3].fields) == ({"text": "a"}, {"text": "c"})


def test_a_value_that_python_does_not_know_costs_its_row():
    table = pa.table({"day": pa.array([0, 2**31 - 1, 1], pa.date32())})
    found = items(table)
    assert [getattr(item, "code", None) for item in found] == [None, "bad_value", None]
    assert found[2].fields == {"day": datetime.date(1970, 1, 2)}


def test_more_rows_than_a_file_can_mean_are_refused():
    with pytest.raises(TooManyRows, match="1,000,000 rows, in 300 bytes"):
        items(pa.table({"text": pa.nulls(1_000_000)}), size=300)


def test_columns_of_the_same_name_are_told_apart():
    (item,) = items(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"]))
    assert item.fields == {"text": "a", "text_2": "b"}
