"""Every job there is, as data that both the protocol and the command line can run.

A task is opened (folder taken, recipe read: whatever can fail at once fails here), then ``run_task`` carries it
out through a ``LiveJob``. The libraries behind it load inside ``work``.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import EvaluationWish
from engine.contract.job import Cancelled, Job
from engine.contract.messages import RunFinished, RunStarted, StartMerge
from engine.contract.recipe import RecipeBase, Source
from engine.server.awake import kept_awake
from engine.server.failures import error_info
from engine.server.job import LiveJob, Sink
from engine.server.judge import check_judge, open_judge
from engine.server.run_folder import RECIPE, RunFolder, choose_folder, find_run

Ending = Literal["completed", "stopped", "paused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended: its own result and every path it left."""

    status: Ending = "completed"
    result: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """One job, ready to run. ``survives``: it goes on when the other side of the protocol goes away."""

    kind: str
    run: str
    work: Callable[[Job], Outcome]
    run_dir: str = ""
    folder: RunFolder | None = None
    survives: bool = False
    resumed_from: int | None = None

    def close(self) -> None:
        """Free what opening took."""
        if self.folder is not None:
            self.folder.close()


def open_job(task: Task, sinks: Sequence[Sink]) -> LiveJob:
    """The live job of ``task``, which ``run_task`` then carries out."""
    if task.folder is None:
        return LiveJob(task.run, sinks=sinks)
    from engine.train.control import ControlFile

    control = ControlFile(task.folder.path)
    return LiveJob(task.run, sinks=sinks, journal=task.folder.journal, poll=control.poll)


def run_task(task: Task, job: LiveJob, *, release: Callable[[], None] = lambda: None) -> RunFinished:
    """Carry ``task`` out from ``run.started`` to ``run.finished``; never raises.

    ``release`` is called when the task's folder is free again and before ``run.finished`` goes out.
    """

    def free() -> None:
        task.close()
        release()

    try:
        job.emit(
            RunStarted(kind=task.kind, run_dir=task.run_dir, pid=os.getpid(), resumed_from=task.resumed_from)
        )
        with job.alive(), kept_awake(task.survives or task.kind == "search"):
            outcome = task.work(job)
        finished = RunFinished(status=outcome.status, result=outcome.result, paths=outcome.paths)
    except Cancelled:
        status: Ending = "paused" if job.wish() == "pause" else "stopped"
        finished = RunFinished(status=status, paths={"run": task.run_dir} if task.run_dir else {})
    except (Exception, KeyboardInterrupt) as error:  # the process boundary: the other side gets the error
        paths = {"run": task.run_dir} if task.run_dir else {}
        finished = RunFinished(status="failed", paths=paths, error=error_info(error))
    job.finish(finished, release=free)
    return finished


# ---------------------------------------------------------------- the tasks


def train_task(
    recipe: RecipeBase, *, run_dir: str | None = None, resume: bool = False, overwrite: bool = False
) -> Task:
    """Training in its own folder.

    Raises:
        UserError: the folder is in use, holds another run, or has nothing to resume.
    """
    from engine.train.checkpoint import steps

    place = choose_folder(recipe, run_dir)
    folder = RunFolder(place, resume=resume, overwrite=overwrite)
    done = steps(place / "checkpoints") if resume else []

    def work(job: Job) -> Outcome:
        from engine.train.loop import train

        outcome = train(recipe, run_dir=place, resume=resume, job=job)
        paths = {"run": str(place), **outcome.paths}
        return Outcome(outcome.status, outcome.report.model_dump(mode="json"), paths)

    return Task(
        kind="train",
        run=place.name,
        work=work,
        run_dir=str(place),
        folder=folder,
        survives=True,
        resumed_from=done[-1] if done else None,
    )


def try_task(recipe: RecipeBase, *, anyway: bool = False) -> Task:
    """One step on the longest batch, which leaves nothing but its figure."""

    def work(job: Job) -> Outcome:
        from engine.train.dry_run import dry_run

        return Outcome(result=dry_run(recipe, job=job, anyway=anyway).model_dump(mode="json"))

    return Task(kind="plan.try", run="plan.try", work=work)


def keep_task(run: str) -> Task:
    """Ending a run that broke off with what its newest checkpoint has learnt.

    Raises:
        UserError: there is no such run, or an engine still works on it.
    """
    place = find_run(run)
    folder = RunFolder(place, resume=True)

    def work(job: Job) -> Outcome:
        from engine.train.keep import keep_checkpoint

        paths = keep_checkpoint(place, job=job)
        return Outcome("stopped", paths=paths)

    return Task(kind="train", run=place.name, work=work, run_dir=str(place), folder=folder)


