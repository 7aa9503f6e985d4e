"""A run's folder while an engine works in it: who is there, and that nobody else is.

The lock is the operating system's, so a killed engine frees it. ``process.json`` tells a relaunched app whom to
look for; it is only a hint, the lock is the truth.
"""

import json
import logging
import re
import shutil
import time
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.lock import FileLock
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.places import runs_dirs
from engine.contract.recipe import RecipeBase
from engine.server.journal import JOURNAL, Journal

PROCESS = "process.json"
LOCK = "engine.lock"
LOG = "engine.log"
RECIPE = "recipe.yaml"
LEFT_BY_A_RUN = (
    JOURNAL,
    LOG,
    RECIPE,
    PROCESS,
    "control.jsonl",
    "report.json",
    "heldout.json",
    "checkpoints",
    "adapter",
    "model",
    "merged",
    "exports",
)


def runs_dir() -> Path:
    """Where runs live that name no folder of their own."""
    return runs_dirs()[0]


def find_run(name: str) -> Path:
    """The folder of a run named by its path or by its id among Luthier's runs.

    Raises:
        UserError: ``NOT_FOUND``.
    """
    for folder in (Path(name).expanduser(), *(place / name for place in runs_dirs())):
        if (folder / RECIPE).is_file():
            return folder.resolve()
    raise UserError(
        ErrorCode.NOT_FOUND,
        f"There is no run at {name}",
        hint=f"Name the folder of a run (it holds {RECIPE}), or its id in {runs_dir()}.",
    )


def choose_folder(recipe: RecipeBase, run_dir: str | None = None) -> Path:
    """The folder asked for, the recipe's, or a new one named after time and recipe."""
    named = run_dir or recipe.run.output_dir
    if named:
        return Path(named).expanduser().resolve()
    words = re.sub(r"[^\w-]+", "-", recipe.name).strip("-")[:40]
    stem = time.strftime("%Y%m%d-%H%M%S") + (f"-{words}" if words else "")
    folder, count = runs_dir() / stem, 1
    while folder.exists():
        count += 1
        folder = runs_dir() / f"{stem}-{count}"
    return folder


class RunFolder:
    """A folder this process has for itself from ``RunFolder(...)`` until ``close``."""

    def __init__(self, path: Path, *, resume: bool = False, overwrite: bool = False) -> None:
        """Take ``path``, which is created when it is missing.

        Raises:
            UserError: another engine works there (``BUSY``), it already holds a run and neither ``resume`` nor
                ``overwrite`` is given, or there is nothing to resume.
        """
        self.path = path
        if resume and not path.is_dir():
            raise UserError(ErrorCode.NOT_FOUND, f"There is no run at {path} to resume")
        if path.exists() and not path.is_dir():
            raise UserError(ErrorCode.UNREADABLE, f"{path} is a file, not the folder of a run")
        path.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path / LOCK)
        if not self._lock.acquire():
            raise UserError(
                ErrorCode.BUSY,
                f"Another engine is working in {path}",
                hint="Wait for it, or stop it first.",
                details=read_process(path) or {},
            )
        try:
            self._prepare(resume=resume, overwrite=overwrite)
            self.journal = Journal(path / JOURNAL)
            self._log = _log_to(path / LOG)
            _write_process(path)
        except BaseException:
            self._lock.release()
            raise

    def _prepare(self, *, resume: bool, overwrite: bool) -> None:
        if resume or not (self.path / JOURNAL).exists():
            return
        if not overwrite:
            raise UserError(
                ErrorCode.RECIPE_INVALID,
                f"{self.path} already holds a run",
                hint="Resume it, choose another output folder, or overwrite it.",
                recipe_path="run.output_dir",
            )
        for name in LEFT_BY_A_RUN:
            place = self.path / name
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the folder to others."""
        self.journal.close()
        logging.getLogger().removeHandler(self._log)
        self._log.close()
        (self.path / PROCESS).unlink(missing_ok=True)
        self._lock.release()


def _write_process(folder: Path) -> None:
    import psutil

    me = psutil.Process()
    content = {"pid": me.pid, "started": me.create_time(), "protocol": PROTOCOL_VERSION}
    (folder / PROCESS).write_text(json.dumps(content), encoding="utf-8")


def read_process(folder: Path) -> dict[str, Any] | None:
    """Who works in ``folder`` according to its ``process.json``, or None."""
    try:
        content = json.loads((folder / PROCESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _log_to(path: Path) -> logging.Handler:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.INFO)
    logging.getLogger().addHandler(handler)
    return handler
