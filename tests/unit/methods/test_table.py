"""Every method over every number format, with an architecture that changes from row to row.

Each method meets each format once, and over the whole table each architecture meets each format; `make soak` runs the
full product. What is declared valid trains, changes only its own, saves, loads to the same logits and merges; what is
declared invalid is refused before anything loads.
"""

from pathlib import Path

import pytest

from tests.unit.methods.table import CASES, DTYPES, check
from tests.unit.methods.tiny import ARCHITECTURES

ROWS = [
    (name, dtype, ARCHITECTURES[(2 * row + column) % len(ARCHITECTURES)])
    for row, name in enumerate(CASES)
    for column, dtype in enumerate(DTYPES)
]


@pytest.mark.parametrize(("name", "dtype", "architecture"), ROWS)
def test_a_method_over_a_format(
    name: str, dtype: str, architecture: str, bases: dict[str, Path], tmp_path: Path
) -> None:
    check(CASES[name], bases[architecture], dtype, tmp_path / "run")


def test_the_rows_cover_every_pair_of_architecture_and_format() -> None:
    assert {(architecture, dtype) for _, dtype, architecture in ROWS} == {
        (architecture, dtype) for architecture in ARCHITECTURES for dtype in DTYPES
    }
