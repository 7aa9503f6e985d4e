"""What real steps took, kept by the shape of their recipe, so that a later plan of the same shape begins from it.

The shape is everything that decides what a step holds: the same model, method, objective and data, in batches of the
same size. Whatever else is changed in a recipe (rates, epochs, checkpoints) keeps the figure.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from engine.contract.environment import leaves_no_crumbs
from engine.contract.paths import data_dir
from engine.contract.recipe import RecipeBase
from engine.models.load import resolve_model
from engine.train.answers_plan import own_answers
from engine.train.calibration import read_figures, write_figures
from engine.train.devices import Target

KEPT = 200  # shapes
BATCHES = ("optimizer", "per_device_train_batch_size", "gradient_accumulation_steps")
# What the planner guesses, in the order in which a measured step takes from it; weights and states are counted exactly.
GUESSED = ("loading", "temporary", "activations", "logits", "overhead")


def shape_of(recipe: RecipeBase, content_hash: str, target: Target) -> str:
    """A name for all that decides what a step of ``recipe`` holds on ``target``, over data with ``content_hash``."""
    optim, run, data = recipe.optim, recipe.run, recipe.data
    parts = {
        "model": recipe.model.model_dump(mode="json"),
        "files": _stamps(resolve_model(recipe.model.path)),
        "method": recipe.method.model_dump(mode="json"),
        "objective": recipe.objective.model_dump(mode="json"),
        "batches": {name: getattr(optim, name) for name in BATCHES},
        "order": (data.packing, data.shuffle, run.seed, run.num_threads),
        "data": content_hash,
        "where": (target.name, target.kind, leaves_no_crumbs(os.environ), metadata.version("torch")),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _stamps(folder: Path) -> list[tuple[str, int, int]]:
    files = [*folder.glob("*.json"), *folder.glob("*.safetensors")]
    return sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files)


def keep(shape: str, measured_bytes: int) -> None:
    """Remember what a step of ``shape`` took; the oldest of many is forgotten."""
    path = _path()
    known = read_figures(path)
    known.pop(shape, None)
    known[shape] = float(measured_bytes)
    write_figures(path, dict(list(known.items())[-KEPT:]))


def measured_for(recipe: RecipeBase, content_hash: str, target: Target) -> int | None:
    """What a step of this shape took when it was tried; None where it was not."""
    if not content_hash or not _path().is_file():
        return None
    found = read_figures(_path()).get(shape_of(recipe, content_hash, target))
    return None if found is None else int(found)


def corrected(recipe: RecipeBase, parts: Mapping[str, int], measured_bytes: int) -> dict[str, int]:
    """``parts`` of a plan so that they add up to ``measured_bytes``. A recipe that learns from its own answers is
    never corrected downwards, since nobody knows whether those of the step were as long as they may become."""
    found = dict(parts)
    difference = measured_bytes - sum(found.values())
    if difference >= 0:
        found["temporary"] += difference
        return found
    if own_answers(recipe) is not None:
        return found
    for name in GUESSED:
        taken = min(found.get(name, 0), -difference)
        found[name] = found.get(name, 0) - taken
        difference += taken
    return found


def _path() -> Path:
    return data_dir() / "tried_steps.json"
