"""The search itself: trial after trial through the one training loop, each kept as soon as it is known."""

import gc
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from engine.contract.errors import ErrorCode, ErrorInfo, UserError
from engine.contract.job import Cancelled, Job
from engine.contract.messages import RunFinished, RunStarted, TrialChanged
from engine.contract.recipe import RecipeBase
from engine.contract.results import Scalar
from engine.contract.search import SearchReport, SearchWish, Trial, best_of
from engine.registry import save_recipe
from engine.search.space import check_axes, with_params
from engine.search.store import SearchFolder
from engine.search.study import Study
from engine.search.trial import NoRecord, Record, TrialJob

BEST = "best.yaml"
Ending = Literal["completed", "stopped", "paused", "failed"]
MEASUREMENTS = 5  # of a trial, where the recipe does not say how often


def open_search(
    folder: SearchFolder, recipe: RecipeBase | None, wish: SearchWish | None
) -> tuple[RecipeBase, SearchWish]:
    """The recipe and the wish of a search: those of ``folder`` where it has begun, else the given ones, checked and
    written there.

    Raises:
        UserError: nothing is held out, options do not go together, or the folder holds no search.
    """
    if folder.begun:
        known = folder.report().wish
        more = wish.trials if wish is not None else known.trials
        if wish is not None and wish.model_copy(update={"trials": known.trials}) != known:
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                f"{folder.path} holds a search over other options",
                hint="Go on with it as it was, or choose another folder.",
            )
        return folder.recipe(), known.model_copy(update={"trials": max(more, len(folder.trials()))})
    if recipe is None or wish is None:
        raise UserError(ErrorCode.NOT_FOUND, f"There is no search at {folder.path}")
    if getattr(recipe.objective, "attempts", False):
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            "A search goes by the held-out loss, and a model that learns from its own answers has none",
            hint="Search with the objective sft, or compare single runs by their rewards.",
            recipe_path="objective.kind",
        )
    held_out = recipe.data.validation
    if not (held_out.ratio or held_out.count or held_out.path or held_out.column):
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            "A search goes by the held-out loss, and no rows are held out",
            hint="Set data.validation.ratio, for example to 0.1.",
            recipe_path="data.validation.ratio",
        )
    check_axes(recipe, wish.axes)
    folder.begin(recipe, wish)
    return recipe, wish


def search(
    recipe: RecipeBase,
    wish: SearchWish,
    *,
    folder: SearchFolder,
    job: Job,
    record: Callable[[Path], Record] = NoRecord,
) -> tuple[bool, SearchReport]:
    """Make the trials that are still to be made; whether all are done, and what is known then. ``record`` opens what
    keeps the run of a trial, by its folder.

    Raises:
        UserError: the data or the model cannot be used at all, so that every trial would fail.
    """
    return Search(recipe, wish, folder, job, record).run()


