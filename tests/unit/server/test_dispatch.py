"""The dispatcher: one reply a command, one job at a time, every exception worded, an orderly end."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.contract import messages as m
from engine.contract.codec import CodecError
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.server.dispatch import Dispatcher, Question
from engine.server.outbox import Outbox
from engine.server.tasks import Outcome, Task


class Box(Outbox):
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.replies: list[m.Ok | m.Failure] = []
        self.events: list[m.Event] = []

    def reply(self, message: m.Ok | m.Failure) -> None:
        self.replies.append(message)

    def event(self, event: m.Event) -> None:
        self.events.append(event)


class Work:
    """A job that goes on until it is let go or cancelled."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()

    def __call__(self, job: Job) -> Outcome:
        self.started.set()
        while not self.go.wait(0.01):
            job.check()
        return Outcome(result={"x": 1}, paths={"run": "here"})


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def work() -> Iterator[Work]:
    item = Work()
    yield item
    item.go.set()


def dispatcher(box: Box, work: Work | None = None, *, survives: bool = False, **questions: Any) -> Dispatcher:
    tasks: dict[str, Callable[[Any], Task]] = {}
    if work is not None:
        tasks["starter.install"] = lambda command: Task("starter", "job", work, survives=survives)
    return Dispatcher(
        box, questions={name: Question(answer) for name, answer in questions.items()}, tasks=tasks
    )


def send(target: Dispatcher, **message: Any) -> None:
    target.receive(json.dumps(message).encode())


def codes(box: Box) -> list[tuple[int | None, str]]:
    return [(r.id, r.error.code.value if isinstance(r, m.Failure) else "ok") for r in box.replies]


@pytest.mark.parametrize(
    "line",
    [b"junk", b"\xff\xfe", b"[1,2]", b"[" * 50_000, CodecError("line longer than 1048576 bytes", b"xxx")],
)
def test_a_bad_line_is_refused_without_a_number_and_life_goes_on(box: Box, line: bytes | CodecError) -> None:
    target = dispatcher(box, doctor=lambda command: {"fine": True})
    target.receive(line)
    send(target, id=2, type="doctor")
    until(lambda: len(box.replies) == 2)
    assert codes(box) == [(None, "bad_command"), (2, "ok")]


@pytest.mark.parametrize(
    "message, identity",
    [
        ({"id": 3, "type": "nope"}, 3),
        ({"id": "x", "type": "hello"}, None),
        ({"id": True, "type": "hello"}, None),
        ({"id": 4, "type": "plan"}, 4),
        ({"id": 5, "type": "hello"}, 5),
    ],
)
def test_a_command_that_cannot_be_answered_is_refused_with_its_number(
    box: Box, message: dict[str, Any], identity: int | None
) -> None:
    send(dispatcher(box), **message)
    assert codes(box) == [(identity, "bad_command")]


@pytest.mark.parametrize(
    "error, code",
    [
        (UserError(ErrorCode.DATA_EMPTY, "nothing left"), "data_empty"),
        (MemoryError(), "out_of_memory"),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp:118] . DefaultCPUAllocator: can't allocate memory"),
            "out_of_memory",
        ),
        (OSError(28, "No space left on device"), "disk_full"),
        (
            RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"),
            "disk_full",
        ),
        (FileNotFoundError(2, "No such file", "/nowhere/x.json"), "not_found"),
        (PermissionError(13, "Permission denied", "/data/x"), "unreadable"),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), "internal"),
        (ValueError(), "internal"),
        (OSError(5, "Input/output error"), "disk_fault"),
    ],
)
def test_every_exception_becomes_an_error_with_its_code(box: Box, error: Exception, code: str) -> None:
    def fail(command: Any) -> dict[str, Any]:
        raise error

    target = dispatcher(box, doctor=fail)
    send(target, id=1, type="doctor")
    until(lambda: bool(box.replies))
    (reply,) = box.replies
    assert isinstance(reply, m.Failure) and reply.error.code == code
    assert reply.error.message
    assert (reply.error.traceback is not None) == (not isinstance(error, UserError))


def test_cuda_out_of_memory_is_recognised_without_torch(box: Box) -> None:
    OutOfMemoryError = type("OutOfMemoryError", (RuntimeError,), {})

    def fail(command: Any) -> dict[str, Any]:
        raise OutOfMemoryError("CUDA")

    target = dispatcher(box, doctor=fail)
    send(target, id=1, type="doctor")
    until(lambda: bool(box.replies))
    assert codes(box) == [(1, "out_of_memory")]


