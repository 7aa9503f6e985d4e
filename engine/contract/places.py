"""Where models and runs are kept, and what is asked and told about a folder before it is chosen.

The choice is a file in the data folder, as the offline switch is: the app, its engines and the command line all follow
it. Choosing moves nothing; folders that were used before are remembered, and what lies in them is still found.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.contract.command import Command
from engine.contract.paths import data_dir
from engine.contract.results import Result

PLACES = "places.json"
Kind = Literal["models", "runs"]
KINDS: tuple[Kind, ...] = ("models", "runs")


class LookAtPlaces(Command):
    """Whether models and runs could be kept in these folders; "" is the standard one. Reply: ``PlaceReports``."""

    type: Literal["places.look"] = "places.look"
    models: str = ""
    runs: str = ""


class PlaceReport(Result):
    """One folder. ``problem`` says why it cannot be used; "" where it can."""

    path: str
    exists: bool
    free_bytes: int
    problem: str = ""
    fix: str = ""


class PlaceReports(Result):
    models: PlaceReport
    runs: PlaceReport


@dataclass(frozen=True, slots=True)
class Places:
    """The folders in use first, those of before after them."""

    models: tuple[Path, ...]
    runs: tuple[Path, ...]


def read_places(home: Path) -> Places:
    """What the library at ``home`` says; a file that makes no sense counts as none."""
    content = _content(home)
    return Places(models=_folders(home, "models", content), runs=_folders(home, "runs", content))


def choose_places(home: Path, *, models: str, runs: str) -> None:
    """Keep new models and runs in these folders from now on; "" is the standard one.

    Raises:
        OSError: a folder cannot be made, or the choice cannot be written.
    """
    content: dict[str, Any] = {}
    known = _content(home)
    for kind, wanted in (("models", models), ("runs", runs)):
        chosen = Path(wanted).expanduser().absolute() if wanted else home / kind
        chosen.mkdir(parents=True, exist_ok=True)
        before = [str(folder) for folder in _folders(home, kind, known)]
        content[kind] = [str(chosen), *(folder for folder in before if folder != str(chosen))]
    whole = home / f"{PLACES}.new"
    whole.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    whole.replace(home / PLACES)


def runs_dirs() -> tuple[Path, ...]:
    """Where runs are looked for; new ones go to the first."""
    return read_places(data_dir()).runs


def models_dirs() -> tuple[Path, ...]:
    """Where Luthier's own models are looked for; new ones go to the first."""
    return read_places(data_dir()).models


def model_place(*parts: str) -> Path:
    """The place of one of Luthier's own models: where it lies already, else in the folder for new ones."""
    folders = models_dirs()
    found = (folder.joinpath(*parts) for folder in folders)
    return next((place for place in found if place.exists()), folders[0].joinpath(*parts))


def _content(home: Path) -> Mapping[str, Any]:
    try:
        content = json.loads((home / PLACES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _folders(home: Path, kind: str, content: Mapping[str, Any]) -> tuple[Path, ...]:
    listed = content.get(kind)
    named = (
        [Path(item) for item in listed if isinstance(item, str) and item] if isinstance(listed, list) else []
    )
    return tuple(dict.fromkeys([*named, home / kind]))
