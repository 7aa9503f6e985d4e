"""What an event means for a job of any kind, and for a training run: pure, live and replay alike."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.state.model import CheckpointMark, JobState, PhaseMark, SampleMark, TrainState
from app.state.series import Series
from engine.contract.messages import (
    Checkpoint,
    Event,
    Metrics,
    Phase,
    Progress,
    RunFinished,
    RunScope,
    RunStarted,
    Sample,
    Warn,
)

WARNINGS_KEPT = 100


def job_event(job: JobState, event: Event) -> JobState:
    """The job after ``event``."""
    handler = _JOB.get(type(event))
    if handler is None:
        return replace(job, t=event.t) if event.t > job.t else job
    return handler(job, event)


def _started(job: JobState, event: RunStarted) -> JobState:
    """A job begins anew: also a resumed one, whose clock starts again."""
    return replace(
        job,
        run=event.run or job.run,
        kind=event.kind,
        status="running",
        run_dir=event.run_dir or job.run_dir,
        started_wall=event.wall or job.started_wall,
        t=event.t,
        phases=(),
        progress_name="",
        progress_done=0.0,
        progress_total=None,
        progress_unit="",
        eta_s=None,
        error=None,
        result={},
        paths={},
        log_tail=(),
    )


def _phase(job: JobState, event: Phase) -> JobState:
    if event.state == "started":
        mark = PhaseMark(event.name, event.t, None, event.detail)
        return replace(job, phases=(*job.phases, mark), t=event.t)
    for index in range(len(job.phases) - 1, -1, -1):
        mark = job.phases[index]
        if mark.name == event.name and mark.seconds is None:
            done = replace(
                mark, seconds=max(0.0, event.t - mark.started_t), detail=event.detail or mark.detail
            )
            return replace(job, phases=(*job.phases[:index], done, *job.phases[index + 1 :]), t=event.t)
    return replace(job, t=event.t)


def _progress(job: JobState, event: Progress) -> JobState:
    return replace(
        job,
        progress_name=event.name,
        progress_done=event.done,
        progress_total=event.total,
        progress_unit=event.unit,
        eta_s=event.eta_s,
        t=event.t,
    )


def _warned(job: JobState, event: Warn) -> JobState:
    text = f"{event.message} {event.hint}" if event.hint else event.message
    return replace(job, warnings=(*job.warnings, text)[-WARNINGS_KEPT:], t=event.t)


def _finished(job: JobState, event: RunFinished) -> JobState:
    return replace(
        job,
        status=event.status,
        t=event.t or job.t,
        eta_s=None,
        result=event.result,
        paths=event.paths,
        error=event.error,
    )


_JOB: dict[type[Event], Callable[[JobState, Any], JobState]] = {
    RunStarted: _started,
    Phase: _phase,
    Progress: _progress,
    Warn: _warned,
    RunFinished: _finished,
}


def train_events(train: TrainState, events: Iterable[Event]) -> TrainState:
    """The run after ``events``: the one path for live events and for a journal."""
    gathered = _Gathered()
    for event in events:
        if isinstance(event, Metrics):
            if not gathered.take(event):
                train = gathered.into(train)
                gathered.take(event)
        else:
            train = train_event(gathered.into(train), event)
    return gathered.into(train)


class _Gathered:
    """Metrics in a row that report the same series: one append instead of hundreds."""

    def __init__(self) -> None:
        self._newest: Metrics | None = None
        self._step: list[int] = []
        self._series: dict[str, list[float]] = {}

    def take(self, event: Metrics) -> bool:
        """Add ``event``; False when it does not fit to what is here, which must then go first."""
        newest, series = self._newest, event.series
        if newest is None:
            self._series = {name: list(values) for name, values in series.items() if isinstance(values, list)}
            self._step = list(event.step)
        elif not self._fits(event, newest):
            return False
        else:
            self._step += event.step
            for name, values in series.items():
                self._series[name] += values
        self._newest = event
        return True

    def _fits(self, event: Metrics, newest: Metrics) -> bool:
        count = len(event.step)
        return (
            event.run == newest.run
            and bool(count and self._step)
            and event.step[0] > self._step[-1]
            and event.series.keys() == self._series.keys()
            and all(len(values) == count for values in event.series.values())
            and all(len(values) == len(self._step) for values in self._series.values())
        )

    def into(self, train: TrainState) -> TrainState:
        """``train`` with everything gathered, which is then gone from here."""
        newest, self._newest = self._newest, None
        if newest is None or not _mine(train, newest):
            return train
        return _metrics(train, self._step, self._series, newest.t)


def train_event(train: TrainState, event: Event) -> TrainState:
    """The run after ``event``. Events of other jobs in the same journal (a merge, an export) are not its own."""
    if isinstance(event, Metrics):
        return train_events(train, (event,))
    if isinstance(event, RunStarted):
        return _train_started(train, event) if event.kind in ("", "train") else train
    if not _mine(train, event):
        return train
    if isinstance(event, Checkpoint):
        return _checkpoint(train, event)
    if isinstance(event, RunScope):
        job = replace(train.job, t=event.t)
        total, first = event.total_steps, event.first_step
        return replace(train, job=job, total_steps=total, step=first, rows=event.train_rows)
    if isinstance(event, Sample):
        mark = SampleMark(event.step, event.prompt, event.answer, event.reference)
        return replace(train, samples=(*train.samples, mark))
    return replace(train, job=job_event(train.job, event))


def _mine(train: TrainState, event: Event) -> bool:
    return not event.run or not train.job.run or event.run == train.job.run


def _train_started(train: TrainState, event: RunStarted) -> TrainState:
    resumed = event.resumed_from
    job = job_event(train.job, event)
    total = event.total_steps if event.total_steps is not None else train.total_steps
    if resumed is None:
        return replace(train, job=job, total_steps=total)
    return replace(
        train,
        job=job,
        total_steps=total,
        step=resumed,
        checkpoints=tuple(mark for mark in train.checkpoints if mark.step <= resumed),
        samples=tuple(mark for mark in train.samples if mark.step <= resumed),
    )


def _metrics(train: TrainState, step: list[int], values: dict[str, list[float]], t: float) -> TrainState:
    if not step:
        return train
    series = dict(train.series)
    for name, new in values.items():
        if len(new) == len(step):
            series[name] = (series.get(name) or Series()).extended(step, new)
    job = replace(train.job, t=t) if t else train.job
    return replace(train, job=job, series=series, step=max(train.step, *step))


def _checkpoint(train: TrainState, event: Checkpoint) -> TrainState:
    others = tuple(
        replace(mark, best=False) if event.best and mark.best else mark
        for mark in train.checkpoints
        if mark.step != event.step
    )
    mark = CheckpointMark(event.step, event.path, event.best)
    return replace(train, checkpoints=(*others, mark), job=replace(train.job, t=event.t))