def test_a_job_is_answered_at_once_and_its_events_follow(box: Box, work: Work) -> None:
    target = dispatcher(box, work)
    send(target, id=1, type="starter.install")
    assert box.replies == [m.Ok(id=1, result={"run": "job", "run_dir": ""})]
    work.go.set()
    until(lambda: bool(box.events) and isinstance(box.events[-1], m.RunFinished))
    first, last = box.events[0], box.events[-1]
    assert isinstance(first, m.RunStarted) and first.kind == "starter" and first.pid > 0
    assert isinstance(last, m.RunFinished)
    assert (last.status, last.result, last.paths) == ("completed", {"x": 1}, {"run": "here"})
    assert [event.seq for event in box.events] == list(range(1, len(box.events) + 1))


def test_a_second_job_is_refused_while_questions_are_answered(box: Box, work: Work) -> None:
    target = dispatcher(box, work, doctor=lambda command: {})
    send(target, id=1, type="starter.install")
    assert work.started.wait(10)
    send(target, id=2, type="starter.install")
    send(target, id=3, type="doctor")
    until(lambda: len(box.replies) == 3)
    assert codes(box) == [(1, "ok"), (2, "busy"), (3, "ok")]


def test_the_next_job_may_start_as_soon_as_the_end_is_told(box: Box, work: Work) -> None:
    target = dispatcher(box, work)
    again = threading.Event()

    def restart(event: m.Event) -> None:
        Box.event(box, event)
        if isinstance(event, m.RunFinished) and not again.is_set():
            again.set()
            send(target, id=2, type="starter.install")

    box.event = restart  # type: ignore[method-assign]
    work.go.set()
    send(target, id=1, type="starter.install")
    until(lambda: sum(isinstance(event, m.RunFinished) for event in box.events) == 2)
    assert codes(box) == [(1, "ok"), (2, "ok")]


def test_the_end_of_one_job_does_not_forget_the_next(box: Box, work: Work) -> None:
    def first(job: Job) -> Outcome:
        return Outcome()

    tasks: dict[str, Callable[[Any], Task]] = {
        "starter.install": lambda command: Task("starter", "first", first),
        "chat.load": lambda command: Task("chat.load", "second", work),
    }
    target = Dispatcher(box, questions={}, tasks=tasks)

    def follow(event: m.Event) -> None:
        Box.event(box, event)
        if isinstance(event, m.RunFinished) and event.run == "first":
            send(target, id=2, type="chat.load", model="starter")

    box.event = follow  # type: ignore[method-assign]
    send(target, id=1, type="starter.install")
    assert work.started.wait(10)
    first_thread = next((t for t in threading.enumerate() if t.name == "job first"), None)
    if first_thread is not None:
        first_thread.join(10)
    send(target, id=3, type="starter.install")
    send(target, id=4, type="run.control", run="second", action="stop")
    assert codes(box) == [(1, "ok"), (2, "ok"), (3, "busy"), (4, "ok")]


def test_control_reaches_the_job_that_it_names_and_no_other(box: Box, work: Work) -> None:
    target = dispatcher(box, work)
    send(target, id=1, type="starter.install")
    send(target, id=2, type="run.control", run="other", action="stop")
    send(target, id=3, type="run.control", run="job", action="pause")
    until(lambda: bool(box.events) and isinstance(box.events[-1], m.RunFinished))
    assert codes(box) == [(1, "ok"), (2, "not_found"), (3, "ok")]
    last = box.events[-1]
    assert isinstance(last, m.RunFinished) and last.status == "paused" and last.error is None


def test_a_job_that_fails_says_how(box: Box) -> None:
    def work(job: Job) -> Outcome:
        raise UserError(ErrorCode.NOT_FINITE, "NaN in step 3", hint="Lower the rate.")

    tasks = {"starter.install": lambda command: Task("starter", "job", work)}
    target = Dispatcher(box, questions={}, tasks=tasks)
    send(target, id=1, type="starter.install")
    until(lambda: bool(box.events) and isinstance(box.events[-1], m.RunFinished))
    last = box.events[-1]
    assert isinstance(last, m.RunFinished) and last.error is not None
    assert (last.status, last.error.code, last.error.hint) == (
        "failed",
        ErrorCode.NOT_FINITE,
        "Lower the rate.",
    )


