"""A curve as numpy arrays that follow a growing ``Series``, so that a redraw costs only what is new."""

import math

import numpy as np
import numpy.typing as npt

from app.state.series import Series

Array = npt.NDArray[np.float64]

SMOOTHING = 0.9  # share of the past in the smoothed curve, as TensorBoard counts it


class CurveBuffer:
    """Steps, values and (when asked for) the smoothed values of one metric."""

    def __init__(self, *, factor: float = 1.0, smooth: bool = False) -> None:
        self._factor = factor
        self._smooth = smooth
        self._series = Series()
        self._steps = np.empty(0)
        self._values = np.empty(0)
        self._smoothed = np.empty(0)
        self._sum = 0.0
        self._weight = 0.0

    def follow(self, series: Series) -> bool:
        """Take over what ``series`` has more (or the whole, if it is another curve). True if it changed."""
        if series.continues(self._series):
            start = len(self._series)
        else:
            start = 0
            self._sum = self._weight = 0.0
        if start == len(series) and start:
            return False
        changed = bool(len(series) or len(self._series))
        steps, values = series.since(start)
        self._series = series
        self._append(steps, values, len(series))
        return changed

    def _append(self, steps: list[float], values: list[float], length: int) -> None:
        start = length - len(steps)
        if length > len(self._steps):
            room = max(256, 2 * length)
            self._steps = _grown(self._steps, start, room)
            self._values = _grown(self._values, start, room)
            self._smoothed = _grown(self._smoothed, start, room if self._smooth else 0)
        self._steps[start:length] = steps
        self._values[start:length] = values
        self._values[start:length] *= self._factor
        if self._smooth:
            for index in range(start, length):
                self._smoothed[index] = self._next(float(self._values[index]))

    def _next(self, value: float) -> float:
        """Exponential moving average, corrected for its empty start; a gap keeps the last mean."""
        if math.isfinite(value):
            self._sum = SMOOTHING * self._sum + (1 - SMOOTHING) * value
            self._weight = SMOOTHING * self._weight + (1 - SMOOTHING)
        return self._sum / self._weight if self._weight else math.nan

    def __len__(self) -> int:
        return len(self._series)

    @property
    def steps(self) -> Array:
        """Steps of all points (a view)."""
        return self._steps[: len(self)]

    @property
    def values(self) -> Array:
        """Values of all points in the chart's unit (a view)."""
        return self._values[: len(self)]

    @property
    def smoothed(self) -> Array:
        """Smoothed values, empty without ``smooth`` (a view)."""
        return self._smoothed[: len(self)] if self._smooth else self._smoothed[:0]

    def nearest(self, step: float) -> int | None:
        """Index of the point closest to ``step``, or None without points."""
        if not len(self):
            return None
        right = int(np.searchsorted(self.steps, step))
        if right == 0:
            return 0
        if right == len(self):
            return right - 1
        return right if self.steps[right] - step < step - self.steps[right - 1] else right - 1


def _grown(array: Array, keep: int, room: int) -> Array:
    larger = np.empty(room)
    if room:
        larger[:keep] = array[:keep]
    return larger
