"""One trial as the training loop sees it: a job that listens for held-out losses and ends the run where it is hopeless.

What the loop tells is also kept in the trial's own folder, as that of any run is, so that a trial can be opened and compared.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol

from engine.contract.job import Action, Job
from engine.contract.messages import Event, Metrics, RunScope

MEASURED = "eval/loss"


class Record(Protocol):
    """The memory of one trial's run."""

    def emit(self, event: Event) -> None:
        """Keep ``event``."""

    def finish(self, event: Event) -> None:
        """Keep the last event, and close."""


class NoRecord:
    """For whoever keeps none."""

    def __init__(self, place: Path) -> None:
        """``place``: the trial's folder."""

    def emit(self, event: Event) -> None:
        """Nothing."""

    def finish(self, event: Event) -> None:
        """Nothing."""


class TrialJob:
    """Stands between the loop and the search's job. ``measured(step, loss)`` says whether to give the trial up;
    ``moved(share)`` is told how far the trial is."""

    def __init__(
        self,
        job: Job,
        *,
        record: Record,
        measured: Callable[[int, float], bool],
        moved: Callable[[float], None],
    ) -> None:
        self._job, self._record = job, record
        self._measured, self._moved = measured, moved
        self.pruned = False

    @property
    def run(self) -> str:
        """The search's name."""
        return self._job.run

    def emit(self, event: Event) -> None:
        """Take the losses of ``event``; the search has news of its own."""
        self._record.emit(event)
        if isinstance(event, Metrics) and MEASURED in event.series and not self.pruned:
            self.pruned = self._measured(event.step[-1], event.series[MEASURED][-1])
        elif isinstance(event, RunScope) and event.first_step:
            self._moved(event.first_step / max(1, event.total_steps))

    def phase(self, name: str, detail: str = "") -> AbstractContextManager[None]:
        """Parts of a trial are not told apart."""
        return nullcontext()

    def progress(self, name: str, done: float, total: float | None = None, unit: str = "") -> None:
        """Only the steps count."""
        if name == "train" and total:
            self._moved(done / total)

    def warn(self, code: str, message: str, hint: str | None = None) -> None:
        """What a trial has to say is said once by a run; a search would repeat it."""

    def wish(self) -> Action | None:
        """The end of a hopeless trial, or what the user wants: a pause, so that the trial can go on later."""
        if self.pruned:
            return "discard"
        wanted = self._job.wish()
        return None if wanted in (None, "save") else "pause"

    def answered(self) -> None:
        """Nothing that a trial does answers the search's user."""

    def check(self) -> None:
        """Raise ``Cancelled`` if the search is to end while nothing is trained yet."""
        self._job.check()
