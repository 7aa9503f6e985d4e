"""Stored rows: what is read is what was written, views cost nothing, large tables leave memory and clean up behind them."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contract.errors import UserError
from engine.contract.recipe import Source
from engine.data import batches
from engine.data.mix import pick
from engine.data.rows import LazyRecord, Message, Row
from engine.data.steps.base import partition, replace_rows, rewrite
from engine.data.store import SourceStore
from engine.data.table import Rows, joined, rows_in

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CALL = st.fixed_dictionaries(
    {"type": st.just("function"), "function": st.fixed_dictionaries({"name": TEXT, "arguments": st.dictionaries(TEXT, st.none() | st.integers() | TEXT, max_size=2)})}
)  # fmt: skip
MESSAGE = st.builds(
    Message,
    st.sampled_from(["system", "user", "assistant", "tool"]),
    TEXT,
    st.lists(CALL, max_size=2).map(tuple),
)
TURNS = st.lists(MESSAGE, max_size=4).map(tuple)
ROW = st.builds(
    Row,
    st.sampled_from(["a.json", "名/b.csv"]),
    st.integers(0, 2**40),
    TURNS,
    tools=st.lists(CALL, max_size=2).map(tuple),
    rejected=TURNS,
    label=st.none() | st.booleans(),
    raw=st.dictionaries(TEXT, st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT, max_size=2), max_size=3),
)  # fmt: skip
ROWS = st.lists(ROW, max_size=12)


def same(one, other):
    return list(one) == list(other) and [dict(row.raw) for row in one] == [dict(row.raw) for row in other]


def many(count):
    return [
        Row("f", place, (Message("user", f"q{place}"), Message("assistant", f"a{place} " * 9)), raw={"n": place})
        for place in range(count)
    ]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_what_is_read_is_what_was_written(rows):
    stored = rows_in(rows)
    assert same(stored, rows)
    assert [stored[place] for place in range(-len(rows), len(rows))] == rows * 2
    with pytest.raises(IndexError):
        stored[len(rows)]


@settings(max_examples=40, deadline=None)
@given(ROWS, st.data())
def test_views_are_what_lists_would_be(rows, data):
    stored = rows_in(rows)
    places = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=20) if rows else st.just([]))
    part = data.draw(st.slices(len(rows)))
    assert same(stored.take(np.array(places, dtype=np.int64)), [rows[place] for place in places])
    assert same(stored[part], rows[part])
    assert same(joined([stored[part], tuple(rows[:2]), stored]), [*rows[part], *rows[:2], *rows])
    assert same(pick(stored, np.arange(len(rows))), rows)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(0, 3), st.data())
def test_steps_do_the_same_on_stored_rows(rows, asked, data):
    verdicts = data.draw(
        st.lists(st.sampled_from(["keep", "change", "remove"]), min_size=len(rows), max_size=len(rows))
    )

    def change():
        told = iter(verdicts)
        new = (Message("user", "new"), Message("assistant", "other"))
        return lambda row: {
            "keep": row,
            "remove": None,
            "change": dataclasses.replace(row, messages=new, label=True),
        }[next(told)]

    stored, plain = replace_rows(rows_in(rows), change()), replace_rows(tuple(rows), change())
    for name in ("kept", "removed", "before", "after"):
        assert same(getattr(stored, name), getattr(plain, name)), name
    assert stored.changed == plain.changed == verdicts.count("change")
    assert rows_in(plain.kept).content_hash == rows_in(stored.kept).content_hash


def test_a_filter_of_a_rewrite_of_a_filter():
    rows = many(5000)
    first = partition(rows_in(rows), lambda row: row.line % 3 > 0).kept
    second = rewrite(first, lambda text: text.replace("a1", "b1"))
    third = partition(second.kept, lambda row: row.line % 2 == 0).kept
    expected = [
        dataclasses.replace(row, messages=tuple(dataclasses.replace(item, content=item.content.replace("a1", "b1")) for item in row.messages))
        for row in rows if row.line % 3 > 0 and row.line % 2 == 0
    ]  # fmt: skip
    assert isinstance(third, Rows) and same(third, expected)
    assert second.changed == sum("a1" in row.answers[0] for row in first) > 500
    assert [row.line for row in second.after] == [row.line for row in second.before]


def test_the_hash_is_of_what_rows_say():
    rows = many(3000)
    stored = rows_in(rows)
    known = stored.content_hash
    moved = [dataclasses.replace(row, path="other", line=0, raw={}) for row in rows]
    assert rows_in(moved).content_hash == known
    assert stored.take(np.arange(3000)).content_hash == known
    assert joined([stored[:7], stored[7:2500], stored[2500:]]).content_hash == known
    other = [*rows[:-1], dataclasses.replace(rows[-1], messages=rows[-1].messages[:1])]
    assert rows_in(other).content_hash != known
    assert stored.take(np.arange(2999, -1, -1)).content_hash != known
    texts = [Row("f", 1, (Message("user", first), Message("user", second))) for first, second in (("ab", "c"), ("a", "bc"))]  # fmt: skip
    assert rows_in(texts[:1]).content_hash != rows_in(texts[1:]).content_hash


def test_large_tables_are_files_that_leave_with_their_reader(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path))
    monkeypatch.setattr(batches, "IN_MEMORY_BYTES", 10_000)
    rows = many(6000)
    opened = []
    real = batches.scratch_file
    monkeypatch.setattr(batches, "scratch_file", lambda: opened.append(real()) or opened[-1])
    stored = rows_in(rows)
    assert len(opened) == 1 and same(stored, rows)
    assert same(rewrite(stored, lambda text: text.upper()).kept[:10], [
        dataclasses.replace(row, messages=tuple(dataclasses.replace(item, content=item.content.upper()) for item in row.messages))
        for row in rows[:10]
    ])  # fmt: skip
    del stored
    assert not any(path.exists() for path in opened)


def test_a_step_that_is_ended_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path))
    monkeypatch.setattr(batches, "IN_MEMORY_BYTES", 1000)
    rows = rows_in(many(100))

    def change(text):
        if text.startswith("q90"):
            raise InterruptedError
        return text.upper()

    big = joined([rows] * 60)
    with pytest.raises(InterruptedError):
        rewrite(big.take(np.concatenate([np.arange(0, 90)] * 60 + [np.array([90])])), change)
    assert list((tmp_path / "cache" / "scratch").iterdir()) == []


def test_records_of_large_files_stay_where_they_are(tmp_path, monkeypatch, write):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    records = [{"instruction": f"问{place}", "output": "a" * 2000, "n": place} for place in range(6000)]
    path = write("a.jsonl", "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    rows = SourceStore().load(Source(path=str(path))).rows
    assert isinstance(rows[0].raw, LazyRecord)
    assert [dict(rows[place].raw) for place in (0, 5999, 17)] == [records[0], records[5999], records[17]]
    assert sum(row.raw["n"] for row in rows) == sum(range(6000))
    kept = rows[5]
    write("a.jsonl", "{}\n")
    with pytest.raises(UserError, match="not what it was"):
        dict(kept.raw)
    assert kept.messages[0].content == "问5"
