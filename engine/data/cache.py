"""Converted dataset files that outlive the process: one folder each, made beside its place and renamed into it.

Two processes that convert the same file at the same time both finish, and one of the two results is kept. Whatever
is damaged, of another version, or too much in all is thrown away; everything here can be made again.
"""

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine import __version__
from engine.data.batches import cache_dir, remove_stale

LIMIT_BYTES = 24 << 30
_LAYOUT = 1  # of what is stored; another number makes everything be converted anew
_META = "meta.json"


class DatasetCache:
    """The kept conversions. ``limit_bytes`` bounds them together."""

    def __init__(self, folder: Path | None = None, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder or cache_dir() / "datasets"
        self._limit = limit_bytes

    def place(self, key: object) -> Path:
        """The folder of a conversion; it may not be there."""
        words = json.dumps([_LAYOUT, __version__, key], sort_keys=True, default=str)
        return self._folder / hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]

    def meta(self, place: Path) -> dict[str, Any] | None:
        """What is written of a conversion, if it is there and whole."""
        try:
            meta: dict[str, Any] = json.loads((place / _META).read_text(encoding="utf-8"))
            whole = all((place / name).stat().st_size == size for name, size in meta["files"].items())
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not whole:
            shutil.rmtree(place, ignore_errors=True)
            return None
        with contextlib.suppress(OSError):
            os.utime(place / _META)
        return meta

    @contextlib.contextmanager
    def part(self) -> Iterator[Path]:
        """A new folder to work in, removed unless ``keep`` has taken it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_stale(self._folder)
        part = self._folder / f"{os.getpid()}-{uuid.uuid4().hex}"
        part.mkdir()
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def keep(self, part: Path, place: Path, meta: dict[str, Any]) -> Path:
        """Put a finished folder into its place; the path under which it is found."""
        files = {path.name: path.stat().st_size for path in part.iterdir()}
        (part / _META).write_text(json.dumps({**meta, "files": files}), encoding="utf-8")
        try:
            part.rename(place)
        except OSError:
            if self.meta(place) is None:  # another process has not just done the same
                shutil.rmtree(place, ignore_errors=True)
                part.rename(place)
        self._shrink(place)
        return place

    def _shrink(self, kept: Path) -> None:
        """Remove what was not used for longest until the rest is within the limit."""
        found = []
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                size = sum(item.stat().st_size for item in path.iterdir())
                found.append(((path / _META).stat().st_mtime, size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._limit:
                break
            if path != kept:
                shutil.rmtree(path, ignore_errors=True)
                total -= size
