"""The runs of this computer in SQLite: quick to list, and no more than a copy of what the run folders say.

WAL and short transactions, so that two programs may have it open. Deleting the file loses nothing that ``scan``
cannot bring back.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from app.client.journal import read_journal
from app.state.model import ACTIVE, JobState, RunSummary, TrainState
from app.state.reduce_job import train_events
from app.state.summary import summarise
from engine.contract.evaluation import REPORT_NAME, EvaluationReport

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY,
    dir TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    status TEXT NOT NULL,
    journal_bytes INTEGER NOT NULL DEFAULT 0,
    summary TEXT NOT NULL
)
"""
JOURNAL = "events.jsonl"
RECIPE = "recipe.yaml"
NAME = "name.txt"
SEARCH, TRIALS = "search.json", "trials"  # of a search's folder, and where its runs lie in it
_FIELDS = frozenset(field.name for field in fields(RunSummary))


class Library:
    """The table of runs. Every method is one short transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.DatabaseError:
            # Damaged: it is only a copy, so it is put aside and filled again from the folders.
            self._path.replace(self._path.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            return _connect(self._path)

    def all(self) -> tuple[RunSummary, ...]:
        """Every run, newest first."""
        rows = self._db.execute("SELECT summary FROM runs ORDER BY created DESC, id DESC").fetchall()
        return tuple(_summary(json.loads(row[0])) for row in rows)

    def get(self, run_id: str) -> RunSummary | None:
        """One run."""
        row = self._db.execute("SELECT summary FROM runs WHERE id = ?", (run_id,)).fetchone()
        return _summary(json.loads(row[0])) if row else None

    def put(self, run: RunSummary) -> None:
        """Add or replace one run."""
        document = {name: getattr(run, name) for name in _FIELDS}
        with self._db:
            self._db.execute("DELETE FROM runs WHERE dir = ? AND id <> ?", (run.dir, run.id))
            self._db.execute(
                "INSERT INTO runs (id, dir, created, status, journal_bytes, summary) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET dir = excluded.dir, created = excluded.created, "
                "status = excluded.status, journal_bytes = excluded.journal_bytes, summary = excluded.summary",
                (
                    run.id,
                    run.dir,
                    run.created,
                    run.status,
                    journal_bytes(Path(run.dir)),
                    json.dumps(document),
                ),
            )

    def remove(self, run_id: str) -> None:
        """Forget one run; its folder is somebody else's business."""
        with self._db:
            self._db.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def known(self) -> dict[str, int]:
        """Journal size in bytes by run folder, as it was when the row was written."""
        return {str(row[0]): int(row[1]) for row in self._db.execute("SELECT dir, journal_bytes FROM runs")}

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=5.0)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        with db:
            db.execute(SCHEMA)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _summary(document: dict[str, Any]) -> RunSummary:
    known = {name: value for name, value in document.items() if name in _FIELDS}
    return RunSummary(**{**known, "spark": tuple(known.get("spark") or ())})


# ---------------------------------------------------------------- the folders


def journal_bytes(run_dir: Path) -> int:
    """Size of a run's journal, 0 without one."""
    try:
        return (run_dir / JOURNAL).stat().st_size
    except OSError:
        return 0


def disk_bytes(run_dir: Path) -> int:
    """What a run's folder takes on disk."""
    total = 0
    for path in run_dir.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() and not path.is_symlink() else 0
        except OSError:
            pass  # removed while we looked
    return total


def read_recipe(run_dir: Path) -> dict[str, Any]:
    """The recipe document of a run; empty when there is none that can be read."""
    import yaml  # here: not needed before the first run is opened

    try:
        document = yaml.safe_load((run_dir / RECIPE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return document if isinstance(document, dict) else {}


def search_of(run_dir: Path) -> str:
    """The folder of the search that a run is a trial of; "" for a run by itself."""
    folder = run_dir.parent.parent
    return str(folder) if run_dir.parent.name == TRIALS and (folder / SEARCH).is_file() else ""


def run_id(run_dir: Path) -> str:
    """What a run is known by. Every search calls its trials by the same names, so these have that of the search too."""
    search = search_of(run_dir)
    return f"{Path(search).name}~{run_dir.name}" if search else run_dir.name


def run_name(run_dir: Path, recipe: dict[str, Any]) -> str:
    """What the user calls a run: as renamed, else as in its recipe, else its folder's name."""
    try:
        renamed = (run_dir / NAME).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        renamed = ""
    return renamed or str(recipe.get("name") or "") or run_dir.name


def reopen(run_dir: Path) -> TrainState:
    """A run as its folder tells it, before its journal is replayed."""
    recipe = read_recipe(run_dir)
    job = JobState(kind="train", run_dir=str(run_dir))
    return TrainState(run_id=run_id(run_dir), name=run_name(run_dir, recipe), recipe=recipe, job=job)


def kept_evaluation(run_dir: Path) -> EvaluationReport | None:
    """The newest evaluation of a run; None where there is none that can be read."""
    try:
        return EvaluationReport.model_validate_json((run_dir / REPORT_NAME).read_bytes())
    except (OSError, ValueError):
        return None


def scan(folders: Iterable[Path], known: dict[str, int]) -> Iterator[RunSummary]:
    """The runs among ``folders`` that the library does not know as they are now.

    A journal without an end is reported as ``crashed``; whether its engine still lives is for the caller to see. A trial
    without an end waits for its search to go on.
    """
    for run_dir in folders:
        if not (run_dir / RECIPE).is_file() or known.get(str(run_dir)) == journal_bytes(run_dir):
            continue
        train = train_events(reopen(run_dir), read_journal(run_dir / JOURNAL))
        search = search_of(run_dir)
        if train.job.status in ACTIVE or train.job.status == "idle":
            train = replace(train, job=replace(train.job, status="stopped" if search else "crashed"))
        created = train.job.started_wall or run_dir.stat().st_mtime
        found = summarise(train, created=created, disk_bytes=disk_bytes(run_dir))
        yield replace(found, search=search)
