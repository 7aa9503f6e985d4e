"""Work with an engine of its own: one a channel, the state follows, and whoever began it hears of its end once."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.actions import channels as action
from app.actions.channels import JobChannels
from app.client.exits import EngineExit
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import BuildData, RunFinished, RunStarted, StartApi
from tests.gui.fakes.desk import Desk


class Job(QObject):
    """As much of an engine's job as the channels see."""

    accepted, refused, events, finished, crashed = (Signal(object) for _ in range(5))
    made: "list[Job]" = []

    def __init__(self, program: Any, command: Any, *, log_path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.command, self.log_path = command, log_path
        self.wishes: list[str] = []
        self.made.append(self)

    def start(self) -> None:
        self.accepted.emit("job-1")

    def control(self, wish: str) -> None:
        self.wishes.append(wish)

    def stop(self, **how: Any) -> None:
        self.wishes.append("end")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(action, "EngineJob", Job)
    Job.made.clear()
    desk = Desk(qtbot, tmp_path / "home")
    yield desk
    desk.do.close()


def test_one_a_channel_and_the_state_follows(desk: Desk) -> None:
    jobs, told = JobChannels(desk.do._context), []
    for _ in range(2):
        jobs.begin("build", BuildData(recipe={}), about="/out", finished=told.append)
    jobs.begin("api", StartApi(model="m", port=1))
    build, api = Job.made
    assert build.log_path.name == "build.log" and isinstance(build.command, BuildData)
    state = desk.state.build
    assert state.job.status == "starting" and state.job.run_dir == "/out" and state.job.run == "job-1"
    build.events.emit([RunStarted(kind="build")])
    assert desk.state.build.job.status == "running"
    jobs.cancel("build")
    assert build.wishes == ["cancel"] and not api.wishes and desk.state.build.job.status == "stopping"
    end = RunFinished(status="completed")
    build.finished.emit(end)
    assert told == [end] and not jobs.busy("build") and jobs.busy("api")
    jobs.begin("build", BuildData(recipe={}))
    assert len(Job.made) == 3, "the channel is free again"
    jobs.cancel()
    assert api.wishes == ["cancel"] and Job.made[2].wishes == ["cancel"]
    assert jobs.stop() == [api, Job.made[2]]  # type: ignore[comparison-overlap]
    assert api.wishes[-1] == "end"


def test_a_refusal_and_a_death_are_known_to_the_state_before_they_are_told(desk: Desk) -> None:
    jobs = JobChannels(desk.do._context)
    seen: list[tuple[str, str, bool]] = []

    def note(what: str) -> None:
        seen.append((what, desk.state.build.job.status, jobs.busy("build")))

    def begin() -> Job:
        jobs.begin(
            "build",
            BuildData(recipe={}),
            refused=lambda error: note(error.message),
            crashed=lambda how: note(how.text),
        )
        return Job.made[-1]

    begin().refused.emit(ErrorInfo(code=ErrorCode.NOT_FOUND, message="no rows"))
    gone = EngineExit(kind="signal", text="it died", hint="")
    begin().crashed.emit(gone)
    assert seen == [("no rows", "failed", False), ("it died", "crashed", False)]
    assert desk.state.build.job.error == gone.error
