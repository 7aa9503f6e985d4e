"""Folders, archives and lists of datasets as the dataset files in them, with a reason for everything left out."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.contract.errors import UserError
from engine.contract.recipe import Source
from engine.contract.results import ExpandedData, SkippedPath
from engine.data.content import is_archive, is_of_the_system, members_of, plain_name
from engine.data.dataset_info import read_dataset_info, sources_of_info
from engine.data.encoding import is_damaged
from engine.data.readers.choose import known_extensions
from engine.data.rows import shortened
from engine.data.versions import as_source

MAX_FILES = 2_000
MAX_DEPTH = 8
_SHOWN_SKIPPED = 200
_MAX_PATH_CHARS = 1_000
_ABOUT = ("readme", "license", "licence", "changelog", "notice", "dataset_card")


@dataclass(slots=True)
class _Found:
    sources: list[Source] = field(default_factory=list)
    skipped: list[SkippedPath] = field(default_factory=list)

    def skip(self, path: Path | str, reason: str) -> None:
        self.skipped.append(SkippedPath(path=_shown(path), reason=reason))


def expand(paths: Sequence[str]) -> ExpandedData:
    """What is behind ``paths``: a file stands for itself, a folder and an archive for the dataset files in them, a
    written dataset for its training rows, a ``dataset_info.json`` for the files that it names."""
    found = _Found()
    for name in paths:
        before = len(found.sources) + len(found.skipped)
        _expand(Path(name).expanduser(), found)
        if len(found.sources) + len(found.skipped) == before:
            found.skip(name, "There is no dataset file in it")
    known = _different(found.sources)
    if len(known) > MAX_FILES:
        found.skip("", f"{len(known) - MAX_FILES} more files: {MAX_FILES:,} at a time")
    sources = tuple(source.model_dump(mode="json") for source in known[:MAX_FILES])
    return ExpandedData(sources=sources, skipped=tuple(found.skipped[:_SHOWN_SKIPPED]))


def _different(sources: Sequence[Source]) -> list[Source]:
    """Each source once; a file that a list describes, perhaps in several ways, is not there a second time as found."""
    described = {source.path for source in sources if source != Source(path=source.path)}
    found: list[Source] = []
    for source in sources:
        plain = source == Source(path=source.path)
        if source not in found and not (plain and source.path in described):
            found.append(source)
    return found


def _expand(path: Path, found: _Found) -> None:
    if (reason := _bad_name(path)) is not None:
        found.skip(path, reason)
        return
    try:
        mode = path.stat().st_mode
    except OSError as error:
        found.skip(path, f"Cannot be read: {error.strerror or error}")
        return
    except ValueError as error:
        found.skip(path, f"Cannot be read: {error}")
        return
    if stat.S_ISDIR(mode):
        written = as_source(Source(path=str(path)))
        if written.path != str(path):
            found.sources.append(written)
        else:
            _expand_folder(path, found)
    elif not stat.S_ISREG(mode) or is_of_the_system(path):
        found.skip(path, "It is a device or a pipe, not a file")
    elif is_archive(path):
        _expand_archive(path, found)
    elif (entries := read_dataset_info(path)) is not None:
        _expand_info(path, entries, found)
    else:
        found.sources.append(Source(path=str(path)))


def _expand_info(path: Path, entries: dict[str, dict[str, object]], found: _Found) -> None:
    sources, skipped = sources_of_info(path, entries)
    found.skipped += skipped
    for source in sources:
        place = Path(source.path)
        if not place.is_dir():
            found.sources.append(source)
            continue
        inside = _Found()
        _expand_folder(place, inside, lists=False)
        found.skipped += inside.skipped
        found.sources += [source.model_copy(update={"path": item.path}) for item in inside.sources]


def _expand_folder(folder: Path, found: _Found, *, lists: bool = True) -> None:
    """The files below ``folder``. Where a list named it, the ``lists`` in it are not read: one may name itself."""
    files = list(_walk(folder, found))
    infos = {path: entries for path in files if (entries := read_dataset_info(path)) is not None}
    if not lists:
        files, infos = [path for path in files if path not in infos], {}
    told = _Found()
    for path, entries in infos.items():
        _expand_info(path, entries, told)
    named = {source.path for source in told.sources}
    found.sources += told.sources
    found.skipped += told.skipped
    for path in files:
        if path in infos or str(path) in named:
            continue
        if is_archive(path):
            _expand_archive(path, found)
        elif (reason := _no_data(path)) is not None:
            found.skip(path, reason)
        else:
            found.sources.append(Source(path=str(path)))


def _walk(folder: Path, found: _Found) -> Iterator[Path]:
    """Regular files below ``folder`` by name; links are not followed, so that none leads in a circle."""
    count = 0
    for place, folders, files in os.walk(folder, onerror=None, followlinks=False):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if len(here.relative_to(folder).parts) >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files):
            path = here / name
            if name.startswith("."):
                continue
            if not stat.S_ISREG(path.lstat().st_mode):
                found.skip(path, "It is a link, a device or a pipe, not a file")
                continue
            count += 1
            if count > MAX_FILES:
                found.skip(folder, f"It holds more than {MAX_FILES:,} files; the rest was not looked at")
                return
            yield path


def _expand_archive(archive: Path, found: _Found) -> None:
    try:
        members = members_of(archive)
    except UserError as error:
        found.skip(archive, error.info.message)
        return
    for member in members:
        path = archive / member.name
        if is_archive(path):
            found.skip(path, "An archive inside an archive is not opened")
        elif (reason := _no_data(path)) is not None:
            found.skip(path, reason)
        else:
            found.sources.append(Source(path=str(path)))


def _no_data(path: Path) -> str | None:
    """Why a file that nobody named is not taken for a dataset; None if it is."""
    if (reason := _bad_name(path)) is not None:
        return reason
    plain = plain_name(path)
    if plain.stem.casefold().startswith(_ABOUT):
        return "It describes the data"
    if plain.suffix.lower() not in known_extensions():
        return "Its ending is not that of a dataset file"
    return None


def _bad_name(path: Path) -> str | None:
    """Why a path cannot stand in a recipe."""
    if len(str(path)) > _MAX_PATH_CHARS:
        return "Its name is too long"
    if is_damaged(str(path)):
        return "Its name is no valid text; give it another one"
    return None


def _shown(path: Path | str) -> str:
    return shortened(str(path), _MAX_PATH_CHARS)
