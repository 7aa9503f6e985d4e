"""Curves as CSV: one row a step, one column a metric."""

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from app.state.series import Series


def csv_text(series: Mapping[str, Series]) -> str:
    """All ``series`` joined by step; a metric without a value at a step leaves its cell empty."""
    names = [name for name, curve in series.items() if len(curve)]
    rows: dict[float, dict[str, float]] = {}
    for name in names:
        for step, value in zip(series[name].steps, series[name].values, strict=True):
            rows.setdefault(step, {})[name] = value
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", *names])
    for step in sorted(rows):
        writer.writerow([int(step), *(_cell(rows[step].get(name)) for name in names)])
    return out.getvalue()


def save_csv(series: Mapping[str, Series], path: Path) -> None:
    """Write ``csv_text`` to ``path`` (UTF-8).

    Raises:
        OSError: the place cannot be written.
    """
    path.write_text(csv_text(series), encoding="utf-8")


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return repr(value) if math.isfinite(value) else str(value)
