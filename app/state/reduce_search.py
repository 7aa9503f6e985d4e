"""What happens to a search."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import search as c
from app.state.model import AppState, JobState, JobStatus
from app.state.reduce_job import job_event
from engine.contract.messages import RunStarted, TrialChanged
from engine.contract.search import Trial

Handler = Callable[[AppState, Any], AppState]


def _with(state: AppState, **fields: Any) -> AppState:
    return replace(state, search=replace(state.search, **fields))


def _planned(state: AppState, change: c.SearchPlanned) -> AppState:
    return _with(state, plan=change.plan)


def _starting(state: AppState, change: c.SearchStarting) -> AppState:
    job = JobState(kind="search", status="starting", run_dir=change.folder, started_wall=change.wall)
    state = replace(state, search_job=job)
    return _with(state, folder=change.folder, wish=change.wish, trials=change.trials, shown=True)


def _accepted(state: AppState, change: c.SearchAccepted) -> AppState:
    return replace(state, search_job=replace(state.search_job, run=change.run))


def _events(state: AppState, change: c.SearchEvents) -> AppState:
    job, before = state.search_job, state.search_job.status
    trials = {trial.number: trial for trial in state.search.trials}
    folder = state.search.folder
    for event in change.events:
        job = job_event(job, event)
        if isinstance(event, TrialChanged):
            trials[event.trial.number] = event.trial
        elif isinstance(event, RunStarted):
            folder = event.run_dir or folder
    if before == "stopping" and job.status == "running":
        job = replace(job, status="stopping")
    state = replace(state, search_job=job)
    return _with(state, trials=_in_order(trials), folder=folder)


def _in_order(trials: dict[int, Trial]) -> tuple[Trial, ...]:
    return tuple(trials[number] for number in sorted(trials))


def _wished(state: AppState, change: c.SearchWished) -> AppState:
    job = state.search_job
    return replace(state, search_job=replace(job, status=change.status)) if job.active else state


def _ended(state: AppState, change: c.SearchEnded) -> AppState:
    """The trial that was under way is no longer: it waits to be gone on with."""
    status: JobStatus = "crashed" if change.crashed else "failed"
    job = replace(state.search_job, status=status, error=change.error, log_tail=change.log_tail, eta_s=None)
    left = [
        trial.model_copy(update={"state": "stopped"}) if trial.state == "running" else trial
        for trial in state.search.trials
    ]
    return _with(replace(state, search_job=job), trials=tuple(left))


def _opened(state: AppState, change: c.SearchOpened) -> AppState:
    report = change.report
    if report is None:
        return _with(state, shown=False)
    if state.search_job.active:
        return _with(state, shown=True)
    state = replace(state, search_job=JobState(kind="search", run_dir=report.folder))
    return _with(state, folder=report.folder, wish=report.wish, trials=report.trials, shown=True)


def _listed(state: AppState, change: c.SearchesListed) -> AppState:
    return _with(state, kept=change.kept)


HANDLERS: dict[type[Any], Handler] = {
    c.SearchPlanned: _planned,
    c.SearchStarting: _starting,
    c.SearchAccepted: _accepted,
    c.SearchEvents: _events,
    c.SearchWished: _wished,
    c.SearchEnded: _ended,
    c.SearchOpened: _opened,
    c.SearchesListed: _listed,
}
