"""JSON Lines by blocks: the fast lane gives what the formats give, faults are found to the line, and it can be ended."""

import dataclasses
import itertools
import json
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contract.recipe import Source
from engine.data import json_import, lines
from engine.data.lanes.base import Lane
from engine.data.readers.choose import open_dataset
from engine.data.store import SourceStore
from tests.unit.data.faults import alpaca, fault_kinds, sharegpt, write_planted


def load(path, **options):
    return SourceStore().load(Source(path=str(path), **options))


def accounts(loaded):
    rows = [(row.path, row.line, row.messages, row.tools, row.rejected, row.label) for row in loaded.rows]
    return rows, [row.raw for row in loaded.rows], list(loaded.rejected)


@pytest.fixture
def slowly(monkeypatch):
    """Load without any fast lane."""

    def ask(path, **options):
        with monkeypatch.context() as patch:
            patch.setattr(Lane, "of", classmethod(lambda *args, **told: None))
            return load(path, **options)

    return ask


CELL = st.sampled_from(
    ["", " ", "\u3000", "a", " a ", "问", "[{", '{"', '[{"role": "user", "content": "x"}]', "é\n\t", "\u2028b", 5, None, [], {}, True,
     "a\0", [["x", "y"]], [["x"]], "x" * 30]
)  # fmt: skip
TURN = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["human", "gpt", "system", " GPT ", "observation", "function_call", "x", None, 3]),
        "value": CELL,
        "role": st.sampled_from(["user", "assistant", "system", "tool", None]),
        "content": CELL,
        "tool_calls": st.sampled_from([None, [], [{"name": "f"}]]),
        "reasoning_content": st.sampled_from([None, "", "so"]),
        "weight": st.just(1),
    },
)  # fmt: skip
GOOD = st.lists(st.just(None), min_size=1, max_size=3).map(
    lambda pairs: [
        turn for _ in pairs for turn in ({"from": "human", "value": "q"}, {"from": "gpt", "value": "a"})
    ]
)
GOOD_MESSAGES = GOOD.map(
    lambda turns: [
        {"role": {"human": "user", "gpt": "assistant"}[item["from"]], "content": item["value"]}
        for item in turns
    ]
)
SHAPES = {
    "alpaca": ({"instruction": "q", "input": "", "output": "a"}, {"instruction": CELL, "input": CELL, "output": CELL, "system": CELL, "history": CELL, "tools": CELL}),
    "prompt_completion": ({"prompt": "q", "completion": "a"}, {"prompt": CELL, "completion": CELL, "system": CELL, "tools": CELL}),
    "text": ({"text": "some"}, {"text": CELL}),
    "sharegpt": ({"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}, {"conversations": GOOD | st.lists(TURN, max_size=3) | CELL, "system": CELL, "tools": CELL}),
    "messages": ({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}, {"messages": GOOD_MESSAGES | st.lists(TURN, max_size=3) | CELL, "system": CELL, "tools": CELL}),
}  # fmt: skip
ODD = st.sampled_from(
    [b"", b"{}", b"[]", b"{", b'{"a": Inf}', b'{"a": -NaN}', b'{"a": NaN}', b'{"a": 1} {"a": 2}', b'{"a":', b'1}', b'{"output": "\xff"}', b"\xe4",
     b'{"a": "\\ud800"}', b'{"a": "x\\u0000"}', b'{"a": ' + b"9" * 4301 + b"}", b'{"output": "a", "output": "b", "instruction": "c"}', b'{"a": 1e999}']
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SHAPES)), st.data())
def test_the_fast_lane_gives_what_the_formats_give(write, slowly, family, data):
    first, cells = SHAPES[family]
    record = st.fixed_dictionaries({}, optional={**cells, "more": CELL}).map(
        lambda fields: json.dumps({**first, **fields}).encode()
    )
    made = data.draw(st.lists(record | ODD, max_size=10))
    content = data.draw(st.sampled_from([b"\n", b"\n", b"\r\n", b"\r"])).join(
        [json.dumps(first).encode()] * 2 + made
    )
    told = data.draw(
        st.sampled_from([{}, {"roles": {"x": "assistant"}}, {"fill": {"system": "be kind", "input": "none"}}])
    )
    path = write("a.jsonl", content)
    assert accounts(load(path, format=family, **told)) == accounts(slowly(path, format=family, **told))


@pytest.mark.parametrize(
    ("family", "names"),
    [("sharegpt", ("conversations", "from", "value")), ("messages", ("messages", "role", "content"))],
)
def test_every_order_of_turns(write, slowly, family, names):
    column, role, content = names
    orders = [
        order
        for count in range(5)
        for order in itertools.product(("system", "user", "assistant", "tool"), repeat=count)
    ]
    records = [
        {column: [{role: word, content: "x"} for word in order]} for order in [("user", "assistant"), *orders]
    ]
    path = write("a.jsonl", "\n".join(map(json.dumps, records)))
    found = accounts(load(path, format=family))
    assert found == accounts(slowly(path, format=family))
    assert len(found[0]) == 5


