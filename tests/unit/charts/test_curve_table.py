"""Curves as CSV."""

import csv
import io
import math
from pathlib import Path

from app.charts.plot.table import csv_text, save_csv
from app.state.series import Series

SERIES = {
    "train/loss": Series().extended([1, 2, 3], [2.5, math.nan, 1.25]),
    "eval/loss": Series().extended([2], [1.75]),
    "memory/gpu": Series(),
}


def test_one_row_a_step_and_empty_cells_where_nothing_was_measured() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(SERIES))))
    assert rows == [
        ["step", "train/loss", "eval/loss"],
        ["1", "2.5", ""],
        ["2", "nan", "1.75"],
        ["3", "1.25", ""],
    ]


def test_numbers_survive_exactly() -> None:
    value = 0.1 + 0.2
    text = csv_text({"a": Series().extended([1], [value])})
    assert float(text.splitlines()[1].split(",")[1]) == value


def test_saving(tmp_path: Path) -> None:
    target = tmp_path / "curves.csv"
    save_csv(SERIES, target)
    assert target.read_text(encoding="utf-8") == csv_text(SERIES)
