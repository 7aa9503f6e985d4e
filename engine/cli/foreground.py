"""Runs one task in this process while somebody waits: shows it, and turns Ctrl+C into "stop and keep"."""

import contextlib
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

from engine.cli.output import Output
from engine.cli.reporter import Reporter
from engine.contract.errors import ErrorCode, ErrorInfo, UserError
from engine.contract.messages import RunFinished
from engine.server.job import LiveJob, Sink
from engine.server.tasks import Task, open_job, run_task

DONE, FAILED, USAGE, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130
USAGE_CODES = frozenset({ErrorCode.RECIPE_INVALID, ErrorCode.BAD_COMMAND})


@dataclass(frozen=True, slots=True)
class Ended:
    """How a task ended, and the exit code that says so."""

    finished: RunFinished
    code: int


def run_foreground(
    task: Task, output: Output, *, events: bool = False, quiet: bool = False, also: Sequence[Sink] = ()
) -> Ended:
    """Carry out ``task``. ``events``: write the protocol's events instead of text. ``also`` are told of them too."""
    reporter = Reporter(output)
    sinks: list[Sink] = [output.event] if events else ([] if quiet else [reporter])
    sinks += also
    interrupts: list[int] = []
    job = open_job(task, sinks)
    with _signals(job, interrupts, output):
        finished = run_task(task, job)
    reporter.close()
    return Ended(finished, _code(finished, interrupts))


def run_to_result(task: Task, output: Output) -> dict[str, Any]:
    """Carry out ``task`` as one part of something larger; its result.

    Raises:
        UserError: it failed, or was stopped.
        KeyboardInterrupt: Ctrl+C.
    """
    ended = run_foreground(task, output)
    if ended.code == INTERRUPTED:
        raise KeyboardInterrupt
    if ended.finished.status == "completed":
        return ended.finished.result
    info = ended.finished.error
    if info is None:
        raise UserError(ErrorCode.CANCELLED, f"{task.kind} was stopped")
    failure = UserError(info.code, info.message)
    failure.info = info  # whole, with the traceback of a mistake of ours
    raise failure


def exit_code(info: ErrorInfo) -> int:
    """What the process says of an error."""
    if info.code is ErrorCode.CANCELLED:
        return STOPPED
    return USAGE if info.code in USAGE_CODES else FAILED


def _code(finished: RunFinished, interrupts: Sequence[int]) -> int:
    if finished.status == "completed":
        return DONE
    if signal.SIGINT in interrupts:
        return INTERRUPTED
    if finished.error is not None:
        return exit_code(finished.error)
    return STOPPED


@contextlib.contextmanager
def _signals(job: LiveJob, interrupts: list[int], output: Output) -> Iterator[None]:
    def handle(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        if interrupts.count(signal.SIGINT) > 1:
            raise KeyboardInterrupt
        job.set_wish("stop")
        output.note("\nStopping after this step, and keeping what is learnt; once more to break off.")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
