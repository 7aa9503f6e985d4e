"""The training run of this app: started, steered, resumed, found again, left alone. One at a time."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from app.actions.context import Context, translate
from app.actions.readiness import is_quantized
from app.client.attached import AttachedRun
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.client.journal import JournalTail
from app.client.standby import Standby
from app.state.changes import (
    JobAccepted,
    JobCrashed,
    JobEvents,
    JobRefused,
    JobWished,
    PageShown,
    RunListed,
    RunOpened,
    RunStarting,
)
from app.state.library import JOURNAL, disk_bytes, reopen
from app.state.model import RunSummary, TrainState
from app.state.reduce_job import train_events
from app.state.summary import dataset_name, summarise
from engine.contract.errors import ErrorInfo
from engine.contract.job import Action
from engine.contract.messages import Event, KeepRun, RunFinished, StartRun

SAVE_ROW_MS = 2000


class Runs:
    """Owns the live run, whether its engine is a child of this app or was found running."""

    def __init__(self, context: Context, standby: Standby) -> None:
        self._context = context
        self._standby = standby
        self._store = context.store
        self._job: EngineJob | AttachedRun | None = None
        self._replay: JournalTail | None = None
        self._ended: list[EngineJob] = []  # their processes are still packing up
        self._created = 0.0
        self._left = False
        self._save_row = QTimer(context.parent, interval=SAVE_ROW_MS)
        self._save_row.timeout.connect(self._keep_row)

    @property
    def busy(self) -> bool:
        """Whether a run is live or about to be."""
        return self._job is not None or self._replay is not None

    # ------------------------------------------------------------ starting

    def start(self, recipe: dict[str, Any]) -> None:
        """Begin a new run in a new folder."""
        if self._refuse_second():
            return
        named = recipe.get("run", {}).get("output_dir")
        run_dir = Path(named) if named else self._fresh_dir(recipe)
        run_id = run_dir.name
        name = str(recipe.get("name") or "") or Path(dataset_name(recipe).split(", ")[0]).stem or run_id
        self._created = time.time()
        self._store.dispatch(
            RunStarting(run_id, name, str(run_dir), recipe, self._created), PageShown("train")
        )
        self._launch(StartRun(recipe=recipe, run_dir=str(run_dir)), run_id)

    def resume(self, run: RunSummary) -> None:
        """Go on from the newest checkpoint; the charts go on from the journal."""
        if self._refuse_second():
            return
        run_dir = Path(run.dir)
        self._created = run.created

        def go_on(known: TrainState) -> None:
            starting = RunStarting(run.id, run.name, run.dir, known.recipe, time.time(), resumed=known)
            self._store.dispatch(starting, PageShown("train"))
            self._launch(StartRun(recipe=known.recipe, run_dir=run.dir, resume=True), run.id)

        self.replay(run_dir, go_on)

    def keep(self, run: RunSummary) -> None:
        """End a run that broke off with what its newest checkpoint has learnt."""
        if self._refuse_second():
            return
        self._created = run.created

        def go_on(known: TrainState) -> None:
            starting = RunStarting(run.id, run.name, run.dir, known.recipe, time.time(), resumed=known)
            self._store.dispatch(starting, PageShown("train"))
            self._launch(KeepRun(run_dir=run.dir), run.id)

        self.replay(Path(run.dir), go_on)

    def replay(self, run_dir: Path, then: Callable[[TrainState], None]) -> None:
        """Read a run from its folder, without holding up the window."""
        train = reopen(run_dir)
        tail = JournalTail(run_dir / JOURNAL, follow=False, parent=self._context.parent)

        def more(events: list[Event]) -> None:
            nonlocal train
            train = train_events(train, events)

        def done() -> None:
            self._replay = None
            tail.deleteLater()
            then(train)

        tail.events.connect(more)
        tail.caught_up.connect(done)
        self._replay = tail
        tail.start()

    def _launch(self, command: StartRun | KeepRun, run_id: str) -> None:
        log_path = self._context.log_path(f"run-{run_id}")
        program = self._context.program
        client = None
        if isinstance(command, StartRun):
            quantized = is_quantized(command.recipe)
            client = self._standby.take(program, quantized=quantized, log_path=log_path)
        job = EngineJob(program, command, log_path=log_path, client=client, parent=self._context.parent)
        job.accepted.connect(lambda run: self._store.dispatch(JobAccepted("train", run)))
        job.refused.connect(self._refused)
        self._follow(job)
        self._keep_row()
        job.start()

    def _follow(self, job: EngineJob | AttachedRun) -> None:
        job.events.connect(lambda events: self._store.dispatch(JobEvents("train", tuple(events))))
        job.finished.connect(self._finished)
        job.crashed.connect(self._crashed)
        self._job = job
        self._left = False
        self._save_row.start()

    def _refuse_second(self) -> bool:
        if not self.busy:
            return False
        text = translate("Actions", "A run is in progress. Pause or stop it before another one begins.")
        self._context.notice("warning", text, action=translate("Actions", "Show"), intent="open_train")
        return True

    def _fresh_dir(self, recipe: dict[str, Any]) -> Path:
        words = str(recipe.get("name") or "") or Path(dataset_name(recipe).split(", ")[0]).stem
        slug = re.sub(r"[^\w-]+", "-", words).strip("-")[:40]
        stem = time.strftime("%Y%m%d-%H%M%S") + (f"-{slug}" if slug else "")
        folder, count = self._context.runs_dir / stem, 1
        while folder.exists():
            count += 1
            folder = self._context.runs_dir / f"{stem}-{count}"
        return folder

    # ------------------------------------------------------------ found running

    def attach(self, run_dir: Path, pid: int, row: RunSummary | None) -> None:
        """Take control of a run whose engine outlived the app that started it."""
        train = reopen(run_dir)
        job = AttachedRun(run_dir, pid, parent=self._context.parent)
        self._created = row.created if row else run_dir.stat().st_mtime

        def replayed(events: list[Event]) -> None:
            nonlocal train
            train = train_events(train, events)

        def caught_up() -> None:
            job.events.disconnect(replayed)
            status = "running" if train.job.status == "idle" else train.job.status
            now = replace(train, job=replace(train.job, status=status, run_dir=str(run_dir)))
            self._store.dispatch(RunOpened(now))
            job.events.connect(lambda events: self._store.dispatch(JobEvents("train", tuple(events))))
            text = translate("Actions", "Run {name} is still going.").format(name=now.name)
            self._context.notice("info", text, action=translate("Actions", "Show"), intent="open_train")
            self._keep_row()
            self._save_row.start()

        job.events.connect(replayed)
        job.caught_up.connect(caught_up)
        job.finished.connect(self._finished)
        job.crashed.connect(self._crashed)
        self._job = job
        self._left = False
        job.start()

    # ------------------------------------------------------------ steering

    def pause(self) -> None:
        """Write a checkpoint, free the memory, end the engine."""
        self._wish("pause", "pausing")

    def save_now(self) -> None:
        """Write a checkpoint and go on."""
        if self._job is not None:
            self._control("save")

    def stop(self, *, keep: bool) -> None:
        """End the run, keeping what it learnt or not."""
        self._wish("stop" if keep else "discard", "stopping")

    def _wish(self, action: Action, status: Any) -> None:
        if self._job is not None:
            self._store.dispatch(JobWished("train", status))
            self._control(action)

    def _control(self, action: Action) -> None:
        try:
            if self._job is not None:
                self._job.control(action)
        except OSError as error:
            text = translate("Actions", "The run cannot be reached: {reason}")
            self._context.notice("danger", text.format(reason=error.strerror or error))

    def leave(self) -> None:
        """Let the run go on without this app."""
        if self._job is not None and not self._left:
            self._keep_row()
            self._job.leave()
            self._save_row.stop()
            self._left = True

    def close(self) -> tuple[list[EngineJob], bool]:
        """For the end of the app: engines to wait for, and whether one must be left running."""
        if self._replay is not None:
            self._replay.stop()
        self.leave()
        left = self._job is not None and self._job.running
        return [job for job in self._ended if job.running], left

    # ------------------------------------------------------------ endings

    def _finished(self, end: RunFinished) -> None:
        name = self._store.state.train.name
        self._over()
        if end.status == "completed":
            text = translate("Actions", "Training of {name} is finished.").format(name=name)
            self._context.notice("success", text, action=translate("Actions", "Export"), intent="open_export")
        elif end.status == "paused":
            text = translate("Actions", "{name} is paused; its checkpoint is safe.").format(name=name)
            self._context.notice("info", text)
        elif end.status == "stopped":
            self._context.notice("info", translate("Actions", "{name} was stopped.").format(name=name))
        elif end.error is not None:
            show = translate("Actions", "Show")
            self._context.notice_error(end.error, action=show, intent="open_train")

    def _refused(self, error: ErrorInfo) -> None:
        self._store.dispatch(JobRefused("train", error))
        self._over()
        self._context.notice_error(error, action=translate("Actions", "Show"), intent="open_train")

    def _crashed(self, how: EngineExit) -> None:
        log = how.log or (self._job.log_tail() if self._job is not None else ())
        self._store.dispatch(JobCrashed("train", how.error, log))
        self._over()
        self.tell_crash(self._summary())

    def tell_crash(self, run: RunSummary) -> None:
        """Say where a run stopped, and offer to go on from its checkpoint."""
        if run.checkpoint_step is None:
            text = translate("Actions", "Run {name} stopped at step {step}, before its first checkpoint.")
            text = text.format(name=run.name, step=run.step)
            self._context.notice("danger", text, action=translate("Actions", "Show"), intent=f"open:{run.id}")
            return
        text = translate(
            "Actions", "Run {name} stopped at step {step}; there is a checkpoint at step {saved}."
        )
        text = text.format(name=run.name, step=run.step, saved=run.checkpoint_step)
        self._context.notice("danger", text, action=translate("Actions", "Resume"), intent=f"resume:{run.id}")

    def _over(self) -> None:
        job, self._job = self._job, None
        self._save_row.stop()
        if isinstance(job, EngineJob):
            self._ended = [old for old in self._ended if old.running] + [job]
        self._keep_row(measure=True)

    # ------------------------------------------------------------ the library's row

    def _summary(self, *, measure: bool = False) -> RunSummary:
        train = self._store.state.train
        known = next((run for run in self._store.state.runs if run.id == train.run_id), None)
        disk = known.disk_bytes if known else 0
        if measure:
            disk = disk_bytes(Path(train.job.run_dir))
        return summarise(train, created=self._created, disk_bytes=disk)

    def _keep_row(self, *, measure: bool = False) -> None:
        if not self._store.state.train.run_id:
            return
        run = self._summary(measure=measure)
        self._context.library.put(run)
        self._store.dispatch(RunListed(run))
