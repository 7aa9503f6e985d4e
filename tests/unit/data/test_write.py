"""Writing: what was written is read back as the same rows, whole or not at all, and no cell is a formula."""

import csv
import json
import shutil
from collections import namedtuple
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source
from engine.data import write
from engine.data.rows import Message, Row
from engine.data.store import SourceStore
from engine.data.writers.delimited import FORMULA_STARTS

FORMS = ("messages", "alpaca", "sharegpt")
FILE_TYPES = ("jsonl", "parquet", "csv")
CALL = {"type": "function", "function": {"name": "weather", "arguments": {"city": "Ulm", "days": [1, 2]}}}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}

# A lone carriage return ends a line where CSV is read, and text that is only blank is no text.
TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\r\x00\x85\u2028\u2029"),
    min_size=1,
    max_size=30,
).filter(str.strip)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3)


def chat(pairs, system=None, **parts):
    turns = [
        Message(role, text) for pair in pairs for role, text in zip(("user", "assistant"), pair, strict=True)
    ]
    front = (Message("system", system),) if system else ()
    return Row("made", 1, (*front, *turns), **parts)


CHATS = st.builds(chat, PAIRS, st.none() | TEXT)
VERDICTS = st.builds(lambda pairs, label: chat(pairs, label=label), PAIRS, st.booleans())
TEXTS = st.builds(lambda text: Row("made", 1, (Message("assistant", text),)), TEXT)


@st.composite
def preferences(draw):
    pairs = draw(PAIRS)
    other = draw(TEXT.filter(lambda text: text.strip() != pairs[-1][1].strip()))
    return chat(pairs, draw(st.none() | TEXT), rejected=(Message("assistant", other),))


def written(rows, folder, file_type, form, **options):
    writer = write.writer_named(file_type)
    path = folder / f"rows{writer.extension}"
    write.write_rows(rows, path, writer=writer, form=write.form_named(form), **options)
    return path


def read(path, family="auto"):
    loaded = SourceStore().load(Source(path=str(path), format=family))
    assert not loaded.rejected, loaded.rejected[0]
    return list(loaded.rows)


def said(rows):
    return [(row.messages, row.rejected, row.label, row.tools) for row in rows]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file_type", FILE_TYPES)
@pytest.mark.parametrize(
    "rows", [CHATS, VERDICTS, TEXTS, preferences()], ids=["chat", "kto", "text", "pairs"]
)
def test_what_is_written_is_read_back(tmp_path, rows, file_type, form):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(rows, min_size=1, max_size=5))
    def check(rows):
        path = written(rows, tmp_path, file_type, form, guard=False)
        assert said(read(path)) == said(rows)

    check()


@pytest.mark.parametrize("form", ["messages", "sharegpt"])
@pytest.mark.parametrize("file_type", FILE_TYPES)
def test_calls_and_tools_are_read_back(tmp_path, file_type, form):
    turns = (
        Message("user", "How is it in Ulm?"),
        Message("assistant", "", (CALL,)),
        Message("tool", "sunny"),
        Message("assistant", "It is sunny. And there?", (CALL, CALL)),
        Message("tool", "rain"),
        Message("assistant", "It rains."),
    )
    rows = [chat([("hi", "ho")]), Row("made", 2, turns, (TOOL,))]
    assert said(read(written(rows, tmp_path, file_type, form))) == said(rows)


@pytest.mark.parametrize(
    ("messages", "tools", "why"),
    [
        ([Message("user", "q"), Message("assistant", "", (CALL,))], (), "calls tools"),
        (
            [
                Message("user", "q"),
                Message("assistant", "a"),
                Message("tool", "t"),
                Message("assistant", "b"),
            ],
            (),
            "results of tools",
        ),
    ],
)
def test_what_alpaca_cannot_hold_is_refused_with_the_place_of_the_row(tmp_path, messages, tools, why):
    rows = [chat([("q", "a")]), Row("calls.jsonl", 17, tuple(messages), tuple(tools))]
    for file_type in FILE_TYPES:
        with pytest.raises(UserError, match=f"calls.jsonl, line 17: the row .*{why}.*alpaca") as caught:
            written(rows, tmp_path, file_type, "alpaca")
        assert caught.value.info.code is ErrorCode.EXPORT_FAILED
    assert not list(tmp_path.iterdir()), "nothing is left, whole or in part"


