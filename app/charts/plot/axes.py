"""Axes whose numbers read as people write them: 1,200 and 0.05 and 1e-4, also on a logarithmic scale."""

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF

EDGE = 24  # pixels


def short_number(value: float, decimals: int | None = None) -> str:
    """A number for a chart: thousands grouped, tiny ones as powers, no tail of zeros unless asked."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "-∞")
    size = abs(value)
    if size and size < 1e-3:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


class NumberAxis(pg.AxisItem):  # type: ignore[misc]
    """Grouped thousands; on a logarithmic scale the numbers themselves, not their exponents."""

    def __init__(self, orientation: str, *, most_ticks: int = 6) -> None:
        super().__init__(orientation)
        self._most_ticks = most_ticks
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickTextOffset=6, maxTextLevel=1, hideOverlappingLabels=False)

    def boundingRect(self) -> QRectF:
        """With room for a label that stands half beyond the end of the axis, also under a grid."""
        return super().boundingRect().adjusted(-EDGE, -EDGE, EDGE, EDGE)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Labels of ``values``."""
        if self.logMode:
            return [short_number(10.0**value) for value in values]
        return [short_number(0.0 if abs(value) < spacing / 1e6 else value * scale) for value in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Few, round ticks: 1, 2 or 5 times a power of ten."""
        wanted = max(2, min(self._most_ticks, int(size / (28 if self.orientation == "left" else 80))))
        if self.logMode:
            return [(1.0, log_ticks(low, high, wanted))]
        spacing = round_spacing(high - low, wanted)
        if not spacing:
            return []
        first = math.ceil(low / spacing - 1e-9)
        last = math.floor(high / spacing + 1e-9)
        return [(spacing, [index * spacing for index in range(first, last + 1)])]


def round_spacing(span: float, wanted: int) -> float:
    """Distance of at most about ``wanted`` round ticks over ``span``; 0 when there is nothing to divide."""
    if not math.isfinite(span) or span <= 0:
        return 0.0
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= rough * 0.999)


def log_ticks(low: float, high: float, wanted: int) -> list[float]:
    """Ticks between 10**low and 10**high, as exponents: whole decades, or round numbers if these are few."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    decades = [float(power) for power in range(math.ceil(low), math.floor(high) + 1)]
    if len(decades) >= 2:
        return decades[:: max(1, math.ceil(len(decades) / wanted))]
    for factors in ((1, 2, 5), (1, 1.5, 2, 3, 5, 7), tuple(range(1, 10))):
        ticks = [
            power + math.log10(factor)
            for power in range(math.floor(low), math.ceil(high) + 1)
            for factor in factors
            if low <= power + math.log10(factor) <= high
        ]
        if len(ticks) >= 2:
            return ticks[:: max(1, math.ceil(len(ticks) / wanted))]
    spacing = round_spacing(10.0**high - 10.0**low, wanted)
    first = math.ceil(10.0**low / spacing)
    last = math.floor(10.0**high / spacing)
    return [math.log10(index * spacing) for index in range(max(first, 1), last + 1)]
