"""The client against real child processes that behave well, badly, or not at all."""

import sys
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.client.engine_client import Accepted, EngineClient
from app.client.exits import EngineExit
from app.client.process import EngineProgram
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import Doctor, Event, ListModels, Metrics, Ok, RunFinished, StartRun
from engine.contract.results import DoctorReport, ModelList, Ready
from tests.gui.fakes.programs import fake_program

WAIT_MS = 60_000  # these bounds only end a hanging test


class Talk:
    """A client, and everything that came out of it."""

    def __init__(self, program: EngineProgram, log_path: Path) -> None:
        self.client = EngineClient(program, log_path=log_path)
        self.ready: list[Ready] = []
        self.events: list[Event] = []
        self.exits: list[EngineExit] = []
        self.answers: list[object] = []
        self.errors: list[ErrorInfo] = []
        self.client.ready.connect(self.ready.append)
        self.client.events.connect(self.events.extend)
        self.client.died.connect(self.exits.append)
        self.client.start(app_version="test")

    def models(self, *, timeout_s: float = 60) -> None:
        """Ask for the models."""
        self.client.ask(ListModels(), ModelList, timeout_s=timeout_s).then(
            self.answers.append, self.errors.append
        )


@pytest.fixture
def talk(qtbot: QtBot, tmp_path: Path):  # type: ignore[no-untyped-def]
    talks: list[Talk] = []

    def begin(*arguments: str, program: EngineProgram | None = None) -> Talk:
        talks.append(Talk(program or fake_program(*arguments), tmp_path / "log.txt"))
        return talks[-1]

    yield begin
    for one in talks:
        one.client.kill()
        qtbot.waitUntil(lambda one=one: not one.client.running, timeout=WAIT_MS)