@pytest.mark.parametrize("more", [b"", b', "more": 1'])
def test_what_the_two_parsers_see_differently(write, slowly, more):
    row = b'{"instruction": "q", "output": "a"' + more
    ends = [b', "n": ' + value + b"}" for value in (
        b"9" * 4301, b"9" * 4300, b"[" * 63 + b"]" * 63, b"[" * 64 + b"]" * 64, b'"\\u0000"', b'"a\\\\u0000"', b"Inf", b"-NaN", b"NaN",
        b'"Info"', b'"Infinity"', b"Infinity", b'"\\ud83d\\ude00"', b'"\\ud83d"', b'"\xff"', b"1e999", b"01", b'{"n": 1, "n": 2}', b'"a\tb"',
    )]  # fmt: skip
    lines_ = [
        row + b"}",
        *(row + end for end in ends),
        row.replace(b'"a"', b'"a\\u0000b"') + b"}",
        row + b"}",
    ]
    path = write("a.jsonl", b"\n".join(lines_))
    found = accounts(load(path))
    assert found == accounts(slowly(path))
    assert len(found[0]) == 13 and len(found[2]) == 9


def test_a_null_character_among_usual_rows(write):
    records = [{"instruction": "q", "output": answer} for answer in ("a", "b\0", "c")]
    loaded = load(write("a.jsonl", "\n".join(map(json.dumps, records))))
    assert [(item.line, item.code, item.column) for item in loaded.rejected] == [
        (2, "null_character", "output")
    ]
    assert [row.line for row in loaded.rows] == [1, 3]


def test_usual_rows_take_the_fast_lane(write, monkeypatch):
    counted = []
    real = json_import.BlockConverter.__call__
    monkeypatch.setattr(json_import.BlockConverter, "__call__", lambda self, block: counted.append(real(self, block)) or counted[-1])  # fmt: skip
    pool = ["some words", "更多的话"]
    for make in (alpaca, sharegpt):
        counted.clear()
        records = [make(pool, number) for number in range(500)]
        loaded = load(write("a.jsonl", "\n".join(map(json.dumps, records))))
        assert (len(loaded.rows), sum(made.fast for made in counted)) == (500, 500)
        assert [dict(row.raw) for row in loaded.rows] == records


@pytest.mark.parametrize("make", [alpaca, sharegpt])
@pytest.mark.parametrize("block", [1 << 15, 1 << 22])
def test_planted_faults_are_found_to_the_line(tmp_path, monkeypatch, make, block):
    monkeypatch.setattr(lines, "BLOCK_BYTES", block)
    monkeypatch.setitem(lines.read_blocks.__kwdefaults__, "size", block)
    cell = 17 << 20
    path = tmp_path / "a.jsonl"
    planted = write_planted(path, rows=3000, faults=56, huge_cell=cell, make=make)
    assert set(planted.faults.values()) == {code for code, _ in fault_kinds(cell).values()}
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    loaded = load(path)
    assert {item.line: item.code for item in loaded.rejected} == planted.faults
    assert len(loaded.rows) + len(loaded.rejected) == planted.lines
    assert sum(group.count for group in loaded.rejected.groups) == 56
    assert [row.line for row in loaded.rows] == [
        number for number in range(1, planted.lines + 1) if number not in planted.faults
    ]


def test_another_encoding_behind_a_plain_beginning(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    record = {"instruction": "请解释一下什么是人工智能", "output": "人工智能是研究让机器思考的学科" * 40}
    plain = json.dumps({"instruction": "q", "output": "a" * 500}) + "\n"
    text = plain * 2500 + (json.dumps(record, ensure_ascii=False) + "\n") * 1500
    path = tmp_path / "a.jsonl"
    path.write_bytes(text.encode("gb18030"))
    assert open_dataset(path).encoding == "utf-8"
    loaded = load(path)
    assert (loaded.file.encoding, len(loaded.rows), len(loaded.rejected)) == ("gb18030", 4000, 0)
    assert loaded.rows[3999].messages[0].content == record["instruction"]


def test_it_ends_while_a_line_is_still_being_read(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    path = tmp_path / "a.jsonl"
    row = json.dumps({"instruction": "q", "output": "a" * 900}).encode()
    path.write_bytes(b"\n".join([row] * 20_000))
    stuck, asked = threading.Event(), []
    real = json_import.BlockConverter.__call__

    def slow(self, block):
        stuck.wait(20)
        return real(self, block)

    def tick(count):
        asked.append(time.monotonic())
        if len(asked) > 12:
            raise InterruptedError

    monkeypatch.setattr(json_import.BlockConverter, "__call__", slow)
    with pytest.raises(InterruptedError):
        SourceStore().load(Source(path=str(path)), tick=tick)
    assert not stuck.is_set() and max(b - a for a, b in itertools.pairwise(asked)) < 5
    stuck.set()
    assert list((tmp_path / "home" / "cache" / "datasets").iterdir()) == []


def test_columns_and_groups_are_those_of_the_whole_file(write):
    rows = [{"instruction": "q", "output": "a"}] * 200 + [{"instruction": "q", "output": "", "extra": 1}] * 3
    loaded = load(write("a.jsonl", "\n".join(map(json.dumps, [*rows, {"instruction": "q"}]))))
    assert loaded.columns == ("instruction", "output", "extra")
    assert [(group.code, group.count, group.first_line) for group in loaded.rejected.groups] == [
        ("empty_answer", 3, 201),
        ("missing_column", 1, 204),
    ]
    assert dataclasses.replace(loaded).family == "alpaca"
