"""Results appear whole or not at all: temporary siblings, renaming into place, and room on the disk."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError

_WORK_PREFIX = ".luthier-part-"


_KEY = "key"


@contextmanager
def work_folder(parent: Path, name: str, *, key: str | None = None) -> Iterator[Path]:
    """A hidden folder on the same disk as the result; gone afterwards.

    What a killed process left there goes first, unless it was left by the same work: then its ``key`` is equal, and
    whoever uses the folder may go on with what is finished in it.
    """
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"{_WORK_PREFIX}{name}"
    shutil.rmtree(_old(parent / name), ignore_errors=True)
    if key is None or not _was_left_by(folder, key):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    if key is not None:
        (folder / _KEY).write_text(key, encoding="utf-8")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _was_left_by(folder: Path, key: str) -> bool:
    try:
        return (folder / _KEY).read_text(encoding="utf-8") == key
    except OSError:
        return False


def _old(target: Path) -> Path:
    return target.with_name(f"{_WORK_PREFIX}old-{target.name}")


def place(result: Path, target: Path) -> Path:
    """Rename a finished file or folder to ``target``, replacing what stands there."""
    _sync(result)
    if target.is_dir():
        old = _old(target)
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        result.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        result.replace(target)
    return target


def remove(path: Path) -> None:
    """Whatever stands there, file or folder; nothing is fine too."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    for file in [path] if path.is_file() else [item for item in path.rglob("*") if item.is_file()]:
        file.chmod(0o644)  # safetensors writes for the owner alone; models may be shared on a machine
        handle = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def link_or_copy(source: Path, target: Path) -> None:
    """The same bytes at a second place, without a second time the disk where that works."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(item.stat().st_size for item in path.rglob("*") if item.is_file())


def require_space(folder: Path, needed: int, *, what: str) -> None:
    """Check the disk before hours of work.

    Raises:
        UserError: ``DISK_FULL`` with what is needed and what is free.
    """
    place_ = folder
    while not place_.exists():
        place_ = place_.parent
    free = shutil.disk_usage(place_).free
    if free < needed:
        raise UserError(
            ErrorCode.DISK_FULL,
            f"{what} needs {in_words(needed)} in {folder}, and {in_words(free)} are free.",
            hint="Free some space, choose another folder, or export fewer or smaller forms.",
            details={"needed_bytes": needed, "free_bytes": free, "path": str(folder)},
        )


def in_words(size_bytes: int) -> str:
    """Decimal units, as disks are sold: 1.2 GB, 340 MB."""
    if size_bytes >= 1_000_000_000:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{max(1, round(size_bytes / 1e6))} MB"
