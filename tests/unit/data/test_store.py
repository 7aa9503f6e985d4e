"""Files as conversations: every row accounted for, whatever a file holds; what is remembered and when not."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source
from engine.data.store import SourceStore

HOSTILE = b"\n".join(
    [
        b'{"instruction": "q", "input": "", "output": "a"}',
        b'{"instruction": "q", "input": "", "output": ""}',
        b'{"instruction": "q", "input": ""}',
        b'{"instruction": "q", "input": "", "output": 5}',
        b'{"instruction": "q", "input": "", "output": "a"',
        b"not json at all",
        b"[]",
        b"null",
        b'"text"',
        b"",
        b"   ",
        b'{"instruction": "\xff\xfe", "input": "", "output": "a"}',
        b'{"instruction": "\\ud800", "input": "", "output": "a"}',
        b'{"instruction": "q", "input": "", "output": "a", "history": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"instruction": "q", "input": "", "output": "a", "n": ' + b"9" * 5000 + b"}",
        b'{"instruction": "q", "input": "", "output": "a", "history": [["x"]]}',
        b'{"conversations": [{"from": "human", "value": "q"}]}',
        b"{}",
        '{"instruction": "问", "input": "", "output": "答"}'.encode(),
    ]
)


def load(path, **options):
    return SourceStore().load(Source(path=str(path), **options))


def test_hostile_file_accounts_for_every_row(write):
    loaded = load(write("a.jsonl", HOSTILE))
    assert loaded.family == "alpaca"
    assert [row.line for row in loaded.rows] == [1, 19]
    assert [item.line for item in loaded.rejected] == [*range(2, 10), *range(12, 19)]
    codes = [item.code for item in loaded.rejected]
    assert codes == [
        "empty_answer", "missing_column", "not_text", "bad_json", "bad_json", "not_an_object", "not_an_object",
        "not_an_object", "bad_encoding", "bad_encoding", "too_deep", "bad_json", "bad_history", "missing_column",
        "missing_column",
    ]  # fmt: skip
    assert all(item.reason and len(item.reason) < 300 for item in loaded.rejected)
    json.dumps([item.model_dump() for item in loaded.rejected]).encode("utf-8")


CELL = st.none() | st.text(max_size=5) | st.integers() | st.lists(st.text(max_size=2), max_size=2)
TURN = st.fixed_dictionaries(
    {},
    optional={
        "from": CELL,
        "value": CELL,
        "role": st.sampled_from(["user", "assistant", "x"]),
        "content": CELL,
    },
)
RECORD = st.fixed_dictionaries(
    {},
    optional={"instruction": CELL, "output": CELL, "input": CELL, "conversations": st.lists(TURN | CELL, max_size=3),
              "messages": st.lists(TURN, max_size=3), "chosen": CELL, "rejected": CELL, "label": st.booleans(), "text": CELL},
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RECORD | CELL, max_size=6), st.booleans())
def test_accepted_and_rejected_are_all_rows(write, records, as_lines):
    records = [{}, *records]  # a lone list in a .jsonl file would be taken for a JSON document
    text = "\n".join(json.dumps(item) for item in records) if as_lines else json.dumps(records, indent=1)
    loaded = load(write("a.jsonl" if as_lines else "a.json", text))
    assert len(loaded.rows) + len(loaded.rejected) == len(records)
    assert all(item.line >= 1 for item in (*loaded.rows, *loaded.rejected))


def test_mostly_damaged_file_keeps_its_family(write):
    loaded = load(
        write("a.json", json.dumps([{"instruction": "q"}] * 9 + [{"instruction": "q", "output": "a"}]))
    )
    assert (loaded.family, len(loaded.rows), len(loaded.rejected)) == ("alpaca", 1, 9)


def test_unknown_columns(write):
    loaded = load(write("a.csv", "foo,bar\n1,2\n3,4\n"))
    assert (loaded.family, loaded.detection.confidence, len(loaded.rejected)) == ("unknown", 0.0, 2)
    assert "foo, bar" in loaded.rejected[0].reason


def test_mapping_makes_them_known(write):
    path = write("a.csv", "foo,bar\n1,2\n3,4\n")
    loaded = load(path, columns={"instruction": "foo", "output": "bar"})
    assert loaded.family == "alpaca"
    assert [item.content for item in loaded.rows[1].messages] == ["3", "4"]
    assert loaded.detection.mapping == {"instruction": "foo", "output": "bar"}


def test_mapping_to_a_column_that_is_not_there(write):
    loaded = load(
        write("a.csv", "foo,bar\n1,2\n"), format="alpaca", columns={"instruction": "foo", "output": "baz"}
    )
    assert [(item.code, item.column) for item in loaded.rejected] == [("missing_column", "baz")]


@pytest.mark.parametrize(
    ("options", "place", "suggestion"),
    [
        ({"format": "alpacca"}, "data.sources[0].format", "alpaca"),
        ({"columns": {"instrution": "a"}}, "data.sources[0].columns.instrution", "instruction"),
        (
            {"format": "alpaca", "columns": {"conversations": "a"}},
            "data.sources[0].columns.conversations",
            None,
        ),
    ],
)
def test_unknown_names_in_the_recipe(write, options, place, suggestion):
    with pytest.raises(UserError) as caught:
        load(write("a.json", "[]"), **options)
    info = caught.value.info
    assert (info.code, info.recipe_path, info.fields[0].suggestion) == (
        ErrorCode.RECIPE_INVALID,
        place,
        suggestion,
    )


def test_remembered_until_the_file_or_its_reading_changes(write):
    path = write("a.csv", "prompt,completion\nq,a\n")
    store = SourceStore()
    first = store.load(Source(path=str(path)))
    assert store.load(Source(path=str(path))) is first
    assert store.load(Source(path=str(path), columns={"prompt": "completion"})) is not first
    path.write_text("prompt,completion\nq,a\nr,b\n")
    os.utime(path, ns=(1, 1))
    assert len(store.load(Source(path=str(path))).rows) == 2


def test_forgets_the_oldest(write):
    store = SourceStore(keep=2)
    paths = [write(f"{index}.csv", "prompt,completion\nq,a\n") for index in range(3)]
    loaded = [store.load(Source(path=str(path))) for path in paths]
    assert store.load(Source(path=str(paths[2]))) is loaded[2]
    assert store.load(Source(path=str(paths[0]))) is not loaded[0]


def test_reading_can_be_ended(write):
    def tick(count):
        raise InterruptedError(count)

    path = write("a.csv", "prompt,completion\n" + "q,a\n" * 600)
    with pytest.raises(InterruptedError, match="500"):
        SourceStore().load(Source(path=str(path)), tick=tick)
