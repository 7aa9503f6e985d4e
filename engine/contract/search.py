"""A search for better options: what is varied and how, and what became of each trial."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.contract.command import Command
from engine.contract.results import Result, Scalar

Pruner = Literal["median", "hyperband", "none"]
PRUNERS: tuple[Pruner, ...] = ("median", "hyperband", "none")
SEARCHED: tuple[str, ...] = ("method", "optim")  # sections whose options leave the held-out loss what it is
TrialState = Literal["running", "stopped", "completed", "pruned", "failed"]

# ---------------------------------------------------------------- wishes


class Axis(BaseModel):
    """One option that is varied: over ``choices``, or from ``low`` to ``high`` (``log``: by magnitudes)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    path: str  # dotted: optim.learning_rate
    choices: tuple[Scalar, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    whole: bool = False  # numbers without fractions


class SearchWish(BaseModel):
    """What is varied, how often, and which trials are given up early."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    axes: tuple[Axis, ...] = Field(min_length=1, max_length=20)
    trials: int = Field(20, ge=1, le=1_000)
    pruner: Pruner = "median"
    seed: int = Field(42, ge=0, le=2**31 - 1)


class StartSearch(Command):
    """Job. Trains the recipe once a trial; ``folder`` of an earlier search goes on with it, and then recipe and wish may be
    left out. Its result is ``SearchReport``."""

    type: Literal["search.start"] = "search.start"
    recipe: dict[str, Any] = {}
    wish: SearchWish | None = None
    folder: str | None = None


class ListSearches(Command):
    """Reply: ``Searches``: those that were kept, newest first."""

    type: Literal["search.list"] = "search.list"


# ---------------------------------------------------------------- results


class Trial(Result):
    """One training run of a search. ``losses`` are held-out ones at ``steps``; ``value`` is the lowest of them."""

    number: int
    params: dict[str, Scalar]
    state: TrialState = "running"
    steps: tuple[int, ...] = ()
    losses: tuple[float, ...] = ()
    value: float | None = None
    seconds: float = 0.0
    run_dir: str = ""
    reason: str = ""  # why it failed


class SearchReport(Result):
    """``best`` is the number of the trial with the lowest held-out loss of those that were completed."""

    folder: str
    wish: SearchWish
    trials: tuple[Trial, ...] = ()
    best: int | None = None
    created: float = 0.0  # Unix time


class Searches(Result):
    items: tuple[SearchReport, ...] = ()


def best_of(trials: tuple[Trial, ...]) -> int | None:
    """The number of the best completed trial."""
    done = [trial for trial in trials if trial.state == "completed" and trial.value is not None]
    return min(done, key=lambda trial: trial.value or math.inf).number if done else None


def usual_range(
    default: float, *, low: float | None, high: float | None, log: bool, whole: bool
) -> tuple[float, float]:
    """Where to look for a number that is usually ``default`` and must lie between ``low`` and ``high``."""
    factor = 10.0 if log else 4.0
    first, last = (default / factor, default * factor) if default > 0 else (0.0, 1.0 if not whole else 10.0)
    if low is not None:
        first = max(first, low)
    if high is not None:
        last = min(last, high)
    if whole:
        first, last = (
            float(max(math.ceil(first), 1 if low is None else math.ceil(low))),
            float(math.floor(last)),
        )
    return float(f"{first:.6g}"), float(f"{last:.6g}")
