"""The runs that are not live: listed, opened, compared, renamed, thrown away and taken back."""

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.actions.context import Context, translate
from app.actions.runs import Runs
from app.client.attached import living_pid
from app.client.journal import JournalTail
from app.state.changes import (
    PageShown,
    RunListed,
    RunOpened,
    RunRemoved,
    RunRenamed,
    RunsCompared,
    RunsListed,
)
from app.state.library import JOURNAL, NAME, TRIALS, kept_evaluation, reopen, scan
from app.state.model import ACTIVE, RunSummary, TrainState
from app.state.reduce_job import train_events
from app.state.series import Series
from engine.contract.messages import Event
from engine.contract.places import read_places

TRASH_KEPT_S = 7 * 24 * 3600.0
COMPARED = "train/loss"


class Scanner(QObject):
    """Reads run folders in a thread of its own: a long journal takes seconds."""

    found = Signal(object)  # RunSummary
    done = Signal()

    def __init__(self, folders: Sequence[Path], known: dict[str, int], parent: QObject) -> None:
        super().__init__(parent)
        self._folders = list(folders)
        self._known = known
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="run scanner", daemon=True)

    def start(self) -> None:
        """Begin; ``found`` and ``done`` arrive in the thread of this object."""
        self._thread.start()

    def stop(self) -> None:
        """End early and wait for it (at most for one journal's next event)."""
        self._stop.set()
        self._thread.join(timeout=2.0)

    def _work(self) -> None:
        for run in scan(self._folders, self._known):
            if self._stop.is_set():
                return
            self.found.emit(run)
        self.done.emit()


