"""Which part of a curve is shown, and how few points stand for many."""

import math

import numpy as np
import pytest

from app.charts.plot.axes import log_ticks, round_spacing, short_number
from app.charts.plot.buffer import CurveBuffer
from app.charts.plot.window import averaged, full_range, thinned, value_range
from app.state.series import Series


def buffer(values: list[float], stride: int = 1) -> CurveBuffer:
    made = CurveBuffer(smooth=True)
    made.follow(Series().extended([1 + index * stride for index in range(len(values))], values))
    return made


def test_thinning_loses_no_spike_and_keeps_few_points() -> None:
    values = np.sin(np.arange(100_000) / 900)
    values[54_321] = 50.0
    steps = np.arange(100_000, dtype=float)
    thin_steps, thin_values = thinned(steps, values, (0, 100_000), 700)
    assert len(thin_steps) == len(thin_values) <= 1500
    assert thin_values.max() == 50.0
    assert thin_values.min() == values.min()
    assert (np.diff(thin_steps) > 0).all()
    assert abs(thin_steps[int(thin_values.argmax())] - 54_321) < 300


def test_few_points_stay_as_they_are() -> None:
    steps, values = np.arange(50, dtype=float), np.arange(50, dtype=float)
    assert thinned(steps, values, (0, 49), 700)[1] is not None
    np.testing.assert_array_equal(thinned(steps, values, (0, 49), 700)[0], steps)
    np.testing.assert_array_equal(averaged(steps, values, (0, 49), 700)[1], values)


def test_only_what_is_visible_and_one_beyond_is_drawn() -> None:
    steps = np.arange(1000, dtype=float)
    shown, _ = thinned(steps, steps, (100, 110), 700)
    assert shown[0] == 99
    assert shown[-1] == 111


def test_averaging_ends_at_the_newest_point() -> None:
    steps = np.arange(1, 10_001, dtype=float)
    thin_steps, thin_values = averaged(steps, steps * 2, (0, 10_000), 400)
    assert len(thin_steps) < 300
    assert thin_steps[-1] == 10_000
    assert thin_values[-1] == 20_000
    np.testing.assert_allclose(thin_values, thin_steps * 2)


@pytest.mark.parametrize(
    ("last", "total", "end"),
    [(5, 2000, 20), (100, 2000, 400), (600, 2000, 2000), (2000, 2000, 2000), (50, None, 50)],
)
def test_the_axis_grows_up_to_the_end_of_the_run(last: int, total: int | None, end: float) -> None:
    assert full_range([buffer([1.0] * last)], total) == (0.0, end)


def test_values_have_air_and_ignore_what_is_no_number() -> None:
    low, high = value_range([buffer([1.0, math.nan, 2.0, math.inf])], 0, 10, log=False, from_zero=False)
    assert low == pytest.approx(0.92)
    assert high == pytest.approx(2.08)


def test_a_log_scale_leaves_out_zero() -> None:
    low, high = value_range([buffer([0.0, 0.1, 10.0])], 0, 10, log=True, from_zero=False)
    assert low == pytest.approx(-1.16)
    assert high == pytest.approx(1.16)


def test_from_zero_starts_at_zero() -> None:
    assert value_range([buffer([5.0, 6.0])], 0, 10, log=False, from_zero=True)[0] == 0.0


def test_nothing_to_show_has_a_range_too() -> None:
    assert value_range([buffer([])], 0, 10, log=False, from_zero=False) == (0.0, 1.0)
    low, high = value_range([buffer([3.0, 3.0])], 0, 10, log=False, from_zero=False)
    assert low < 3.0 < high


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (1200, "1,200"),
        (0.05, "0.05"),
        (1e-4, "1e-4"),
        (2.5e-7, "2.5e-7"),
        (math.nan, "NaN"),
        (-math.inf, "-∞"),
    ],
)
def test_numbers_read_as_people_write_them(value: float, words: str) -> None:
    assert short_number(value) == words


def test_decimals_are_kept_where_asked() -> None:
    assert short_number(0.8714, 3) == "0.871"


@pytest.mark.parametrize(
    ("span", "wanted", "spacing"), [(2000, 4, 500), (1.3, 3, 0.5), (0, 3, 0), (math.nan, 3, 0)]
)
def test_ticks_are_round(span: float, wanted: int, spacing: float) -> None:
    assert round_spacing(span, wanted) == pytest.approx(spacing)


def test_ticks_of_a_log_scale() -> None:
    assert log_ticks(-3.2, 1.1, 6) == [-3, -2, -1, 0, 1]
    within = [10**tick for tick in log_ticks(math.log10(0.13), math.log10(1.4), 4)]
    assert within == pytest.approx([0.2, 0.5, 1.0])
    narrow = [10**tick for tick in log_ticks(math.log10(3.1), math.log10(3.4), 3)]
    assert all(3.1 <= tick <= 3.4 for tick in narrow)
    assert len(narrow) >= 2
    assert log_ticks(1.0, 1.0, 3) == []
