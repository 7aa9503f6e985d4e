"""What a chart is: one declaration a file in this folder, and the folder is the list of charts.

Nothing here needs Qt or numpy; what draws a chart lives in ``app.charts.plot``.
"""

import importlib
import pkgutil
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import app.charts


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Marks ``text`` for translation, under the name that lupdate looks for; typed, and without Qt."""
    del context
    return text


class Scale(StrEnum):
    """How the values are spread over the height."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: the metric's name, its label (source text of the context ``Charts``), and its looks.

    ``smooth`` lays a smoothed line over the raw values; ``points`` draws few values as joined dots.
    ``color`` counts in the fixed order of the theme's curve colours.
    """

    name: str
    label: str
    style: Literal["line", "smooth", "points"] = "line"
    color: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart over the steps of a run.

    ``factor`` takes the metric to ``unit`` (bytes to GB, for one). Titles and labels are source texts, to be
    translated in the context ``Charts``. ``help`` says in one sentence how to read the chart.
    """

    title: str
    series: tuple[Line, ...]
    help: str = ""
    y: Scale = Scale.LINEAR
    unit: str = ""
    factor: float = 1.0
    decimals: int = 3
    order: int = 100
    large: bool = False  # the one that gets the room
    checkpoints: bool = False  # marks of the checkpoints along its foot
    from_zero: bool = False  # the axis of values starts at 0
    key: str = ""  # the name of its file

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics that this chart shows."""
        return tuple(line.name for line in self.series)


def charts() -> tuple[Chart, ...]:
    """Every chart of this folder, by ``order`` and then by name."""
    found: list[Chart] = []
    for info in pkgutil.iter_modules(app.charts.__path__):
        if info.ispkg:
            continue
        declared = getattr(importlib.import_module(f"app.charts.{info.name}"), "CHART", None)
        if isinstance(declared, Chart):
            found.append(replace(declared, key=info.name))
    return tuple(sorted(found, key=lambda chart: (chart.order, chart.key)))
