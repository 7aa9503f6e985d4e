"""What happens to the job that makes one step of the draft."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import trying as c
from app.state.model import AppState, JobState, JobStatus
from app.state.reduce_job import job_event

Handler = Callable[[AppState, Any], AppState]


def _starting(state: AppState, change: c.TryStarting) -> AppState:
    job = JobState(kind="plan.try", status="starting", started_wall=change.wall)
    return replace(state, try_job=job, try_recipe=change.recipe)


def _accepted(state: AppState, change: c.TryAccepted) -> AppState:
    return replace(state, try_job=replace(state.try_job, run=change.run))


def _events(state: AppState, change: c.TryEvents) -> AppState:
    job, before = state.try_job, state.try_job.status
    for event in change.events:
        job = job_event(job, event)
    if before == "stopping" and job.status == "running":
        job = replace(job, status="stopping")
    return replace(state, try_job=job)


def _wished(state: AppState, change: c.TryWished) -> AppState:
    job = state.try_job
    return replace(state, try_job=replace(job, status=change.status)) if job.active else state


def _ended(state: AppState, change: c.TryEnded) -> AppState:
    status: JobStatus = "crashed" if change.crashed else "failed"
    return replace(state, try_job=replace(state.try_job, status=status, error=change.error, eta_s=None))


HANDLERS: dict[type[Any], Handler] = {
    c.TryStarting: _starting,
    c.TryAccepted: _accepted,
    c.TryEvents: _events,
    c.TryWished: _wished,
    c.TryEnded: _ended,
}
