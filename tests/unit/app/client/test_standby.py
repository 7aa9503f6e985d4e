"""An engine that stands by: taken by the run that fits it, ended otherwise, and never left behind."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.client.engine_job import EngineJob
from app.client.standby import Standby
from engine.contract.messages import StartRun
from tests.gui.fakes.programs import fake_program

WAIT_MS = 60_000  # only ends a hanging test


@pytest.fixture
def standby(qtbot: QtBot, tmp_path: Path) -> Iterator[Standby]:
    parent = QObject()
    made = Standby(tmp_path / "logs", parent)
    yield made
    made.stop()
    made.end_now(wait_ms=5000)
    qtbot.waitUntil(lambda: not made._leaving, timeout=WAIT_MS)


def pid_of(standby: Standby, qtbot: QtBot) -> int:
    qtbot.waitUntil(lambda: standby._client is not None and standby._client.pid > 0, timeout=WAIT_MS)
    assert standby._client is not None
    return standby._client.pid


def test_a_run_takes_it_with_its_log_and_goes_to_its_end(
    standby: Standby, qtbot: QtBot, tmp_path: Path
) -> None:
    program = fake_program("normal", "--interval", "0.01", "--steps", "3")
    standby.prepare(program, quantized=False)
    pid = pid_of(standby, qtbot)
    standby.prepare(program, quantized=False)
    assert pid_of(standby, qtbot) == pid, "asked again, the same one stays"
    log = tmp_path / "logs" / "run-r.log"
    client = standby.take(program, quantized=False, log_path=log)
    assert client is not None and client.pid == pid and not standby.there
    if os.name != "nt":
        assert [path.name for path in (tmp_path / "logs").iterdir()] == ["run-r.log"]
    command = StartRun(recipe={}, run_dir=str(tmp_path / "run"))
    job = EngineJob(program, command, log_path=log, client=client, parent=standby)
    ends: list[Any] = []
    job.finished.connect(ends.append)
    job.crashed.connect(ends.append)
    job.refused.connect(ends.append)
    job.start()
    assert job.pid == pid
    qtbot.waitUntil(lambda: bool(ends), timeout=WAIT_MS)
    assert getattr(ends[0], "status", ends[0]) == "completed"
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid), timeout=WAIT_MS)
    assert log.exists()


def test_only_a_run_of_its_kind_gets_it(standby: Standby, qtbot: QtBot, tmp_path: Path) -> None:
    program, log = fake_program("normal"), tmp_path / "run.log"
    assert standby.take(program, quantized=False, log_path=log) is None
    standby.prepare(program, quantized=False)
    pid = pid_of(standby, qtbot)
    assert standby.take(program, quantized=True, log_path=log) is None
    assert standby.take(fake_program("normal", "--steps", "9"), quantized=False, log_path=log) is None
    standby.prepare(program, quantized=True)
    assert pid_of(standby, qtbot) != pid
    qtbot.waitUntil(lambda: not psutil.pid_exists(pid), timeout=WAIT_MS)


def test_one_that_died_is_not_handed_out_and_leaves_no_log(
    standby: Standby, qtbot: QtBot, tmp_path: Path
) -> None:
    program = fake_program("normal")
    standby.prepare(program, quantized=False)
    psutil.Process(pid_of(standby, qtbot)).kill()
    qtbot.waitUntil(lambda: not standby.there, timeout=WAIT_MS)
    assert standby.take(program, quantized=False, log_path=tmp_path / "run.log") is None
    assert list((tmp_path / "logs").iterdir()) == []


def test_at_the_end_it_is_gone(standby: Standby, qtbot: QtBot) -> None:
    standby.prepare(fake_program("normal"), quantized=False)
    pid = pid_of(standby, qtbot)
    standby.stop()
    standby.end_now(wait_ms=10_000)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
