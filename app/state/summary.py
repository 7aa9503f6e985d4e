"""A run as one row of the library, made from its replayed state. Pure."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from app.state.model import RunSummary, TrainState

SPARK_POINTS = 60


def summarise(train: TrainState, *, created: float, disk_bytes: int = 0) -> RunSummary:
    """The library's row of a run. ``created``: Unix time."""
    recipe = train.recipe
    loss = train.series.get("train/loss")
    eval_loss = train.series.get("eval/loss")
    steps = [mark.step for mark in train.checkpoints]
    return RunSummary(
        id=train.run_id,
        name=train.name or train.run_id,
        dir=train.job.run_dir,
        status=train.job.status,
        created=created,
        method=str(section(recipe, "method").get("kind", "")),
        base_model=str(section(recipe, "model").get("path", "")),
        dataset=dataset_name(recipe),
        rows=train.rows,
        step=train.step,
        total_steps=train.total_steps,
        loss=loss.last if loss is not None else None,
        eval_loss=eval_loss.last if eval_loss is not None else None,
        spark=thin(loss.values, SPARK_POINTS) if loss is not None else (),
        disk_bytes=disk_bytes,
        checkpoint_step=max(steps) if steps else None,
    )


def by_themselves(runs: Iterable[RunSummary]) -> tuple[RunSummary, ...]:
    """Those that are no trials of a search."""
    return tuple(run for run in runs if not run.search)


def by_search(runs: Iterable[RunSummary]) -> dict[str, list[RunSummary]]:
    """The trials by the folder of their search, each in the order that they were made in."""
    found: dict[str, list[RunSummary]] = {}
    for run in runs:
        if run.search:
            found.setdefault(run.search, []).append(run)
    return {folder: sorted(trials, key=lambda run: run.dir) for folder, trials in found.items()}


def section(recipe: dict[str, Any], name: str) -> dict[str, Any]:
    """A section of a recipe document; empty when it is missing or no mapping."""
    value = recipe.get(name)
    return value if isinstance(value, dict) else {}


def dataset_name(recipe: dict[str, Any]) -> str:
    """The names of the dataset files, without folders: ``a.json, b.csv``."""
    sources = section(recipe, "data").get("sources") or ()
    paths = [str(source.get("path", "")) for source in sources if isinstance(source, dict)]
    return ", ".join(PurePath(path.replace("\\", "/")).name for path in paths if path)


def thin(values: list[float], count: int) -> tuple[float, ...]:
    """At most ``count`` of ``values``, evenly spread, the first and the last among them."""
    if len(values) <= count:
        return tuple(values)
    last = len(values) - 1
    return tuple(values[round(index * last / (count - 1))] for index in range(count))
