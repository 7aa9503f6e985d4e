"""Sleep is held off for the time of a run, by its own process, and whatever the desktop does the run goes on."""

import logging
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.contract import sleep
from engine.contract.job import Job
from engine.server import awake, tasks
from engine.server.job import LiveJob
from engine.server.run_folder import RunFolder


class Desktop:
    """A back end that keeps what was asked of it, and from which thread."""

    def __init__(self, *, active: bool = True, fault: Exception | None = None) -> None:
        self.active, self.fault = active, fault
        self.calls: list[str] = []
        self.threads: set[int] = set()
        self.holding = threading.Event()

    @contextmanager
    def inhibit(self):
        self.threads.add(threading.get_ident())
        if self.fault is not None:
            raise self.fault
        self.calls.append("held")
        self.holding.set()
        yield SimpleNamespace(active=self.active, method="fake desktop")
        self.threads.add(threading.get_ident())
        self.calls.append("released")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUTHIER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_it_is_held_inside_and_released_after_in_one_thread() -> None:
    desktop = Desktop()
    with awake.kept_awake(True, inhibit=desktop.inhibit):
        assert desktop.holding.wait(5)
        assert desktop.calls == ["held"]
    assert desktop.calls == ["held", "released"]
    assert len(desktop.threads) == 1 and threading.get_ident() not in desktop.threads


def test_it_is_released_when_the_work_fails() -> None:
    desktop = Desktop()
    with pytest.raises(ZeroDivisionError), awake.kept_awake(True, inhibit=desktop.inhibit):
        desktop.holding.wait(5)
        raise ZeroDivisionError
    assert desktop.calls == ["held", "released"]


def test_nothing_is_asked_where_it_is_not_wanted_or_switched_off(home: Path) -> None:
    desktop = Desktop()
    with awake.kept_awake(False, inhibit=desktop.inhibit):
        pass
    home.mkdir(exist_ok=True)
    sleep.let_sleep(home, True)
    with awake.kept_awake(True, inhibit=desktop.inhibit):
        pass
    assert desktop.calls == [] and not desktop.threads
    sleep.let_sleep(home, False)
    assert not sleep.may_sleep(home)


@pytest.mark.parametrize(
    ("desktop", "words"),
    [
        (Desktop(), "is kept awake until this run ends or is paused (fake desktop)"),
        (Desktop(active=False), "no desktop answered"),
        (Desktop(fault=OSError("the bus is gone")), "the bus is gone"),
    ],
)
def test_the_log_says_what_became_of_it(
    desktop: Desktop, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=awake.__name__)
    with awake.kept_awake(True, inhibit=desktop.inhibit):
        desktop.holding.wait(0.2)
    assert words in caplog.text
    assert all(record.levelno == logging.INFO for record in caplog.records)


def test_a_desktop_that_never_answers_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awake, "RELEASE_S", 0.05)
    stuck = threading.Event()

    @contextmanager
    def inhibit():
        stuck.wait(30)
        yield SimpleNamespace(active=False, method=None)

    done = []
    with awake.kept_awake(True, inhibit=inhibit):
        done.append("inside")
    done.append("after")
    stuck.set()
    assert done == ["inside", "after"]


@pytest.mark.parametrize(("kind", "survives", "held"), [("train", True, True), ("search", False, True), ("export", False, False)])  # fmt: skip
def test_runs_and_searches_hold_sleep_off_and_the_runs_log_tells(
    kind: str, survives: bool, held: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop()
    monkeypatch.setattr(awake, "_wakepy", desktop.inhibit)
    seen = []

    def work(job: Job) -> tasks.Outcome:
        seen.append(desktop.holding.wait(5 if held else 0.1))
        return tasks.Outcome("paused")

    folder = RunFolder(tmp_path / "run")
    task = tasks.Task(kind=kind, run="r", work=work, folder=folder, survives=survives)
    end = tasks.run_task(task, LiveJob("r", journal=folder.journal))
    assert end.status == "paused"
    assert seen == [held]
    assert desktop.calls == (["held", "released"] if held else [])
    assert ("kept awake" in (tmp_path / "run" / "engine.log").read_text("utf-8")) is held
