"""Growing curves: what is new is taken over, what was cut back is taken back, smoothing is the corrected mean."""

import math

import numpy as np
import pytest

from app.charts.plot.buffer import SMOOTHING, CurveBuffer
from app.state.series import Series


def grown(buffer: CurveBuffer, *chunks: list[float]) -> Series:
    series, step = Series(), 0
    for chunk in chunks:
        series = series.extended(list(range(step + 1, step + len(chunk) + 1)), chunk)
        step += len(chunk)
        buffer.follow(series)
    return series


def test_a_buffer_follows_its_series_however_it_was_cut() -> None:
    whole, pieces = CurveBuffer(smooth=True), CurveBuffer(smooth=True)
    values = [math.sin(index / 7) + 2 for index in range(1000)]
    grown(whole, values)
    grown(pieces, values[:1], values[1:2], values[2:700], values[700:])
    assert list(pieces.values) == values == list(whole.values)
    assert list(pieces.steps) == list(range(1, 1001))
    np.testing.assert_array_equal(pieces.smoothed, whole.smoothed)


def test_nothing_new_is_no_change() -> None:
    buffer = CurveBuffer()
    series = grown(buffer, [1.0, 2.0])
    assert buffer.follow(series) is False
    assert buffer.follow(series.extended([3], [3.0])) is True


def test_a_resumed_run_cuts_the_curve_back() -> None:
    buffer = CurveBuffer(smooth=True)
    series = grown(buffer, [5.0, 4.0, 3.0, 2.0])
    resumed = series.extended([3, 4], [30.0, 20.0])
    assert buffer.follow(resumed) is True
    assert list(buffer.steps) == [1.0, 2.0, 3.0, 4.0]
    assert list(buffer.values) == [5.0, 4.0, 30.0, 20.0]
    fresh = CurveBuffer(smooth=True)
    fresh.follow(resumed)
    np.testing.assert_array_equal(buffer.smoothed, fresh.smoothed)


def test_another_run_replaces_the_curve() -> None:
    buffer = CurveBuffer()
    grown(buffer, [1.0, 2.0, 3.0])
    buffer.follow(Series().extended([1], [9.0]))
    assert list(buffer.values) == [9.0]
    assert buffer.follow(Series()) is True
    assert len(buffer) == 0


def test_smoothing_is_the_bias_corrected_mean() -> None:
    buffer = CurveBuffer(smooth=True)
    grown(buffer, [2.0, 4.0])
    assert buffer.smoothed[0] == pytest.approx(2.0)
    assert buffer.smoothed[1] == pytest.approx((SMOOTHING * 2.0 + 4.0) / (SMOOTHING + 1.0))


def test_a_gap_keeps_the_last_mean() -> None:
    buffer = CurveBuffer(smooth=True)
    grown(buffer, [math.nan, 2.0, math.inf, 2.0])
    assert math.isnan(buffer.smoothed[0])
    assert list(buffer.smoothed[1:]) == pytest.approx([2.0, 2.0, 2.0])


def test_the_factor_takes_values_to_the_charts_unit() -> None:
    buffer = CurveBuffer(factor=1 / 2**30)
    grown(buffer, [3.0 * 2**30])
    assert list(buffer.values) == [3.0]


@pytest.mark.parametrize(("step", "index"), [(-5, 0), (1.4, 0), (1.6, 1), (2, 1), (99, 2)])
def test_nearest_point(step: float, index: int) -> None:
    buffer = CurveBuffer()
    grown(buffer, [1.0, 2.0, 3.0])
    assert buffer.nearest(step) == index


def test_nearest_point_of_nothing() -> None:
    assert CurveBuffer().nearest(3) is None
