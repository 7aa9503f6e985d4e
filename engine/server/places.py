"""Folders for models and runs, looked at before and after they are chosen: room, and the right to write."""

import os
import tempfile
from pathlib import Path

from engine.contract.disk import free_disk
from engine.contract.paths import data_dir
from engine.contract.places import LookAtPlaces, PlaceReport, PlaceReports, read_places

NEEDED_DISK_BYTES = 5_000_000_000


def look_at_places(command: LookAtPlaces) -> PlaceReports:
    """What can be said of the folders that somebody thinks of choosing. Leaves nothing behind."""
    home = data_dir()
    return PlaceReports(
        models=look_at(Path(command.models).expanduser() if command.models else home / "models"),
        runs=look_at(Path(command.runs).expanduser() if command.runs else home / "runs"),
    )


def look_at(place: Path) -> PlaceReport:
    """One folder, which need not exist yet: then its nearest parent must allow to make it."""
    if not place.is_absolute():
        return _useless(
            place, "It is not a whole path", "Choose the folder with the button beside the field."
        )
    try:
        standing = next(parent for parent in (place, *place.parents) if parent.exists())
        if not standing.is_dir():
            return _useless(place, f"{standing} is a file", "Choose a folder.")
        problem = write_problem(standing)
        free = free_disk(standing)
    except (OSError, ValueError) as error:  # a damaged disk, or a name that no system takes
        return _useless(place, str(error), "Choose another folder.")
    if problem:
        fix = "Choose a folder of your own, or give this account the right to write there."
        return PlaceReport(path=str(place), exists=place.exists(), free_bytes=free, problem=problem, fix=fix)
    return PlaceReport(path=str(place), exists=place.exists(), free_bytes=free)


def write_problem(folder: Path) -> str:
    """Why nothing can be written in ``folder``; "" where it can."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"luthier")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or str(error)
    return ""


def places_in_use() -> tuple[Path, ...]:
    """The data folder, and where new models and runs go; each once."""
    home = data_dir()
    places = read_places(home)
    chosen = [home, places.models[0], places.runs[0]]
    apart = [folder for folder in chosen if folder == home or not folder.is_relative_to(home)]
    return tuple(dict.fromkeys(apart))


def _useless(place: Path, problem: str, fix: str) -> PlaceReport:
    return PlaceReport(path=str(place), exists=False, free_bytes=0, problem=problem, fix=fix)