class Search:
    """One session of a search."""

    def __init__(
        self,
        recipe: RecipeBase,
        wish: SearchWish,
        folder: SearchFolder,
        job: Job,
        record: Callable[[Path], Record],
    ) -> None:
        self.recipe, self.wish, self.folder, self.job, self.record = recipe, wish, folder, job, record
        known = folder.trials()
        self.done = {trial.number: trial for trial in known if trial.state not in ("running", "stopped")}
        self.open = {trial.number: trial for trial in known if trial.number not in self.done}
        self.study = Study(wish, self.done.values(), evaluations=MEASUREMENTS)

    def run(self) -> tuple[bool, SearchReport]:
        """Trial after trial until all are made or the user wants to end."""
        for number in range(self.wish.trials):
            if number in self.done:
                continue
            if self.job.wish() not in (None, "save"):
                return False, self._report()
            trial = self._trial(number)
            if trial.state == "stopped":
                return False, self._report()
            self._take_best()
        return True, self._report()

    def _report(self) -> SearchReport:
        return self.folder.report()

    def _trial(self, number: int) -> Trial:
        """Make one trial, or go on with the one that a kill left open."""
        left = self.open.get(number)
        params = self.study.propose(number, dict(left.params) if left is not None else None)
        place = self.folder.run_dir(number)
        trial = Trial(number=number, params=params, run_dir=str(place))
        if left is not None and _has_checkpoint(place):
            trial = left.model_copy(update={"state": "running"})
            for count, loss in enumerate(trial.losses, start=1):
                self.study.hopeless(count, loss)
        trial = _Attempt(self, trial, before=trial.seconds).run(self._recipe_of(number, params, place))
        self.study.tell(trial)
        if trial.state != "stopped":
            self.done[number] = trial
        gc.collect()
        return trial

    def _recipe_of(self, number: int, params: dict[str, Scalar], place: Path) -> RecipeBase:
        """The recipe of one trial, with a name of its own: measured often enough to be given up early, with a checkpoint
        at each measurement."""
        recipe = with_params(self.recipe, params)
        every = recipe.run.eval_steps
        changes = {
            "output_dir": str(place),
            "save_total_limit": 1,
            "sample_steps": 0,
            "load_best_at_end": True,
        }
        if not every and recipe.optim.max_steps:
            every = max(1, recipe.optim.max_steps // MEASUREMENTS)
        return recipe.replace(
            name=f"{self.recipe.name or self.folder.path.name} #{number + 1}"[:200],
            run=recipe.run.model_copy(update={**changes, "eval_steps": every, "save_steps": every}),
        )

    def _take_best(self) -> None:
        """Write the recipe with the best options so far."""
        best = best_of(tuple(self.done.values()))
        if best is not None:
            save_recipe(with_params(self.recipe, self.done[best].params), self.folder.path / BEST)

    def moved(self, share: float) -> None:
        """How far the whole search is."""
        self.job.progress("search", len(self.done) + min(share, 0.999), self.wish.trials, "trials")


class _Attempt:
    """One trial under way."""

    def __init__(self, search: Search, trial: Trial, *, before: float) -> None:
        self._search, self._trial, self._before = search, trial, before
        self._began = time.monotonic()
        self._record: Record = NoRecord(Path(trial.run_dir))
        self._result: dict[str, object] = {}
        self._paths: dict[str, str] = {}

    def run(self, recipe: RecipeBase) -> Trial:
        """Train, listen, keep, and say how it ended."""
        self._tell(state="running")
        place = Path(self._trial.run_dir)
        self._record = self._search.record(place)
        self._record.emit(RunStarted(kind="train", run_dir=str(place), pid=os.getpid()))
        self._search.moved(0.0)
        try:
            return self._train(recipe, place)
        except UserError as error:
            self._tell(state="stopped")  # it is not the trial's fault, and it is made again
            self._record.finish(RunFinished(status="failed", error=error.info))
            raise

    def _train(self, recipe: RecipeBase, place: Path) -> Trial:
        from torch import OutOfMemoryError

        from engine.train.loop import train

        job = TrialJob(
            self._search.job, record=self._record, measured=self._measured, moved=self._search.moved
        )
        try:
            outcome = train(recipe, run_dir=place, resume=_has_checkpoint(place), job=job)
        except Cancelled:
            return (
                self._end("stopped", state="pruned") if job.pruned else self._end("paused", state="stopped")
            )
        except UserError as error:
            if error.info.code is not ErrorCode.NOT_FINITE:
                raise
            return self._end("failed", error.info, state="failed", reason=error.info.message)
        except OutOfMemoryError as error:
            words = str(error).splitlines()[0]
            info = ErrorInfo(code=ErrorCode.OUT_OF_MEMORY, message=words)
            return self._end("failed", info, state="failed", reason=words)
        if outcome.status != "completed":
            return self._end("paused", state="stopped")
        self._paths = {"run": str(place), **outcome.paths}
        self._result = outcome.report.model_dump(mode="json")
        losses = [loss for loss in self._trial.losses if math.isfinite(loss)]
        if not losses:
            reason = "No held-out loss was measured"
            return self._end("completed", state="failed", reason=reason)
        return self._end("completed", state="completed", value=min(losses))

    def _end(self, status: Ending, error: ErrorInfo | None = None, **changes: object) -> Trial:
        """The trial as ``changes`` say; its run ends with ``status``."""
        self._record.finish(RunFinished(status=status, result=self._result, paths=self._paths, error=error))
        return self._tell(**changes)

    def _measured(self, step: int, loss: float) -> bool:
        if step in self._trial.steps:  # measured before the kill
            return False
        steps, losses = (*self._trial.steps, step), (*self._trial.losses, loss)
        self._tell(steps=steps, losses=losses, value=min(losses))
        return self._search.study.hopeless(len(losses), loss)

    def _tell(self, **changes: object) -> Trial:
        seconds = round(self._before + time.monotonic() - self._began, 2)
        self._trial = self._trial.model_copy(update={**changes, "seconds": seconds})
        self._search.folder.keep(self._trial)
        self._search.job.emit(TrialChanged(trial=self._trial))
        return self._trial


def _has_checkpoint(place: Path) -> bool:
    from engine.train.checkpoint import newest_good

    return newest_good(place / "checkpoints") is not None
