"""Every method with every objective and over every number format, with an architecture that changes from row to row.

Each method meets each objective and each format, and over the whole table each architecture meets each of both; `make
soak` runs the full product. What is declared valid trains, changes only its own, saves, loads to the same outputs and
merges; what is declared invalid is refused before anything loads.
"""

from pathlib import Path

import pytest

from tests.unit.methods.table import CASES, DTYPES, OBJECTIVES, check
from tests.unit.methods.tiny import ARCHITECTURES

FORMATS = tuple(DTYPES)
ROWS = [
    (
        name,
        FORMATS[(row + column) % len(FORMATS)],
        objective,
        ARCHITECTURES[(2 * row + column) % len(ARCHITECTURES)],
    )
    for row, name in enumerate(CASES)
    for column, objective in enumerate(OBJECTIVES)
]


@pytest.mark.parametrize(("name", "dtype", "objective", "architecture"), ROWS)
def test_a_method_over_a_format(
    name: str, dtype: str, objective: str, architecture: str, bases: dict[str, Path], tmp_path: Path
) -> None:
    check(CASES[name], bases[architecture], dtype, tmp_path / "run", objective=objective)


def test_the_rows_cover_every_pair() -> None:
    names, formats, objectives, architectures = (set(column) for column in zip(*ROWS, strict=True))
    seen = {pair for row in ROWS for pair in _pairs(row)}
    wanted = [(formats, objectives), (architectures, formats), (architectures, objectives)]
    wanted += [(names, formats), (names, objectives)]
    assert len(names) == len(CASES) and len(architectures) == len(ARCHITECTURES)
    for first, second in wanted:
        assert {frozenset((one, other)) for one in first for other in second} <= seen


def _pairs(row: tuple[str, ...]) -> set[frozenset[str]]:
    return {frozenset((one, other)) for one in row for other in row if one != other}