def test_hello_then_typed_replies(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal")
    it.models()  # asked before the handshake: waits for it
    qtbot.waitUntil(lambda: bool(it.answers), timeout=WAIT_MS)
    assert it.ready[0].versions == {"engine": "fake"}
    assert isinstance(it.answers[0], ModelList) and it.answers[0].models[0].name == "Starter"


def test_a_job_streams_typed_events_in_order(talk, qtbot: QtBot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal", "--steps", "30", "--interval", "0")
    it.client.ask(StartRun(recipe={}, run_dir=str(tmp_path / "run")), Accepted).then(it.answers.append)
    qtbot.waitUntil(lambda: any(isinstance(e, RunFinished) for e in it.events), timeout=WAIT_MS)
    assert [event.seq for event in it.events] == list(range(1, len(it.events) + 1))
    steps = [event.step[0] for event in it.events if isinstance(event, Metrics)]
    assert steps == list(range(1, 31))


@pytest.mark.parametrize("mode", ["junk", "utf8", "cut", "unreadable"])
def test_noise_between_the_lines_is_survived(talk, qtbot: QtBot, mode: str) -> None:  # type: ignore[no-untyped-def]
    it = talk(mode)
    it.models()
    qtbot.waitUntil(lambda: bool(it.answers or it.errors or it.exits), timeout=WAIT_MS)
    assert len(it.answers) == 1 and not it.errors and not it.exits
    assert (it.client.junk_lines > 0) == (mode != "cut")
    assert it.client.alive


def test_ten_megabytes_of_junk_are_counted_but_not_kept(talk, qtbot: QtBot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    it = talk("junk")
    it.models()
    qtbot.waitUntil(lambda: bool(it.answers), timeout=WAIT_MS)
    assert it.client.junk_lines == 2 * 230_001  # before the answer to hello and before this one
    assert (tmp_path / "log.txt").stat().st_size < 100_000


def test_an_engine_that_dies_between_request_and_reply(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("dies:models")
    qtbot.waitUntil(lambda: bool(it.ready), timeout=WAIT_MS)
    it.models()
    it.models()
    it.client.ask(Doctor(), DoctorReport).then(it.answers.append, it.errors.append)
    qtbot.waitUntil(lambda: bool(it.exits), timeout=WAIT_MS)
    assert [error.code for error in it.errors] == [ErrorCode.ENGINE_DIED] * 3
    assert it.exits[0].kind == "code" and it.exits[0].code == 7
    assert "fake engine: last words" in it.exits[0].log
    it.models()  # asked of the dead: answered at once
    assert len(it.errors) == 4 and not it.client.alive


@pytest.mark.parametrize("mode", ["silent:models", "silent:*"])
def test_an_engine_that_never_answers(talk, qtbot: QtBot, mode: str) -> None:  # type: ignore[no-untyped-def]
    it = talk(mode)
    it.models(timeout_s=0.3)
    qtbot.waitUntil(lambda: bool(it.errors), timeout=WAIT_MS)
    assert it.errors[0].code == ErrorCode.TIMEOUT
    assert "models" in it.errors[0].message
    assert it.client.alive


def test_a_late_answer_is_ignored(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("silent:hello")
    it.models(timeout_s=0.1)
    qtbot.waitUntil(lambda: bool(it.errors), timeout=WAIT_MS)
    it.client._answer(Ok(id=2, result={"models": []}))  # what a slow engine would still send
    assert not it.answers and len(it.errors) == 1


def test_another_protocol_is_refused_with_a_way_out(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("protocol:99")
    it.models()
    qtbot.waitUntil(lambda: bool(it.exits), timeout=WAIT_MS)
    assert not it.ready
    assert "protocol 99" in it.errors[0].message and it.errors[0].hint


def test_a_program_that_cannot_be_started(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk(program=EngineProgram("/no/such/engine", ("serve",)))
    it.models()
    qtbot.waitUntil(lambda: bool(it.exits), timeout=WAIT_MS)
    assert it.exits[0].kind == "not_started" and "/no/such/engine" in it.exits[0].text
    assert it.errors[0].code == ErrorCode.ENGINE_DIED


def test_a_reply_of_the_wrong_shape_fails_its_request_only(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal")
    it.client.ask(ListModels(), DoctorReport).then(it.answers.append, it.errors.append)
    it.models()
    qtbot.waitUntil(lambda: bool(it.answers), timeout=WAIT_MS)
    assert [error.code for error in it.errors] == [ErrorCode.UNREADABLE]


def test_a_command_too_large_for_a_line_is_answered_without_being_sent(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal")
    huge = ListModels(folders=("x" * (1 << 20),))
    it.client.ask(huge, ModelList).then(it.answers.append, it.errors.append)
    assert [error.code for error in it.errors] == [ErrorCode.BAD_COMMAND]


def test_killed_from_outside_is_worded_as_such(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal")
    qtbot.waitUntil(lambda: bool(it.ready), timeout=WAIT_MS)
    psutil.Process(it.client.pid).kill()
    it.models()
    qtbot.waitUntil(lambda: bool(it.exits), timeout=WAIT_MS)
    if sys.platform != "win32":
        assert it.exits[0].kind == "memory" and "SIGKILL" in it.exits[0].text
        assert it.errors[0].code == ErrorCode.OUT_OF_MEMORY


def test_a_polite_end(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal")
    qtbot.waitUntil(lambda: bool(it.ready), timeout=WAIT_MS)
    it.client.stop(grace_s=50)
    qtbot.waitUntil(lambda: bool(it.exits), timeout=WAIT_MS)
    assert it.exits[0].kind == "asked" and it.exits[0].code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_ladder_ends_a_stubborn_engine_and_its_children(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("stubborn")
    qtbot.waitUntil(lambda: bool(it.ready), timeout=WAIT_MS)
    children = psutil.Process(it.client.pid).children(recursive=True)
    assert children
    it.client.stop(grace_s=0.3)
    qtbot.waitUntil(lambda: bool(it.exits), timeout=WAIT_MS)
    assert it.exits[0].kind == "asked"
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive


@pytest.mark.skipif(sys.platform == "win32", reason="sessions of POSIX")
def test_the_child_leads_a_session_of_its_own(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    import os

    it = talk("normal")
    qtbot.waitUntil(lambda: bool(it.ready), timeout=WAIT_MS)
    assert os.getsid(it.client.pid) == it.client.pid


def test_all_events_of_a_flood_arrive(talk, qtbot: QtBot, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    it = talk("flood", "--rate", "4000", "--seconds", "1.5")
    it.client.ask(StartRun(recipe={}, run_dir=str(tmp_path / "run")), Accepted)
    qtbot.waitUntil(lambda: any(isinstance(e, RunFinished) for e in it.events), timeout=WAIT_MS)
    journal = (tmp_path / "run" / "events.jsonl").read_text().count("\n")
    assert [event.seq for event in it.events] == list(range(1, journal + 1))
    assert journal > 100


def test_a_mistake_in_a_callback_does_not_stop_the_reading(talk, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    it = talk("normal")

    def broken(found: ModelList) -> None:
        raise RuntimeError("a view's mistake")

    with qtbot.captureExceptions() as caught:
        it.client.ask(ListModels(), ModelList).then(broken)
        it.models()
        qtbot.waitUntil(lambda: bool(it.answers), timeout=WAIT_MS)
    assert "a view's mistake" in str(caught[0][1])
