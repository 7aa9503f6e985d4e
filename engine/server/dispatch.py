"""Answers commands: each gets exactly one reply, whatever happens.

Instant questions are answered where they are read, slower ones wait in one of four lanes, a job has a thread of
its own and there is one at a time. Here an exception becomes an ``ErrorInfo`` (worded by ``failures``).
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from engine.contract.codec import CodecError, decode
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Action
from engine.contract.messages import Command, ControlRun, Failure, Ok, Shutdown, parse_command
from engine.server.failures import error_info
from engine.server.job import LiveJob
from engine.server.outbox import Outbox
from engine.server.tasks import Task, open_job, run_task

Lane = Literal["instant", "light", "heavy", "counting", "network"]
LANES: tuple[Lane, ...] = ("light", "heavy", "counting", "network")
LEAVE_S = 60.0  # how long a job that should end, and the questions that wait, may hold up the exit


@dataclass(frozen=True, slots=True)
class Question:
    """How a quick command is answered, and where: ``heavy`` ones load the training libraries, ``counting`` passes over
    all rows, ``network`` ones wait for others. ``hear`` is told of a command as soon as it comes, while others may still be answered."""

    answer: Callable[[Any], BaseModel | dict[str, Any]]
    lane: Lane = "light"
    hear: Callable[[Any], None] | None = None


class Dispatcher:
    """Takes lines, gives replies and events to the outbox. ``questions`` and ``tasks`` are keyed by command type."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        questions: Mapping[str, Question],
        tasks: Mapping[str, Callable[[Any], Task]],
    ) -> None:
        self._outbox = outbox
        self._questions = questions
        self._tasks = tasks
        self._lock = threading.Condition()
        self._task: Task | None = None
        self._job: LiveJob | None = None
        self._waiting = 0  # questions in the lanes
        self._leaving = False
        self._leave_at: float | None = None
        self._lanes = {name: self._start_lane(name) for name in LANES}

    # -------------------------------------------------------------- input

    def receive(self, line: bytes | CodecError) -> None:
        """Carry out one line; never raises."""
        identity: int | None = None
        try:
            if isinstance(line, CodecError):
                raise line
            message = decode(line)
            identity = _identity(message)
            self._carry_out(parse_command(message))
        except CodecError as error:
            self._refuse(identity, UserError(ErrorCode.BAD_COMMAND, f"Not a command: {error}"))
        except Exception as error:  # the process boundary
            self._refuse(identity, error)

    def _carry_out(self, command: Command) -> None:
        name = str(getattr(command, "type", ""))
        if isinstance(command, ControlRun):
            self._control(command)
            self._outbox.reply(Ok(id=command.id))
        elif isinstance(command, Shutdown):
            self._outbox.reply(Ok(id=command.id))
            self.leave()
        elif name in self._questions:
            question = self._questions[name]
            if question.hear is not None:
                question.hear(command)
            if question.lane == "instant":
                self._answer(command, question)
            else:
                with self._lock:
                    self._waiting += 1
                self._lanes[question.lane].put((command, question))
        elif name in self._tasks:
            self._start(command, self._tasks[name])
        else:
            raise UserError(ErrorCode.BAD_COMMAND, f"This engine does not answer {name!r}")

    def end_of_input(self) -> None:
        """The other side is gone: a job that survives goes on to its end, anything else is cancelled."""
        with self._lock:
            survives = self._task is not None and self._task.survives
        self.leave(action=None if survives else "cancel")

    def leave(self, *, action: Action | None = "stop") -> None:
        """End the present job as ``action`` says (None: let it finish), then let ``wait`` return."""
        with self._lock:
            self._leaving = True
            job, task = self._job, self._task
            if task is None or not task.survives:
                self._leave_at = time.monotonic() + LEAVE_S
            self._lock.notify_all()
        if action is not None and job is not None:
            job.set_wish(action)

    def wait(self) -> None:
        """Return when the process may end: asked to leave, the job over, the questions answered."""
        with self._lock:
            while not (self._leaving and self._idle()):
                if self._leave_at is not None and time.monotonic() >= self._leave_at:
                    return
                self._lock.wait(0.5)  # short, so that signals are handled on every platform

    def _idle(self) -> bool:
        return self._job is None and self._waiting == 0

    # -------------------------------------------------------------- questions

    def _start_lane(self, name: str) -> "queue.SimpleQueue[tuple[Command, Question]]":
        lane: queue.SimpleQueue[tuple[Command, Question]] = queue.SimpleQueue()
        threading.Thread(target=self._serve_lane, args=(lane,), name=f"{name} lane", daemon=True).start()
        return lane

    def _serve_lane(self, lane: "queue.SimpleQueue[tuple[Command, Question]]") -> None:
        while True:
            command, question = lane.get()
            self._answer(command, question)
            with self._lock:
                self._waiting -= 1
                self._lock.notify_all()

    def _answer(self, command: Command, question: Question) -> None:
        try:
            answer = question.answer(command)
            result = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        except Exception as error:  # the process boundary
            self._refuse(command.id, error)
        else:
            self._outbox.reply(Ok(id=command.id, result=result))

    def _refuse(self, identity: int | None, error: BaseException) -> None:
        self._outbox.reply(Failure(id=identity, error=error_info(error)))

    # -------------------------------------------------------------- jobs

    def _start(self, command: Command, opener: Callable[[Any], Task]) -> None:
        with self._lock:
            busy = self._task
            if busy is not None or self._leaving:
                what = f"{busy.kind} is still running" if busy else "this engine is about to end"
                raise UserError(
                    ErrorCode.BUSY, f"One job at a time: {what}", hint="Wait for it, or stop it first."
                )
        task = opener(command)
        job = open_job(task, [self._outbox.event])
        with self._lock:
            self._task, self._job = task, job
        result = {"run": task.run, "run_dir": task.run_dir}
        self._outbox.reply(Ok(id=command.id, result=result))
        threading.Thread(target=self._work, args=(task, job), name=f"job {task.run}", daemon=True).start()

    def _work(self, task: Task, job: LiveJob) -> None:
        def over() -> None:
            """Before ``run.finished`` goes out: whoever reads it may start the next job at once."""
            with self._lock:
                self._task = None

        try:
            run_task(task, job, release=over)
        finally:
            with self._lock:
                if self._job is job:  # else the next one has begun already
                    self._task = self._job = None
                self._lock.notify_all()

    def _control(self, command: ControlRun) -> None:
        with self._lock:
            job = self._job
        if job is None or job.run != command.run:
            raise UserError(
                ErrorCode.NOT_FOUND, f"There is no job {command.run!r} here", hint="It may have ended."
            )
        job.set_wish(command.action)


def _identity(message: dict[str, Any]) -> int | None:
    value = message.get("id", 0)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
