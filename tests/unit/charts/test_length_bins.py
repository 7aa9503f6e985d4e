"""How many rows a cutoff would cut, estimated from the bars."""

import pytest

from app.charts.plot.histogram import Bins, rows_over

BINS = Bins(bin_tokens=10, counts=(5, 10, 20, 4), longest=80)


@pytest.mark.parametrize(
    ("cutoff", "rows"), [(0, 39), (10, 34), (20, 24), (25, 14), (30, 4), (55, 2), (80, 0)]
)
def test_rows_beyond_a_cutoff(cutoff: int, rows: int) -> None:
    assert rows_over(BINS, cutoff) == rows


def test_no_rows_at_all() -> None:
    assert rows_over(Bins(10, (), 0), 100) == 0
