"""A search under way and the plan of the next one, as the pictures and the tests show them."""

import math
import time
from dataclasses import replace

from app.state.model import AppState, JobState, RunSummary
from app.state.search import SearchPlan, SearchState
from engine.contract.search import Axis, SearchReport, SearchWish, Trial, best_of
from tests.gui.data_story import HOME

FOLDER = f"{HOME}/searches/20261124-190000-workshop"
RATE = Axis(path="optim.learning_rate", low=1e-5, high=1e-3, log=True)
RANK = Axis(path="method.rank", low=2, high=32, whole=True)
SCHEDULE = Axis(path="optim.lr_scheduler_type", choices=("linear", "cosine"))
WISH = SearchWish(axes=(RATE, RANK), trials=8)


def trials() -> tuple[Trial, ...]:
    """One of each kind."""
    rates, ranks = (3.1e-5, 8.7e-4, 2.2e-4, 1.4e-5, 5.5e-4, 9.9e-4), (4, 16, 8, 30, 12, 6)
    states = ("completed", "completed", "completed", "pruned", "failed", "running")
    found = []
    for number, (rate, rank, state) in enumerate(zip(rates, ranks, states, strict=True)):
        count = {"completed": 6, "pruned": 2, "failed": 1, "running": 3}[state]
        losses = tuple(
            round(0.8 + 1.4 * math.exp(-rate * 2500 * (step + 1)) + 0.04 * number, 4) for step in range(count)
        )
        found.append(
            Trial(number=number, params={RATE.path: rate, RANK.path: rank}, state=state,  # type: ignore[arg-type]
                  steps=tuple(20 * (step + 1) for step in range(count)), losses=losses, value=min(losses),
                  seconds=42.0 * count, run_dir=f"{FOLDER}/trials/trial-{number:03}",
                  reason="The loss of step 31 is nan" if state == "failed" else "")
        )  # fmt: skip
    return tuple(found)


def report() -> SearchReport:
    """The search as it is kept."""
    return SearchReport(
        folder=FOLDER, wish=WISH, trials=trials(), best=best_of(trials()), created=time.time() - 5400
    )


def trial_runs() -> tuple[RunSummary, ...]:
    """The trials as runs of the library."""
    return tuple(
        RunSummary(
            id=f"workshop~trial-{trial.number:03}", name=f"workshop #{trial.number + 1}", dir=trial.run_dir,
            status="completed" if trial.state == "completed" else "stopped", created=time.time() - 5400 + 60 * trial.number,
            method="lora", base_model="starter", dataset="workshop.json", rows=5067, step=20 * len(trial.steps),
            total_steps=120, loss=trial.value, eval_loss=trial.value, spark=trial.losses, checkpoint_step=20,
            disk_bytes=31_000_000, search=FOLDER,
        )
        for trial in trials()
        if trial.state != "running"
    )  # fmt: skip


def searched(state: AppState) -> AppState:
    """``state`` with a search that was kept, whose trials stand among the runs."""
    runs = tuple(sorted((*state.runs, *trial_runs()), key=lambda run: -run.created))
    return replace(state, runs=runs, search=replace(state.search, kept=(report(),)))


def searching(state: AppState) -> AppState:
    """The sixth of eight trials is under way, and the next search is planned."""
    job = JobState("search-1", "search", "running", FOLDER, progress_name="search", progress_done=5.4, progress_total=8.0,
                   progress_unit="trials", eta_s=(320.0, 500.0))  # fmt: skip
    plan = SearchPlan((RATE, RANK, SCHEDULE), 12, "hyperband")
    search = SearchState(plan, FOLDER, WISH, trials(), shown=True, kept=(report(),))
    return replace(state, search=search, search_job=job)
