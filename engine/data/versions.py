"""The kept versions of datasets: ``datasets/<name>/<number>-<hash>/`` in Luthier's data folder.

A version is a folder with its rows as Parquet, ``data.yaml`` (the sources, steps and split that made it, to be run
again on new data) and its card. The folders are all there is: nothing else has to be kept in step with them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from engine.contract.paths import data_dir
from engine.contract.recipe import RecipeBase, Source
from engine.contract.results import DatasetVersion, DatasetVersions
from engine.data.card import CARD_JSON, Card

DATA_YAML = "data.yaml"
_NUMBERED = re.compile(r"(\d+)-[0-9a-f]{8}")
_NAME_CHARS = 60


def datasets_dir() -> Path:
    """The folder of all datasets; it need not exist yet."""
    return data_dir() / "datasets"


def dataset_name(text: str) -> str:
    """``text`` as the name of a folder on every system."""
    kept = "".join(char if char.isalnum() or char in "-_ " else "-" for char in text)
    return " ".join(kept.split()).strip("- ")[:_NAME_CHARS].rstrip("- ") or "dataset"


def next_version(name: str, content_hash: str) -> Path:
    """Where the next version of the dataset ``name`` belongs."""
    folder = datasets_dir() / name
    numbers = [number for number, _ in _numbered(folder)]
    return folder / f"{max(numbers, default=0) + 1}-{content_hash[:8]}"


def same_version(name: str, content_hash: str, recipe: RecipeBase, licence: str) -> Path | None:
    """The newest version of ``name``, if it was made of the same rows in the same way."""
    newest = max(_numbered(datasets_dir() / name), default=None)
    card = read_card(newest[1]) if newest else None
    if newest is None or card is None:
        return None
    same = (card.content_hash, card.licence, card.data) == (
        content_hash,
        licence,
        recipe.data.model_dump(mode="json"),
    )
    return newest[1] if same else None


def list_versions() -> DatasetVersions:
    """Every version with a readable card, newest first."""
    found = []
    for path in _versions():
        card = read_card(path)
        if card is not None:
            found.append(
                DatasetVersion(
                    name=path.parent.name,
                    path=str(path),
                    content_hash=card.content_hash,
                    created=card.created,
                    rows=sum(card.rows.values()),
                )
            )
    return DatasetVersions(versions=tuple(sorted(found, key=lambda item: (-item.created, item.path))))


def read_card(folder: Path) -> Card | None:
    """The card in ``folder``; None where there is none that can be read."""
    try:
        return Card.model_validate_json((folder / CARD_JSON).read_bytes())
    except (OSError, ValidationError):
        return None


def file_of(folder: Path, side: str) -> Path | None:
    """The file of ``side`` (train, validation, test) in a written dataset; None where it has none."""
    card = read_card(folder)
    names = [file.name for file in card.files if file.side == side] if card else []
    path = folder / names[0] if names and Path(names[0]).name == names[0] else None
    return path if path is not None and path.is_file() else None


def as_source(source: Source) -> Source:
    """``source`` with the file of training rows in place of a written dataset's folder."""
    folder = Path(source.path)
    try:
        path = file_of(folder, "train") if folder.is_dir() else None
    except OSError:  # a name that no file can have; whoever opens it says so
        path = None
    return source if path is None else source.model_copy(update={"path": str(path)})


def data_section(recipe: RecipeBase) -> str:
    """What of a recipe makes its data, as YAML: a recipe in itself, but for the method."""
    document = {
        "schema_version": recipe.schema_version,
        "data": recipe.data.model_dump(mode="json"),
        "objective": {"kind": recipe.objective.kind},
        "run": {"seed": recipe.run.seed},
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _versions() -> Iterator[Path]:
    root = datasets_dir()
    if root.is_dir():
        for folder in root.iterdir():
            yield from (path for _, path in _numbered(folder))


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    if not folder.is_dir():
        return []
    matches = [(_NUMBERED.fullmatch(path.name), path) for path in folder.iterdir() if path.is_dir()]
    return sorted((int(match[1]), path) for match, path in matches if match)
