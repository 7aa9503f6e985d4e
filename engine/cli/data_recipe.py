"""What the data commands are pointed at, as one recipe: a recipe, a part of one, dataset files, or both."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase, Source
from engine.contract.results import SkippedPath
from engine.contract.validation import nearest
from engine.data.expand import expand
from engine.registry import override, parse_recipe, read_document, variants

_RECIPE_SUFFIXES = (".yaml", ".yml")
_RECIPE_BYTES = 4_000_000


def data_recipe(arguments: argparse.Namespace) -> RecipeBase:
    """The recipe of a command's files and options. Files after a recipe take the place of its sources, so that
    what was saved runs on new data.

    Raises:
        UserError: something is missing, or no valid recipe comes out.
    """
    recipes = [name for name in arguments.files if is_recipe(Path(name).expanduser())]
    names = [name for name in arguments.files if name not in recipes]
    if len(recipes) > 1:
        raise UserError(ErrorCode.BAD_COMMAND, "More than one recipe is named", hint="Name one, and files.")
    document: dict[str, Any] = {}
    base = None
    if recipes:
        path = Path(recipes[0]).expanduser()
        document, base = read_document(path), path.resolve().parent
    if names:
        section = document.setdefault("data", {})
        section["sources"] = [item.model_dump(mode="json") for item in sources_of(names)]
    for name, kind in (("method", "lora"), ("objective", "sft")):  # what a part of a recipe leaves open
        document.setdefault(name, {"kind": kind})
    for item in arguments.overrides:
        override(document, item)
    if getattr(arguments, "model", None):
        document.setdefault("model", {})["path"] = arguments.model
    steps = getattr(arguments, "steps", None)
    if steps is not None:
        document.setdefault("data", {})["steps"] = [] if steps == "auto" else _steps(steps)
    recipe = parse_recipe(document, base_dir=base or Path.cwd())
    return _with_suggested_steps(recipe) if steps == "auto" else recipe


def _with_suggested_steps(recipe: RecipeBase) -> RecipeBase:
    """``recipe`` with the steps that find something in its rows."""
    from engine.data.clean_for_me import suggest_for
    from engine.data.store import SourceStore

    found = suggest_for(recipe, SourceStore(keep=0))
    document = recipe.model_dump(mode="json")
    document["data"]["steps"] = [item.step for item in found.steps]
    return parse_recipe(document)


def is_recipe(path: Path) -> bool:
    """Whether the file is a recipe or a part of one, and no dataset."""
    if path.suffix.lower() in _RECIPE_SUFFIXES:
        return True
    if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > _RECIPE_BYTES:
        return False
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and isinstance(document.get("data"), dict)


def sources_of(names: Sequence[str]) -> tuple[Source, ...]:
    """The dataset files that ``names`` stand for, as ``expanded`` finds them.

    Raises:
        UserError: one of the names stands for no dataset.
    """
    found = expanded(names)
    for item in found.refused:
        raise no_dataset(item)
    return found.sources


@dataclass(frozen=True, slots=True)
class Expanded:
    """The dataset files behind some names, the names that are none, and what else was left out."""

    sources: tuple[Source, ...]
    refused: tuple[SkippedPath, ...]
    skipped: tuple[SkippedPath, ...]


def expanded(names: Sequence[str]) -> Expanded:
    """Of a folder, an archive or a list of datasets the files in it, of a written dataset its training rows."""
    paths = [str(Path(name).expanduser().absolute()) for name in names]
    found = expand(paths)
    refused = tuple(item for item in found.skipped if item.path in paths)
    skipped = tuple(item for item in found.skipped if item.path not in paths)
    return Expanded(tuple(Source.model_validate(item) for item in found.sources), refused, skipped)


def no_dataset(item: SkippedPath) -> UserError:
    """What was skipped, as the error that it is where somebody named it."""
    code = ErrorCode.UNREADABLE if os.path.lexists(item.path) else ErrorCode.NOT_FOUND
    return UserError(code, f"{item.path}: {item.reason}")


def _steps(steps: str) -> list[Any]:
    """``none``, ``a,b,c``, or JSON: a list of names and of objects with options."""
    if steps == "none":
        return []
    if not steps.lstrip().startswith(("[", "{")):
        return [_step(name.strip()) for name in steps.split(",") if name.strip()]
    try:
        items = yaml.safe_load(steps)
    except yaml.YAMLError as error:
        raise UserError(ErrorCode.BAD_COMMAND, f"--steps is no valid JSON: {error}") from None
    listed = items if isinstance(items, list) else [items]
    return [_step(item) if isinstance(item, str) else item for item in listed]


def _step(name: str) -> dict[str, Any]:
    known = [str(item.model_fields["kind"].default) for item in variants("engine.data.steps")]
    if name in known:
        return {"kind": name}
    near = nearest(name, known)
    raise UserError(
        ErrorCode.BAD_COMMAND,
        f"There is no cleaning step {name!r}; there are: {', '.join(known)}",
        hint=f"Did you mean {near!r}?" if near else None,
    )