def test_a_job_that_cannot_open_is_an_error_and_leaves_the_engine_free(box: Box, work: Work) -> None:
    def refuse(command: Any) -> Task:
        raise UserError(ErrorCode.NOT_FOUND, "no such run")

    tasks: dict[str, Callable[[Any], Task]] = {
        "merge.start": refuse,
        "starter.install": lambda command: Task("starter", "job", work),
    }
    target = Dispatcher(box, questions={}, tasks=tasks)
    send(target, id=1, type="merge.start", run_dir="x")
    send(target, id=2, type="starter.install")
    assert codes(box) == [(1, "not_found"), (2, "ok")]


def waiting(target: Dispatcher) -> threading.Thread:
    thread = threading.Thread(target=target.wait, daemon=True)
    thread.start()
    return thread


def test_at_the_end_of_input_a_passing_job_is_cancelled(box: Box, work: Work) -> None:
    target = dispatcher(box, work)
    thread = waiting(target)
    send(target, id=1, type="starter.install")
    assert work.started.wait(10) and thread.is_alive()
    target.end_of_input()
    thread.join(10)
    assert not thread.is_alive()
    last = box.events[-1]
    assert isinstance(last, m.RunFinished) and last.status == "stopped"


def test_at_the_end_of_input_a_training_job_goes_on_to_its_own_end(box: Box, work: Work) -> None:
    target = dispatcher(box, work, survives=True)
    thread = waiting(target)
    send(target, id=1, type="starter.install")
    assert work.started.wait(10)
    target.end_of_input()
    thread.join(0.8)
    assert thread.is_alive()
    work.go.set()
    thread.join(10)
    last = box.events[-1]
    assert not thread.is_alive()
    assert isinstance(last, m.RunFinished) and last.status == "completed"


def test_shutdown_answers_stops_the_job_and_takes_no_other(box: Box, work: Work) -> None:
    target = dispatcher(box, work, survives=True)
    thread = waiting(target)
    send(target, id=1, type="starter.install")
    send(target, id=2, type="shutdown")
    send(target, id=3, type="starter.install")
    thread.join(10)
    assert not thread.is_alive()
    assert codes(box)[:3] == [(1, "ok"), (2, "ok"), (3, "busy")]
    last = box.events[-1]
    assert isinstance(last, m.RunFinished) and last.status == "stopped"


def test_questions_that_wait_are_answered_before_the_end(box: Box) -> None:
    gate = threading.Event()

    def slow(command: Any) -> dict[str, Any]:
        gate.wait(10)
        return {}

    target = dispatcher(box, doctor=slow)
    for identity in (1, 2, 3):
        send(target, id=identity, type="doctor")
    target.end_of_input()
    thread = waiting(target)
    thread.join(0.7)
    assert thread.is_alive()
    gate.set()
    thread.join(10)
    assert not thread.is_alive()
    assert codes(box) == [(1, "ok"), (2, "ok"), (3, "ok")]


def test_an_instant_question_does_not_wait_behind_a_slow_one(box: Box) -> None:
    gate = threading.Event()

    def slow(command: Any) -> dict[str, Any]:
        gate.wait(10)
        return {}

    target = Dispatcher(
        box,
        questions={"doctor": Question(slow, "light"), "hello": Question(lambda command: {}, "instant")},
        tasks={},
    )
    send(target, id=1, type="doctor")
    send(target, id=2, type="hello")
    assert codes(box) == [(2, "ok")]
    gate.set()


def test_a_task_with_a_folder_frees_it_before_the_end_is_told(box: Box, tmp_path: Path) -> None:
    from engine.server.run_folder import RunFolder

    taken: list[bool] = []

    def open_task(command: Any) -> Task:
        folder = RunFolder(tmp_path / "run")
        return Task("train", "run", lambda job: Outcome(), folder=folder, run_dir=str(tmp_path / "run"))

    def look(event: m.Event) -> None:
        Box.event(box, event)
        if isinstance(event, m.RunFinished):
            RunFolder(tmp_path / "run", resume=True).close()
            taken.append(True)

    box.event = look  # type: ignore[method-assign]
    target = Dispatcher(box, questions={}, tasks={"starter.install": open_task})
    send(target, id=1, type="starter.install")
    until(lambda: bool(taken))
    assert codes(box) == [(1, "ok")]
