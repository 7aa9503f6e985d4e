"""A journal reads the same at once, in slices, and while it grows."""

import json
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.client.attached import AttachedRun, living_pid
from app.client.journal import JournalTail, read_journal
from app.client.process import tail_lines
from engine.contract.messages import Event


def line(seq: int, kind: str = "heartbeat", **fields: object) -> str:
    return json.dumps({"type": kind, "run": "r", "seq": seq, **fields}) + "\n"


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    text = (
        line(1)
        + '{"type": "metrics", "step": "x"}\n'
        + "nonsense\n"
        + line(2)
        + line(3, "of the future")
        + line(4)[:9]
    )
    path.write_bytes(text.encode() + b"\xff\xfe\n")
    assert [event.seq for event in read_journal(path)] == [1, 2]


def test_no_journal_has_no_events(tmp_path: Path) -> None:
    assert list(read_journal(tmp_path / "missing.jsonl")) == []


def test_a_tail_reads_what_is_there_and_what_comes(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("".join(line(n) for n in range(1, 5001)) + line(5001)[:10])
    seen: list[Event] = []
    tail = JournalTail(path, follow=True)
    tail.events.connect(seen.extend)
    with qtbot.waitSignal(tail.caught_up, timeout=20_000):
        tail.start()
    assert len(seen) == 5000
    with path.open("a") as file:
        file.write(line(5001)[10:] + line(5002))
    qtbot.waitUntil(lambda: len(seen) == 5002, timeout=20_000)
    assert [event.seq for event in seen] == list(range(1, 5003))
    tail.stop()


def test_a_dead_or_foreign_process_is_not_living(tmp_path: Path) -> None:
    import os

    import psutil

    assert living_pid(tmp_path) == 0
    place = tmp_path / "process.json"
    born = psutil.Process().create_time()
    place.write_text(json.dumps({"pid": os.getpid(), "started": born}))
    assert living_pid(tmp_path) == os.getpid()
    place.write_text(
        json.dumps({"pid": os.getpid(), "started": born - 3600})
    )  # the number was given out again
    assert living_pid(tmp_path) == 0
    place.write_text("{")
    assert living_pid(tmp_path) == 0


def test_wishes_are_left_where_the_engine_looks(qtbot: QtBot, tmp_path: Path) -> None:
    run = AttachedRun(tmp_path, 1)
    run.control("save")
    run.control("pause")
    wishes = [json.loads(text)["action"] for text in (tmp_path / "control.jsonl").read_text().splitlines()]
    assert wishes == ["save", "pause"]


def test_only_the_last_lines_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"".join(b"line %d \xff\n" % n for n in range(20_000)))
    lines = tail_lines(log)
    assert len(lines) == 200 and lines[-1].startswith("line 19999")
