"""A search for better options: what is to be varied, how the trials go, and what can happen to it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.contract.errors import ErrorInfo
from engine.contract.messages import Event
from engine.contract.search import Axis, Pruner, SearchReport, SearchWish, Trial, best_of


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What the next search would do."""

    axes: tuple[Axis, ...] = ()
    trials: int = 20
    pruner: Pruner = "median"


@dataclass(frozen=True, slots=True)
class SearchState:
    """The search that runs or that is looked at; ``kept`` are all of them, newest first."""

    plan: SearchPlan = SearchPlan()
    folder: str = ""  # "" while it is not known
    wish: SearchWish | None = None
    trials: tuple[Trial, ...] = ()
    shown: bool = False  # on the Train page
    kept: tuple[SearchReport, ...] = ()

    @property
    def best(self) -> Trial | None:
        """The trial with the lowest held-out loss."""
        number = best_of(self.trials)
        return next((trial for trial in self.trials if trial.number == number), None)

    @property
    def done(self) -> int:
        """Trials that are over."""
        return sum(trial.state in ("completed", "pruned", "failed") for trial in self.trials)


class SearchPlanned(NamedTuple):
    plan: SearchPlan


class SearchStarting(NamedTuple):
    """A search begins, or goes on with the trials that are known."""

    wish: SearchWish
    folder: str
    trials: tuple[Trial, ...]
    wall: float


class SearchAccepted(NamedTuple):
    run: str


class SearchEvents(NamedTuple):
    events: tuple[Event, ...]


class SearchWished(NamedTuple):
    status: Literal["stopping"]


class SearchEnded(NamedTuple):
    """It was refused, or its engine died."""

    error: ErrorInfo
    crashed: bool = False
    log_tail: tuple[str, ...] = ()


class SearchOpened(NamedTuple):
    """An earlier search is looked at; None: no search any more."""

    report: SearchReport | None


class SearchesListed(NamedTuple):
    kept: tuple[SearchReport, ...]


SearchChange = (
    SearchPlanned
    | SearchStarting
    | SearchAccepted
    | SearchEvents
    | SearchWished
    | SearchEnded
    | SearchOpened
    | SearchesListed
)
