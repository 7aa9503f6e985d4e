"""Which steps and which values a chart shows."""

import math
from collections.abc import Sequence

import numpy as np

from app.charts.plot.buffer import Array, CurveBuffer

SHORTEST = 10.0  # steps shown at least


def full_range(buffers: Sequence[CurveBuffer], total_steps: int | None) -> tuple[float, float]:
    """All steps so far with room for what comes: four times as much, at most to the end of the run."""
    last = max((float(buffer.steps[-1]) for buffer in buffers if len(buffer)), default=0.0)
    if not total_steps:
        return 0.0, max(SHORTEST, last)
    return 0.0, float(max(last, min(total_steps, max(SHORTEST * 2, 4 * last)), 1.0))


def value_range(
    buffers: Sequence[CurveBuffer], low: float, high: float, *, log: bool, from_zero: bool
) -> tuple[float, float]:
    """Least and greatest finite value between the steps ``low`` and ``high`` with some air around them.

    On a logarithmic scale the answer is in powers of ten, and values at or below 0 do not count.
    """
    least, most = math.inf, -math.inf
    for buffer in buffers:
        first = int(np.searchsorted(buffer.steps, low, side="left"))
        end = int(np.searchsorted(buffer.steps, high, side="right"))
        values = buffer.values[first:end]
        values = values[np.isfinite(values) & ((values > 0) if log else True)]
        if len(values):
            least, most = min(least, float(values.min())), max(most, float(values.max()))
    if least > most:
        return (-1.0, 1.0) if log else (0.0, 1.0)
    if log:
        least, most = math.log10(least), math.log10(most)
    elif from_zero:
        least = min(0.0, least)
    span = most - least
    if span <= 0:
        span = abs(most) or 1.0
        least = least if from_zero and least == 0 and not log else least - span * 0.2
    air = span * 0.08
    return (least if from_zero and not log and least == 0 else least - air), most + air


def thinned(steps: Array, values: Array, window: tuple[float, float], pixels: int) -> tuple[Array, Array]:
    """At most about ``pixels`` points of a curve within ``window``: the least and the greatest value of each
    two pixels, so that no spike is lost."""
    first, end = _visible(steps, window)
    if end - first <= pixels:
        return steps[first:end], values[first:end]
    width = math.ceil((end - first) / (pixels // 2))
    end = first + (end - first) // width * width  # whole groups; the tail comes as it is
    groups = values[first:end].reshape(-1, width)
    thin = np.empty(2 * len(groups))
    thin[0::2], thin[1::2] = groups.min(axis=1), groups.max(axis=1)
    at = np.repeat(steps[first:end:width], 2)
    at[1::2] += (steps[first + width - 1 : end : width] - steps[first:end:width]) / 2
    tail = _visible(steps, window)[1]
    return np.concatenate((at, steps[end:tail])), np.concatenate((thin, values[end:tail]))


def averaged(steps: Array, values: Array, window: tuple[float, float], pixels: int) -> tuple[Array, Array]:
    """At most about ``pixels`` / 2 points of a smooth curve within ``window``: the mean of each group."""
    first, end = _visible(steps, window)
    width = max(1, (end - first) // (pixels // 2))
    if width == 1:
        return steps[first:end], values[first:end]
    whole = first + (end - first) // width * width
    at = np.append(steps[first:whole].reshape(-1, width).mean(axis=1), steps[end - 1])
    return at, np.append(values[first:whole].reshape(-1, width).mean(axis=1), values[end - 1])


def _visible(steps: Array, window: tuple[float, float]) -> tuple[int, int]:
    """Indices of the points within ``window`` and one beyond on either side."""
    first = int(np.searchsorted(steps, window[0], side="left"))
    end = int(np.searchsorted(steps, window[1], side="right"))
    return max(0, first - 1), min(len(steps), end + 1)
