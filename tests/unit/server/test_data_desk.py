"""Questions about data: which newer question ends an older one, and that a long import is really left."""

import json
import threading
from pathlib import Path

import pytest

from engine.contract import messages as m
from engine.contract.advice import AskAdvice, StopAdvice
from engine.contract.job import Cancelled
from engine.registry import default_recipe
from engine.server import data_desk
from engine.server.data_desk import DataDesk, overtaken
from tests.integration.talker import make_talker

A, B = {"path": "/a.jsonl"}, {"path": "/b.jsonl"}


def recipe_of(*sources, steps=(), cutoff=100, rate=1e-4):
    recipe = default_recipe()
    recipe["data"] = {**recipe["data"], "sources": list(sources), "steps": list(steps), "cutoff_len": cutoff}
    recipe["optim"]["learning_rate"] = rate
    return recipe


def preview(offset=0, **options):
    return m.PreviewData(recipe=recipe_of(A, **options), offset=offset)


STEP = {"kind": "whitespace"}


@pytest.mark.parametrize(
    ("command", "newer", "phase", "ends"),
    [
        (m.InspectData(sources=(A,)), m.InspectData(sources=(A, B)), "read", False),
        (m.InspectData(sources=(A, B)), m.InspectData(sources=(B,)), "read", True),
        (m.InspectData(sources=(A,)), m.InspectData(sources=()), "", True),
        (preview(), preview(offset=20), "preview", False),
        (preview(), preview(rate=1e-3), "preview", False),
        (preview(), preview(cutoff=50), "read", False),
        (preview(), preview(cutoff=50), "clean", False),
        (preview(), preview(cutoff=50), "preview", True),
        (preview(), preview(steps=(STEP,)), "read", False),
        (preview(), preview(steps=(STEP,)), "clean", True),
        (
            m.FindRows(recipe=recipe_of(A), query="a"),
            m.FindRows(recipe=recipe_of(A), query="ab"),
            "find",
            True,
        ),
        (m.FindRows(recipe=recipe_of(A)), m.FindRows(recipe=recipe_of(A), offset=200), "find", False),
    ],
)
def test_what_overtakes_what(command, newer, phase, ends):
    assert overtaken(command, newer, phase=phase) is ends
    assert overtaken(command, command, phase=phase) is False


def big_file(folder: Path, rows: int) -> Path:
    path = folder / "big.jsonl"
    record = json.dumps({"instruction": "q" * 200, "output": "a" * 200})
    path.write_text(f"{record}\n" * rows, encoding="utf-8")
    return path


def test_an_import_that_nobody_waits_for_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    desk, path = DataDesk(), big_file(tmp_path, 60_000)
    first = m.InspectData(id=1, sources=({"path": str(path)},))
    desk.hear(first)
    reached, ended = threading.Event(), []
    ask = desk._report

    def report(name, done, total):
        if name == "read":
            reached.set()
            gate.wait(10)
        ask(name, done, total)

    gate = threading.Event()
    monkeypatch.setattr(desk, "_report", report)

    def work():
        with pytest.raises(Cancelled):
            desk.inspect(first)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    assert reached.wait(30)
    newer = m.InspectData(id=2, sources=())
    desk.hear(newer)
    gate.set()
    thread.join(30)
    assert ended == [True]
    assert desk.inspect(newer).files == ()
    left = [item.name for item in (tmp_path / "home" / "cache" / "datasets").iterdir()]
    assert left == []
    again = m.InspectData(id=3, sources=({"path": str(path)},))
    desk.hear(again)
    assert desk.inspect(again).files[0].accepted == 60_000


def test_a_question_that_was_overtaken_while_it_waited_is_not_answered():
    desk = DataDesk()
    first = m.PreviewData(id=1, recipe=recipe_of(A))
    for command in (first, m.PreviewData(id=2, recipe=recipe_of(B))):
        desk.hear(command)
    with pytest.raises(Cancelled):
        desk.preview(first)


def test_advice_that_nobody_waits_for_is_left_in_the_middle_of_its_counting(tmp_path, monkeypatch):
    """And asking once more is answered."""
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    desk, path = DataDesk(), big_file(tmp_path, 2_000)
    model = make_talker(tmp_path / "model")
    data = {"sources": [{"path": str(path)}]}
    recipe = {
        "model": {"path": str(model)},
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        "data": data,
    }
    first = AskAdvice(id=1, recipe=recipe)
    desk.hear(first)
    ask, names, stops = desk._report, [], [StopAdvice(id=2)]

    def report(name, done, total):
        names.append(name)
        if name == "tokenize" and stops:
            desk.stop_advice(stops.pop())
        ask(name, done, total)

    monkeypatch.setattr(desk, "_report", report)
    with pytest.raises(Cancelled):
        desk.advise(first)
    assert names[-1] == "tokenize" and names.count("tokenize") == 1, "it went on after nobody waited"
    again = AskAdvice(id=3, recipe=recipe)
    desk.hear(again)
    assert desk.advise(again).choices and names.count("tokenize") > 2


def test_a_long_answer_says_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(data_desk, "TELL_S", 0.0)
    told = []
    desk = DataDesk(told.append)
    command = m.InspectData(sources=({"path": str(big_file(tmp_path, 60_000))},))
    desk.hear(command)
    desk.inspect(command)
    assert {event.name for event in told} == {"data.read"} and {event.unit for event in told} == {"rows"}
    counts = [event.done for event in told]
    assert len(counts) > 1 and counts == sorted(counts) and 0 < counts[-1] <= 60_000


def test_how_far_an_answer_is_is_told_now_and_then(monkeypatch):
    told = []
    desk = DataDesk(told.append)
    desk._answering.command = m.InspectData(sources=(A,))
    for done in range(1, 10_000):
        desk._report("read", done, None)
    assert 1 <= len(told) < 20
