import pytest

from engine.data.steps.sampling import Sampling


def kept(rows, count, **options):
    return [row.line for row in Sampling(**options).apply(rows(*[("q", str(n)) for n in range(count)])).kept]


def test_number_and_share(rows):
    assert len(kept(rows, 100, max_rows=7)) == 7
    assert len(kept(rows, 100, max_rows=None, share=0.25)) == 25
    assert len(kept(rows, 100, max_rows=10, share=0.25)) == 10
    assert kept(rows, 3, max_rows=10) == [1, 2, 3]
    assert len(kept(rows, 3, share=0.01)) == 1
    assert kept(rows, 0) == []


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_drawn_by_the_seed_and_in_order(rows, seed):
    first = kept(rows, 100, max_rows=20, seed=seed)
    assert first == sorted(first) == kept(rows, 100, max_rows=20, seed=seed)
    assert first != kept(rows, 100, max_rows=20, seed=seed + 1) and first != list(range(1, 21))
