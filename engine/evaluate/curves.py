"""The losses of a run over its steps, as its journal tells them."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

from engine.contract.evaluation import Curve

POINTS = 200
NAMES = {"train/loss": "train", "eval/loss": "held_out"}


def curves(journal: Path) -> tuple[Curve, Curve]:
    """Training loss (averaged where there are many steps) and held-out loss; empty ones without a journal.

    A step that a resumed run made again replaces the first one.
    """
    found: dict[str, dict[int, float]] = {name: {} for name in NAMES}
    for step, name, value in _points(journal):
        series = found[name]
        for later in [known for known in series if known > step]:
            del series[later]
        series[step] = value
    return _curve("train", found["train/loss"]), _curve("held_out", found["eval/loss"])


def _points(journal: Path) -> Iterator[tuple[int, str, float]]:
    if not journal.is_file():
        return
    with journal.open("rb") as file:
        for line in file:
            if b'"metrics"' not in line:
                continue
            try:
                event = json.loads(line)
            except ValueError:  # a cut last line
                continue
            for name in NAMES:
                for step, value in zip(event.get("step", ()), event.get(name, ()), strict=False):
                    if isinstance(value, int | float) and math.isfinite(value):
                        yield int(step), name, float(value)


def _curve(name: str, series: dict[int, float]) -> Curve:
    steps = list(series)
    width = max(1, math.ceil(len(steps) / POINTS)) if name == "train" else 1
    groups = [steps[start : start + width] for start in range(0, len(steps), width)]
    return Curve(
        name="train" if name == "train" else "held_out",
        steps=tuple(group[-1] for group in groups),
        values=tuple(sum(series[step] for step in group) / len(group) for group in groups),
    )