def recipe_of(run_dir: Path) -> RecipeBase:
    """The recipe a run was started with."""
    from engine.registry import load_recipe

    return load_recipe(run_dir / RECIPE)


def merge_task(run: str, *, out: str | None = None, wishes: StartMerge | None = None) -> Task:
    """Merging a run's adapter, and those of other runs where ``wishes`` names some, into its base."""
    run_dir = find_run(run)
    others = {find_run(other): weight for other, weight in wishes.others.items()} if wishes else {}

    def work(job: Job) -> Outcome:
        from engine.export.merging import read_manifest
        from engine.export.run import merge, merge_options

        options = merge_options(wishes, others) if wishes else None
        merged = merge(run_dir, out=_path(out), job=job, options=options)
        losses = {key: value for key, value in read_manifest(merged).items() if key.startswith("loss_")}
        return Outcome(result={"merged": str(merged), **losses}, paths={"merged": str(merged)})

    return Task(kind="merge", run=f"merge-{run_dir.name}", work=work, run_dir=str(run_dir))


def export_task(run: str, *, targets: Sequence[str], out: str | None = None, verify: bool = True) -> Task:
    """Writing a run's result in other programs' formats."""
    run_dir = find_run(run)
    if not targets:
        raise UserError(
            ErrorCode.BAD_COMMAND, "Name at least one export target", hint="For example gguf:q8_0."
        )

    def work(job: Job) -> Outcome:
        from engine.export.run import export
        from engine.server.room import require_room_for_run

        if verify:
            require_room_for_run(run_dir)
        report = export(run_dir, targets=tuple(targets), out=_path(out), verify=verify, job=job)
        good = [item for item in report.targets if item.verification.status != "failed"]
        paths = {item.target: item.path for item in good}
        return Outcome(result=report.model_dump(mode="json"), paths=paths)

    return Task(kind="export", run=f"export-{run_dir.name}", work=work, run_dir=str(run_dir))


def evaluate_task(run: str, *, wish: EvaluationWish | None = None) -> Task:
    """Measuring a run on its held-out rows and on general questions.

    Raises:
        UserError: there is no such run or judge.
    """
    run_dir = find_run(run)
    if wish is not None and wish.judge is not None:
        check_judge(wish.judge)

    def work(job: Job) -> Outcome:
        from engine.evaluate.run import evaluate, shortened
        from engine.server.room import require_room_for_run

        require_room_for_run(run_dir)
        report = evaluate(run_dir, job=job, wish=wish, open_judge=open_judge)
        return Outcome(result=shortened(report).model_dump(mode="json"), paths={"run": str(run_dir)})

    return Task(kind="evaluate", run=f"evaluate-{run_dir.name}", work=work, run_dir=str(run_dir))


def build_task(
    recipe: RecipeBase, *, out: str | None = None, file_type: str = "jsonl", form: str = "messages",
    licence: str = "", guard: bool = True, name: str = "",
) -> Task:  # fmt: skip
    """Writing a cleaned, split dataset with its card; without ``out`` as a version among Luthier's datasets.

    Raises:
        UserError: there is no such file type or form.
    """
    from engine.data.write import Shape

    shape = Shape.named(file_type, form, guard=guard)

    def work(job: Job) -> Outcome:
        from engine.data.build import build

        made = build(recipe, job=job, shape=shape, out=_path(out), licence=licence, title=name)
        paths = {"dataset": made.path, "card": made.card, **made.files}
        return Outcome(result=made.model_dump(mode="json"), paths=paths)

    return Task(kind="data.build", run="data.build", work=work)


def convert_task(
    sources: Sequence[Source], *, out: str | None = None, file_type: str = "jsonl", form: str = "messages",
    guard: bool = True, overwrite: bool = False,
) -> Task:  # fmt: skip
    """Writing dataset files in another form or file type, as they are.

    Raises:
        UserError: there is no such file type or form.
    """
    from engine.data.write import Shape

    shape = Shape.named(file_type, form, guard=guard)

    def work(job: Job) -> Outcome:
        from engine.data.convert import convert

        made = convert(sources, shape=shape, out=_path(out), overwrite=overwrite, job=job)
        return Outcome(result=made.model_dump(mode="json"), paths=made.files)

    return Task(kind="data.export", run="data.export", work=work)


def starter_task() -> Task:
    """Installing the starter model."""

    def work(job: Job) -> Outcome:
        from engine.models.starter import install

        def report(what: str, share: float) -> None:
            job.check()
            job.progress("starter", share * 100.0, 100.0, "%")

        with job.phase("starter"):
            folder = install(report)
        return Outcome(result={"starter_model": str(folder)}, paths={"starter_model": str(folder)})

    return Task(kind="starter", run="starter", work=work)


def _path(text: str | None) -> Path | None:
    return Path(text).expanduser().resolve() if text else None
