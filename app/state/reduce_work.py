"""What happens to the recipe draft, the jobs and the library."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.state import changes as c
from app.state.model import (
    ApiState,
    AppState,
    ExportState,
    JobState,
    JobStatus,
    PredictedSizes,
    RunSummary,
    TrainState,
)
from app.state.reduce_job import job_event, train_events
from engine.contract.evaluation import EvaluationReport
from engine.contract.messages import RunFinished, ServiceReady
from engine.contract.results import BuiltData, ExportReport

Handler = Callable[[AppState, Any], AppState]
T = TypeVar("T", bound=BaseModel)

# ---------------------------------------------------------------- draft


def _draft_set(state: AppState, change: c.DraftSet) -> AppState:
    return replace(state, draft=replace(state.draft, recipe=change.recipe))


def _history_moved(state: AppState, change: c.HistoryMoved) -> AppState:
    return replace(state, draft=replace(state.draft, undo=change.undo, redo=change.redo))


def _draft_checked(state: AppState, change: c.DraftChecked) -> AppState:
    recipe = change.recipe if change.recipe is not None else state.draft.recipe
    draft = replace(state.draft, recipe=recipe, errors=change.errors)
    if change.errors:
        draft = replace(draft, plan=None, plan_error=None, planning=False)
    return replace(state, draft=draft)


def _plan_asked(state: AppState, change: c.PlanAsked) -> AppState:
    return replace(state, draft=replace(state.draft, planning=True))


def _plan_arrived(state: AppState, change: c.PlanArrived) -> AppState:
    return replace(state, draft=replace(state.draft, plan=change.plan, plan_error=None, planning=False))


def _plan_failed(state: AppState, change: c.PlanFailed) -> AppState:
    return replace(state, draft=replace(state.draft, plan=None, plan_error=change.error, planning=False))


# ---------------------------------------------------------------- jobs


def _job(state: AppState, channel: c.Channel) -> JobState:
    if channel == "train":
        return state.train.job
    if channel == "export":
        return state.export.job
    if channel == "build":
        return state.build.job
    if channel == "api":
        return state.api.job
    if channel in ("download", "convert"):
        return state.download_job if channel == "download" else state.convert_job
    if channel == "runtime":
        return state.runtime_job
    return state.export.evaluation_job if channel == "evaluate" else state.starter_job


def _with_job(state: AppState, channel: c.Channel, job: JobState) -> AppState:
    if channel == "train":
        return replace(state, train=replace(state.train, job=job))
    if channel == "export":
        return replace(state, export=replace(state.export, job=job))
    if channel == "evaluate":
        return replace(state, export=replace(state.export, evaluation_job=job))
    if channel == "build":
        return replace(state, build=replace(state.build, job=job))
    if channel == "api":
        return replace(
            state, api=replace(state.api, job=job) if job.active else ApiState(job, state.api.model)
        )
    if channel in ("download", "convert", "runtime"):
        return replace(state, **{f"{channel}_job": job})  # type: ignore[arg-type]
    return replace(state, starter_job=job)


def _job_starting(state: AppState, change: c.JobStarting) -> AppState:
    job = JobState(status="starting", run_dir=change.run_dir, started_wall=change.wall)
    if change.channel == "export":
        kept = state.export if state.export.run_dir == change.run_dir else ExportState()
        return replace(state, export=replace(kept, job=job, run_dir=change.run_dir, report=None))
    if change.channel == "evaluate":
        kept = state.export if state.export.run_dir == change.run_dir else ExportState()
        export = replace(kept, evaluation_job=job, run_dir=change.run_dir, evaluation=None)
        return replace(state, export=export)
    if change.channel == "build":  # ``run_dir`` is the folder it goes to
        return replace(state, build=replace(state.build, job=job, out=change.run_dir, made=None))
    if change.channel == "api":  # ``run_dir`` is the model that it serves
        return replace(state, api=ApiState(job, change.run_dir))
    return _with_job(state, change.channel, job)


def _run_starting(state: AppState, change: c.RunStarting) -> AppState:
    known = replace(change.resumed, evaluation=None) if change.resumed else TrainState()
    job = JobState(kind="train", status="starting", run_dir=change.run_dir, started_wall=change.wall)
    plan = None if change.resumed else state.draft.plan
    train = replace(
        known, job=job, run_id=change.run_id, name=change.name, recipe=change.recipe, plan=plan, compare=()
    )
    return replace(state, train=train)


def _job_accepted(state: AppState, change: c.JobAccepted) -> AppState:
    return _with_job(state, change.channel, replace(_job(state, change.channel), run=change.run))


def _job_refused(state: AppState, change: c.JobRefused) -> AppState:
    job = replace(_job(state, change.channel), status="failed", error=change.error, eta_s=None)
    return _with_job(state, change.channel, job)


def _job_events(state: AppState, change: c.JobEvents) -> AppState:
    if change.channel == "train":
        before = state.train.job.status
        train = train_events(state.train, change.events)
        return replace(state, train=replace(train, job=_keep_wish(before, train.job)))
    job = _job(state, change.channel)
    before = job.status
    for event in change.events:
        job = job_event(job, event)
    state = _with_job(state, change.channel, _keep_wish(before, job))
    ready = next((event for event in change.events if isinstance(event, ServiceReady)), None)
    if ready is not None and job.active:
        api = replace(state.api, address=ready.address, name=ready.name, token=ready.token)
        state = replace(state, api=api)
    end = next((event for event in change.events if isinstance(event, RunFinished)), None)
    return _with_result(state, change.channel, end) if end is not None else state


def _keep_wish(before: JobStatus, job: JobState) -> JobState:
    """A job that begins after the user asked it to stop is still one that was asked to stop."""
    if before in ("pausing", "stopping") and job.status == "running":
        return replace(job, status=before)
    return job


def _with_result(state: AppState, channel: c.Channel, end: RunFinished) -> AppState:
    if end.status != "completed":
        return state
    if channel == "export":
        return replace(state, export=replace(state.export, report=_read(ExportReport, end.result)))
    if channel == "evaluate":
        return replace(state, export=replace(state.export, evaluation=_read(EvaluationReport, end.result)))
    if channel == "build":
        return replace(state, build=replace(state.build, made=_read(BuiltData, end.result)))
    return state


def _read(kind: type[T], document: dict[str, Any]) -> T | None:
    try:
        return kind.model_validate(document)
    except ValidationError:
        return None


def _job_wished(state: AppState, change: c.JobWished) -> AppState:
    job = _job(state, change.channel)
    return _with_job(state, change.channel, replace(job, status=change.status)) if job.active else state


def _job_crashed(state: AppState, change: c.JobCrashed) -> AppState:
    job = replace(
        _job(state, change.channel),
        status="crashed",
        error=change.error,
        log_tail=change.log_tail,
        eta_s=None,
    )
    return _with_job(state, change.channel, job)


def _sizes_known(state: AppState, change: c.SizesKnown) -> AppState:
    return replace(state, sizes=PredictedSizes(change.run_dir, change.sizes))


# ---------------------------------------------------------------- runs


def _run_opened(state: AppState, change: c.RunOpened) -> AppState:
    return replace(state, train=change.train)


def _newest_first(runs: tuple[RunSummary, ...]) -> tuple[RunSummary, ...]:
    return tuple(sorted(runs, key=lambda run: (run.created, run.id), reverse=True))


def _runs_listed(state: AppState, change: c.RunsListed) -> AppState:
    return replace(state, runs=_newest_first(change.runs))


def _run_listed(state: AppState, change: c.RunListed) -> AppState:
    others = tuple(run for run in state.runs if run.id != change.run.id)
    return replace(state, runs=_newest_first((*others, change.run)))


def _run_removed(state: AppState, change: c.RunRemoved) -> AppState:
    train = TrainState() if state.train.run_id == change.run_id else state.train
    runs = tuple(run for run in state.runs if run.id != change.run_id)
    return replace(state, runs=runs, train=train)


def _run_renamed(state: AppState, change: c.RunRenamed) -> AppState:
    runs = tuple(replace(run, name=change.name) if run.id == change.run_id else run for run in state.runs)
    opened = state.train.run_id == change.run_id
    train = replace(state.train, name=change.name) if opened else state.train
    return replace(state, runs=runs, train=train)


def _runs_compared(state: AppState, change: c.RunsCompared) -> AppState:
    return replace(state, train=replace(state.train, compare=change.series))


HANDLERS: dict[type[Any], Handler] = {
    c.DraftSet: _draft_set,
    c.HistoryMoved: _history_moved,
    c.DraftChecked: _draft_checked,
    c.PlanAsked: _plan_asked,
    c.PlanArrived: _plan_arrived,
    c.PlanFailed: _plan_failed,
    c.JobStarting: _job_starting,
    c.RunStarting: _run_starting,
    c.JobAccepted: _job_accepted,
    c.JobRefused: _job_refused,
    c.JobEvents: _job_events,
    c.JobWished: _job_wished,
    c.SizesKnown: _sizes_known,
    c.JobCrashed: _job_crashed,
    c.RunOpened: _run_opened,
    c.RunsListed: _runs_listed,
    c.RunListed: _run_listed,
    c.RunRemoved: _run_removed,
    c.RunRenamed: _run_renamed,
    c.RunsCompared: _runs_compared,
}