def test_tools_that_are_not_called_are_read_back_from_alpaca(tmp_path):
    rows = [chat([("q", "a")], tools=(TOOL,))]
    for file_type in FILE_TYPES:
        assert said(read(written(rows, tmp_path, file_type, "alpaca"))) == said(rows)


def test_several_turns_are_history_in_alpaca(tmp_path):
    path = written([chat([("a", "b"), ("c", "d"), ("e", "f")], "s")], tmp_path, "jsonl", "alpaca")
    assert json.loads(path.read_text()) == {
        "instruction": "e", "input": "", "output": "f", "system": "s", "history": [["a", "b"], ["c", "d"]],
    }  # fmt: skip


def test_one_file_holds_one_kind_of_rows(tmp_path):
    rows = [chat([("q", "a")]), chat([("q", "a")], label=True)]
    with pytest.raises(UserError, match="answers with a verdict"):
        written(rows, tmp_path, "jsonl", "messages")


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_cell_of_a_spreadsheet_begins_as_a_formula(tmp_path, start):
    rows = [chat([(f"{start}cmd|' /C calc'!A0", "plain"), (f"{start}1", f"{start}SUM(A1)")])]
    path = written(rows, tmp_path, "csv", "alpaca")
    with path.open(encoding="utf-8-sig", newline="") as file:
        _, cells = csv.reader(file)
    assert f"'{start}1" in cells and f"'{start}SUM(A1)" in cells
    assert not any(cell.startswith(FORMULA_STARTS) for cell in cells)
    plain = written(rows, tmp_path, "csv", "alpaca", guard=False)
    with plain.open(encoding="utf-8-sig", newline="") as file:
        assert f"{start}1" in list(csv.reader(file))[1]


def test_a_table_has_the_columns_that_its_rows_need(tmp_path):
    rows = [chat([("q", "a")]), chat([("q", "a")], "system")]
    assert pq.read_schema(written(rows, tmp_path, "parquet", "alpaca")).names == [
        "instruction", "input", "output", "system",
    ]  # fmt: skip
    head = written(rows[:1], tmp_path, "csv", "messages").read_text(encoding="utf-8-sig").splitlines()[0]
    assert head == "messages"


def test_parquet_in_many_batches_keeps_every_row(tmp_path):
    rows = [chat([(str(number), "x" * (number % 50 + 1))]) for number in range(3000)]
    path = written(rows, tmp_path, "parquet", "messages")
    assert said(read(path)) == said(rows)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = written([chat([("q", "old")])], tmp_path, "jsonl", "messages")
    before = path.read_bytes()

    def cancel(_count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written([chat([("q", "new")])] * 600, tmp_path, "jsonl", "messages", tick=cancel)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_is_a_sentence(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1000))
    with pytest.raises(UserError) as caught:
        written([chat([("q", "a")])] * 600, tmp_path, "jsonl", "messages")
    assert caught.value.info.code is ErrorCode.DISK_FULL
    with pytest.raises(UserError, match="5 MB in"):
        write.require_space(tmp_path / "not" / "there", 5_000_000)
    assert not list(tmp_path.iterdir())


def test_unknown_names_are_refused_with_the_nearest():
    with pytest.raises(UserError) as caught:
        write.writer_named("parkett")
    assert "jsonl" in caught.value.info.message
    with pytest.raises(UserError) as caught:
        write.form_named("message")
    assert caught.value.info.hint == "Did you mean 'messages'?"


def test_every_file_type_and_form_is_found():
    assert set(write.writers()) == set(FILE_TYPES)
    assert set(write.forms()) == set(FORMS)
    assert all(isinstance(item.extension, str) for item in write.writers().values())
    assert Path(write.writer_named("csv").extension) == Path(".csv")