class Shelf:
    """The library as the user sees it."""

    def __init__(self, context: Context, runs: Runs) -> None:
        self._context = context
        self._store = context.store
        self._runs = runs
        self._scanners: list[Scanner] = []
        self._tails: list[JournalTail] = []
        self._trashed: list[RunSummary] = []

    # ------------------------------------------------------------ at the start

    def load(self) -> None:
        """List what the library knows: before the first paint."""
        self._store.dispatch(RunsListed(self._context.library.all()))

    def look_around(self) -> None:
        """Find runs that still go, runs that died, and folders the library does not know: after the first paint."""
        self._empty_trash()
        rows = {run.dir: run for run in self._context.library.all()}
        known = self._context.library.known()
        places = read_places(self._context.data_dir).runs
        folders = {path for place in places for path in place.glob("*") if path.is_dir()}
        folders |= {path for path in self._searches.glob(f"*/{TRIALS}/*") if path.is_dir()}
        for place, run in rows.items():
            if run.status in ACTIVE:
                known.pop(place, None)  # what became of it must be read anew
                folders.add(Path(place))
            elif not Path(place).is_dir():
                self._context.library.remove(run.id)
                self._store.dispatch(RunRemoved(run.id))
        living = [(path, pid) for path in sorted(folders, reverse=True) if (pid := living_pid(path))]
        if living and not self._runs.busy:
            path, pid = living[0]
            self._runs.attach(path, pid, rows.get(str(path)))
        quiet = sorted(folders - {path for path, _ in living})
        self._scan(quiet, known, rows)

    def _scan(self, folders: Sequence[Path], known: dict[str, int], rows: dict[str, RunSummary]) -> None:
        scanner = Scanner(folders, known, self._context.parent)
        scanner.found.connect(lambda run: self._found(run, rows.get(run.dir)))
        scanner.done.connect(lambda: self._scanners.remove(scanner))
        self._scanners.append(scanner)
        scanner.start()

    def find_trial(self, run_dir: str) -> None:
        """A trial of a search has ended: list it with the other runs."""
        row = self.find(run_dir)
        self._scan([Path(run_dir)], {}, {run_dir: row} if row is not None else {})

    def _found(self, run: RunSummary, row: RunSummary | None) -> None:
        if row is not None:
            run = replace(run, id=row.id, created=row.created)
        self._context.library.put(run)
        self._store.dispatch(RunListed(run))
        if run.status == "crashed" and (row is None or row.status in ACTIVE):
            self._runs.tell_crash(run)

    def close(self) -> None:
        """Stop reading."""
        for scanner in self._scanners:
            scanner.stop()
        for tail in self._tails:
            tail.stop()

    # ------------------------------------------------------------ looking at runs

    def find(self, run_id: str) -> RunSummary | None:
        """A run by its id or its folder."""
        return next((run for run in self._store.state.runs if run_id in (run.id, run.dir)), None)

    def open(self, run_id: str) -> None:
        """Show a run with its charts."""
        train = self._store.state.train
        run = self.find(run_id)
        if run is None or train.run_id == run.id:
            self._store.dispatch(PageShown("train"))
            return
        if self._runs.busy:
            text = translate("Actions", "A run is in progress; lay {name} over its charts with Compare.")
            self._context.notice("info", text.format(name=run.name))
            return
        self._replay(run, lambda known: self._opened(run, known))

    def _opened(self, run: RunSummary, known: TrainState) -> None:
        if self._runs.busy:
            return  # one was started while this one was read
        status = run.status if known.job.status in (*ACTIVE, "idle") else known.job.status
        train = replace(
            known,
            run_id=run.id,
            name=run.name,
            job=replace(known.job, status=status, run_dir=run.dir),
            evaluation=kept_evaluation(Path(run.dir)),
        )
        self._store.dispatch(RunOpened(train), PageShown("train"))

    def compare(self, run_ids: Sequence[str]) -> None:
        """Lay the losses of other runs over the chart; none takes them away."""
        curves: dict[str, tuple[str, Series]] = {}
        wanted = [run for run in map(self.find, run_ids) if run is not None]
        if not wanted:
            self._store.dispatch(RunsCompared(()))

        def read(run: RunSummary, known: TrainState) -> None:
            curves[run.id] = (run.name, known.series.get(COMPARED, Series()))
            if len(curves) == len(wanted):
                self._store.dispatch(RunsCompared(tuple(curves[run.id] for run in wanted)))

        for run in wanted:
            self._replay(run, lambda known, run=run: read(run, known))  # type: ignore[misc]

    def _replay(self, run: RunSummary, then: Callable[[TrainState], None]) -> None:
        train = reopen(Path(run.dir))
        tail = JournalTail(Path(run.dir) / JOURNAL, follow=False, parent=self._context.parent)

        def more(events: list[Event]) -> None:
            nonlocal train
            train = train_events(train, events)

        def done() -> None:
            self._tails.remove(tail)
            tail.deleteLater()
            then(train)

        tail.events.connect(more)
        tail.caught_up.connect(done)
        self._tails.append(tail)
        tail.start()

    # ------------------------------------------------------------ changing runs

    def rename(self, run_id: str, name: str) -> None:
        """Call a run something else; its folder keeps its name."""
        run = self.find(run_id)
        name = name.strip()[:200]
        if run is None or not name or name == run.name:
            return
        try:
            (Path(run.dir) / NAME).write_text(name + "\n", encoding="utf-8")
        except OSError:
            pass  # the library still knows it
        self._context.library.put(replace(run, name=name))
        self._store.dispatch(RunRenamed(run.id, name))

    def keep(self, run_id: str) -> None:
        """A run that broke off ends with what its newest checkpoint has learnt; it is not brought up again."""
        run = self.find(run_id)
        if run is None or run.status not in ("crashed", "failed"):
            return
        if run.checkpoint_step is not None:
            self._runs.keep(run)
        else:
            kept = replace(run, status="stopped")
            self._context.library.put(kept)
            self._store.dispatch(RunListed(kept))

    def delete(self, run_id: str) -> None:
        """Throw a run away; it can be taken back until the trash is emptied."""
        run = self.find(run_id)
        if run is None:
            return
        if self._runs.busy and self._store.state.train.run_id == run.id:
            text = translate("Actions", "{name} is in progress; stop it first.").format(name=run.name)
            self._context.notice("warning", text)
            return
        try:
            _move(Path(run.dir), self._trash_for(run) / run.id)
        except OSError as error:
            text = translate("Actions", "{name} cannot be deleted: {reason}")
            self._context.notice("danger", text.format(name=run.name, reason=error.strerror or error))
            return
        self._trashed.append(run)
        self._context.library.remove(run.id)
        self._store.dispatch(RunRemoved(run.id))
        text = translate("Actions", "{name} was deleted.").format(name=run.name)
        self._context.notice("info", text, action=translate("Actions", "Undo"), intent=f"undo:{run.id}")

    def undo_delete(self, run_id: str = "") -> None:
        """Take a run back from the trash: the named one, or the last."""
        run = next((run for run in reversed(self._trashed) if run_id in ("", run.id)), None)
        if run is None:
            return
        try:
            _move(self._trash_for(run) / run.id, Path(run.dir))
        except OSError as error:
            text = translate("Actions", "{name} cannot be brought back: {reason}")
            self._context.notice("danger", text.format(name=run.name, reason=error.strerror or error))
            return
        self._trashed.remove(run)
        self._context.library.put(run)
        self._store.dispatch(RunListed(run))

    @property
    def _searches(self) -> Path:
        return self._context.data_dir / "searches"

    def _trash_for(self, run: RunSummary) -> Path:
        """On the disk of the run: a folder for runs that the user chose has a trash of its own."""
        home = self._context.data_dir
        for place in read_places(home).runs:
            if Path(run.dir).is_relative_to(place) and not place.is_relative_to(home):
                return place / ".trash"
        return home / "trash"

    def _empty_trash(self) -> None:
        """Remove for good what was thrown away a week ago."""
        limit = time.time() - TRASH_KEPT_S
        home = self._context.data_dir
        trashes = [home / "trash", *(place / ".trash" for place in read_places(home).runs)]
        for folder in (folder for trash in trashes for folder in trash.glob("*")):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    """Rename a folder. A run that has no folder (it never began) has nothing to move."""
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    source.rename(target)
    target.touch()  # the trash counts from now
