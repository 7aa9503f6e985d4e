"""Brings an older library up to date, with a copy of its small documents beforehand.

Copied are settings, drafts, and the recipes and names of runs: what a step may change. Models, checkpoints, datasets and
journals are not, because no step touches them; a step that should must add its files to ``documents``. What is copied is
put back when a step fails, and also when the upgrade was broken off, before the next attempt.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.library_version import LIBRARY, LIBRARY_VERSION, read_library, write_library
from engine.contract.migrations import migrate
from engine.contract.places import read_places
from engine.contract.recipe import SCHEMA_VERSION

BACKUPS = "backups"
RUNNING = "upgrading.json"  # while it is there, an upgrade is under way or was broken off
LISTING = "documents.json"  # in the copy: which file lay where
SETTINGS = "preferences.ini"
DRAFT = "draft.json"
INDEX = "library.sqlite"
RUN_DOCUMENTS = ("recipe.yaml", "name.txt")
MOST_BYTES = 4 << 20  # a document larger than this is none

Step = Callable[[Path], None]


def _welcomed(home: Path) -> None:
    """Whoever used the window before there was a welcome does not need one."""
    if not any((home / name).exists() for name in (SETTINGS, DRAFT, INDEX)):
        return
    path = home / SETTINGS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    head, found, tail = text.partition("[General]\n")
    line = "welcomed=true\n"
    path.write_text(head + found + line + tail if found else f"[General]\n{line}\n{text}", encoding="utf-8")


STEPS: Mapping[int, Step] = {0: _welcomed}  # from version -> to version + 1


def is_new(home: Path) -> bool:
    """Whether nobody has used this folder yet."""
    return next(documents(home), None) is None and not (home / INDEX).exists()


def was_broken_off(home: Path) -> bool:
    """Whether an upgrade ended in its middle."""
    return (home / RUNNING).exists()


def documents(home: Path) -> Iterator[Path]:
    """The small files that make up the library, wherever its runs are kept."""
    for path in sorted([*home.glob("*.json"), *home.glob("*.ini")]):
        if path.name != RUNNING:
            yield path
    for place in read_places(home).runs:
        for name in RUN_DOCUMENTS:
            yield from sorted(place.glob(f"*/{name}"))


def upgrade(
    home: Path, *, program: str, version: int = LIBRARY_VERSION, steps: Mapping[int, Step] = STEPS
) -> Path | None:
    """Lift the library to ``version``; the folder of the copy, or None where no document had to change.

    Raises:
        UserError: a step failed; everything was put back.
    """
    if was_broken_off(home):
        _restore(home / BACKUPS / _read(home / RUNNING).get("backup", ""))
        (home / RUNNING).unlink()
    known = read_library(home)
    present = known.version if known else 0
    if present == version:
        write_library(home, program=program, version=version)
        return None
    try:
        backup = _back_up(home, present)
    except OSError as error:
        raise _failed(home, present, version, error, kept=None) from error
    try:
        for number in range(present, version):
            steps[number](home)
        _lift_recipes(home)
        write_library(home, program=program, version=version)
    except Exception as error:  # whatever a step did wrong, the old library is worth more
        _take_away_new(home, backup)
        _restore(backup)
        (home / RUNNING).unlink()
        raise _failed(home, present, version, error, kept=backup) from error
    (home / RUNNING).unlink()
    return backup


def _failed(home: Path, present: int, version: int, error: Exception, *, kept: Path | None) -> UserError:
    where = f" A copy is kept in {kept}." if kept else ""
    return UserError(
        ErrorCode.UNREADABLE,
        f"The library at {home} could not be brought from version {present} to {version}: {error}",
        hint=f"Everything was put back as it was.{where} The Luthier you used before can still open it.",
    )


def _back_up(home: Path, present: int) -> Path:
    """Copy every document; the note that an upgrade runs is written when the copy is whole."""
    stamp = time.strftime("%Y-%m-%d-%H%M%S")
    backup, count = home / BACKUPS / f"version-{present}-{stamp}", 1
    while backup.exists():
        count += 1
        backup = home / BACKUPS / f"version-{present}-{stamp}-{count}"
    listing: dict[str, str] = {}
    for number, path in enumerate(documents(home)):
        if path.stat().st_size > MOST_BYTES:
            continue
        inside = path.is_relative_to(home)
        copy = path.relative_to(home) if inside else Path("elsewhere", str(number), path.name)
        (backup / copy).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, backup / copy)
        listing[copy.as_posix()] = str(path)
    backup.mkdir(parents=True, exist_ok=True)
    (backup / LISTING).write_text(json.dumps(listing, indent=2, ensure_ascii=False), encoding="utf-8")
    (home / RUNNING).write_text(json.dumps({"backup": backup.name}), encoding="utf-8")
    return backup


def _take_away_new(home: Path, backup: Path) -> None:
    """Remove the settings that a failed step made; runs may have begun meanwhile and are left alone."""
    known = set(_read(backup / LISTING).values())
    for path in list(documents(home)):
        if path.parent == home and str(path) not in known and path.stat().st_size <= MOST_BYTES:
            path.unlink()


def _restore(backup: Path) -> None:
    """Put every document back as it was copied."""
    for copy, place in _read(backup / LISTING).items():
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(backup / copy, place)


def _lift_recipes(home: Path) -> None:
    """Write recipes of older versions anew in today's, as ``migrations`` reads them."""
    for path in list(documents(home)):
        if path.name == DRAFT:
            old = _read(path)
            if _is_older(old):
                path.write_text(json.dumps(migrate(old), ensure_ascii=False), encoding="utf-8")
        elif path.name == RUN_DOCUMENTS[0]:
            import yaml

            old = yaml.safe_load(path.read_text(encoding="utf-8"))
            if isinstance(old, dict) and _is_older(old):
                text = yaml.safe_dump(migrate(old), sort_keys=False, allow_unicode=True)
                path.write_text(text, encoding="utf-8")


def _is_older(document: Mapping[str, Any]) -> bool:
    version = document.get("schema_version")
    return isinstance(version, int) and 0 < version < SCHEMA_VERSION


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


__all__ = ["BACKUPS", "LIBRARY", "STEPS", "Step", "documents", "is_new", "upgrade", "was_broken_off"]
