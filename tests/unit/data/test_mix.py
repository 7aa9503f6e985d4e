"""Mixing: the counts and the order of the datasets library, no row lost or twice where that is promised."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.errors import ErrorCode, UserError
from engine.data.mix import capped, interleave, mixed, pick

STRATEGIES = {
    "interleave_under": "first_exhausted",
    "interleave_over": "all_exhausted",
    "interleave_once": "all_exhausted_without_replacement",
}
SIZES = st.lists(st.integers(1, 30), min_size=2, max_size=5)
WEIGHTS = st.lists(st.floats(0.1, 10.0), min_size=5, max_size=5)


def numbered(sizes, **options):
    """The mixed places as pairs of source and row."""
    flat = [(source, row) for source, size in enumerate(sizes) for row in range(size)]
    return [flat[place] for place in interleave(sizes, **options)]


@pytest.mark.parametrize("how", STRATEGIES)
@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (1.0, 4.0, 2.5)])
@pytest.mark.parametrize("sizes", [(3, 4, 5), (1200, 3, 40), (3000, 2500, 4), (1, 1, 1)])
def test_the_order_is_that_of_the_datasets_library(how, weights, sizes):
    from datasets import Dataset, interleave_datasets

    sources = [
        Dataset.from_dict({"source": [source] * size, "row": list(range(size))})
        for source, size in enumerate(sizes)
    ]
    shares = None if len(set(weights)) == 1 else [weight / sum(weights) for weight in weights]
    expected = interleave_datasets(sources, probabilities=shares, seed=7, stopping_strategy=STRATEGIES[how])
    found = numbered(sizes, how=how, weights=weights, seed=7)
    assert found == list(zip(expected["source"], expected["row"], strict=True))


@given(SIZES, WEIGHTS, st.integers(0, 2**31))
def test_once_is_every_row_once_in_the_order_of_its_source(sizes, weights, seed):
    found = numbered(sizes, how="interleave_once", weights=weights[: len(sizes)], seed=seed)
    assert len(found) == len(set(found)) == sum(sizes)
    for source, size in enumerate(sizes):
        assert [row for where, row in found if where == source] == list(range(size))


@given(SIZES, WEIGHTS, st.integers(0, 2**31))
def test_under_ends_with_the_first_source_and_over_with_the_last(sizes, weights, seed):
    weights = weights[: len(sizes)]
    under = numbered(sizes, how="interleave_under", weights=weights, seed=seed)
    assert len(under) == len(set(under)), "no row twice"
    counts = Counter(source for source, _ in under)
    assert any(counts[source] == size for source, size in enumerate(sizes))
    over = numbered(sizes, how="interleave_over", weights=weights, seed=seed)
    assert set(over) == {(source, row) for source, size in enumerate(sizes) for row in range(size)}
    if len(set(weights)) > 1:
        assert over[: len(under)] == under, "the same draws"
        assert over[:-1].count(over[-1]) == 0, "it ends as soon as the last row was seen"


def test_weights_decide_the_shares():
    found = numbered([20_000, 20_000], how="interleave_under", weights=(3.0, 1.0), seed=1)
    first = sum(source == 0 for source, _ in found)
    assert first == 20_000 and len(found) - first == pytest.approx(20_000 / 3, rel=0.05)
    assert found != numbered([20_000, 20_000], how="interleave_under", weights=(3.0, 1.0), seed=2)


def test_rows_of_sources_that_stand_among_one_another_are_mixed():
    rows = ("a0", "b0", "a1", "b1", "a2")
    source = [0, 2, 0, 2, 0]  # the second source has no row left
    weights = (1.0, 5.0, 1.0)
    assert mixed(rows, source, how="interleave_once", weights=weights, seed=0) == (
        "a0",
        "b0",
        "a1",
        "b1",
        "a2",
    )
    over = mixed(rows, source, how="interleave_over", weights=weights, seed=0)
    assert over == ("a0", "b0", "a1", "b1", "a2", "b0")
    assert mixed(rows, source, how="concatenate", weights=weights, seed=0) is rows


def test_weights_that_would_repeat_without_end_are_refused():
    with pytest.raises(UserError) as caught:
        interleave([1_000_000, 10], how="interleave_over", weights=(0.001, 1000.0), seed=0)
    assert caught.value.info.code is ErrorCode.RECIPE_INVALID
    assert caught.value.info.recipe_path == "data.mix"


@given(st.integers(0, 40), st.none() | st.integers(1, 50), st.integers(0, 2**31))
def test_a_cap_draws_that_many_in_order(count, limit, seed):
    rows = list(range(count))
    found = list(capped(rows, limit, seed=seed))
    assert len(found) == min(count, limit or count)
    assert found == sorted(set(found))
    assert found == list(capped(rows, limit, seed=seed))


def test_a_cap_depends_on_the_seed():
    assert capped(range(1000), 10, seed=1) != capped(range(1000), 10, seed=2)


def test_rows_that_can_be_taken_are_not_read():
    class Table(list):
        def take(self, indices):
            return ("taken", *map(int, indices))

        def __getitem__(self, index):
            raise AssertionError("read")

    assert pick(Table("abc"), np.array([2, 0])) == ("taken", 2, 0)
