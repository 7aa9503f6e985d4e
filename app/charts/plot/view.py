"""One chart as a widget: curves, crosshair, zoom along the steps, logarithmic scale, picture.

The owner hands over whole snapshots as often as it likes; drawing happens at most 15 times a second, and never
while the widget is hidden.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.charts.base import Chart, Line, Scale
from app.charts.plot.axes import NumberAxis
from app.charts.plot.buffer import Array, CurveBuffer
from app.charts.plot.hover import Reading, ReadingBox
from app.charts.plot.window import averaged, full_range, thinned, value_range
from app.state.series import Series
from app.ui.theme import Theme

REDRAW_MS = 67
RAW_ALPHA = 0.35
CURVE_WIDTH = 2.0


def translated(text: str) -> str:
    """A chart's title or label in the user's language."""
    return QCoreApplication.translate("Charts", text)


@dataclass(frozen=True)
class ChartData:
    """What a chart shows: all series of the run (it takes its own), and what lies over them."""

    series: Mapping[str, Series] = field(default_factory=dict)
    total_steps: int | None = None
    checkpoints: Sequence[int] = ()
    compare: Sequence[tuple[str, Series]] = ()


class _Curve:
    """One line of the chart with its items in the plot."""

    def __init__(self, line: Line, factor: float) -> None:
        self.line = line
        self.buffer = CurveBuffer(factor=factor, smooth=line.style == "smooth")
        self.raw = pg.PlotDataItem()
        self.smooth = pg.PlotDataItem(antialias=True)

    def draw(self, window: tuple[float, float], pixels: int, *, log: bool) -> None:
        steps, values = thinned(self.buffer.steps, self.buffer.values, window, pixels)
        self.raw.setData(steps, _positive(values, log), antialias=len(steps) < pixels)
        if self.line.style == "smooth":
            steps, values = averaged(self.buffer.steps, self.buffer.smoothed, window, pixels)
            self.smooth.setData(steps, _positive(values, log))

    def style(self, color: QColor, surface: QColor) -> None:
        if self.line.style == "points":
            self.raw.setPen(_pen(color, 1.5, Qt.PenStyle.DashLine))
            self.raw.setSymbol("o")
            self.raw.setSymbolSize(8)
            self.raw.setSymbolBrush(color)
            self.raw.setSymbolPen(_pen(surface, 1.0))
        elif self.line.style == "smooth":
            faint = QColor(color)
            faint.setAlphaF(RAW_ALPHA)
            self.raw.setPen(_pen(faint, 1.0))
            self.smooth.setPen(_pen(color, CURVE_WIDTH))
        else:
            self.raw.setPen(_pen(color, CURVE_WIDTH))


class ChartView(QWidget):
    """A live chart. ``pointed`` carries the step under the cursor (or None), ``zoomed`` the range of steps
    that the user chose (or None after a reset); a group of charts shares both."""

    pointed = Signal(object)
    zoomed = Signal(object)

    def __init__(self, chart: Chart, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = chart
        self._theme = theme
        self._data = ChartData()
        self._stale = True
        self._log = chart.y is Scale.LOG
        self._window: tuple[float, float] | None = None
        self._curves = [_Curve(line, chart.factor) for line in chart.series]
        self._overlays: list[_Curve] = []
        self._moving = False
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._timer.timeout.connect(self._draw_if_stale)
        theme.changed.connect(self.apply_theme)
        self.apply_theme()

    # ------------------------------------------------------------ what the owner calls

    def show_data(self, data: ChartData) -> None:
        """Take over a snapshot; drawn at once or with the next redraw."""
        self._data = data
        self._stale = True
        if not self._timer.isActive():
            self._draw_if_stale()

    @property
    def log(self) -> bool:
        """Whether the values stand on a logarithmic scale."""
        return self._log

    def set_log(self, on: bool) -> None:
        """Spread the values logarithmically (those at or below 0 are left out) or evenly."""
        self._log = on
        self._plot.setLogMode(x=False, y=on)
        self._fit()

    @property
    def window_steps(self) -> tuple[float, float] | None:
        """The range of steps the user zoomed to, None while all is shown."""
        return self._window

    def set_window(self, window: tuple[float, float] | None) -> None:
        """Show these steps (None: all of them) without telling the group."""
        if window != self._window:
            self._window = window
            self._fit()

    def reset_zoom(self) -> None:
        """Show everything again, in the whole group."""
        self.set_window(None)
        self.zoomed.emit(None)

    def point_at(self, step: float | None) -> None:
        """Put the crosshair and its box at the nearest point to ``step``; None removes them."""
        reading = None if step is None else self.reading(step)
        self._cross.setVisible(reading is not None)
        if reading is None:
            self._box.hide()
            return
        self._cross.setPos(reading.step)
        x = self._plot.vb.mapViewToScene(QPointF(reading.step, 0)).x()
        self._box.show_reading(reading, x=x, bounds=self._plot.vb.sceneBoundingRect())

    def reading(self, step: float) -> Reading | None:
        """What the chart knows about ``step``: the nearest point of each curve."""
        found = next((c for c in self._curves if c.line.style != "points" and len(c.buffer)), None)
        found = found or next((c for c in self._curves if len(c.buffer)), None)
        if found is None:
            return None
        index = found.buffer.nearest(step)
        at = float(found.buffer.steps[index or 0])
        reading = Reading(step=int(at), unit=translated(self.chart.unit) if self.chart.unit else "")
        for curve in [*self._curves, *self._overlays]:
            near = curve.buffer.nearest(at)
            if near is None:
                continue
            smooth = curve.line.style == "smooth"
            value = float((curve.buffer.smoothed if smooth else curve.buffer.values)[near])
            reading.add(
                label=self._label(curve.line),
                value=value,
                raw=float(curve.buffer.values[near]) if smooth else None,
                at=int(curve.buffer.steps[near]),
                decimals=self.chart.decimals,
                color=self._color(curve.line),
            )
        return reading

    def apply_theme(self) -> None:
        """Take the colours in force."""
        surface, muted, line = (self._theme.color(name) for name in ("surface", "muted", "line"))
        self._widget.setBackground(surface)
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.setPen(_pen(line, 1.0))
            axis.setTextPen(muted)
        for curve in [*self._curves, *self._overlays]:
            curve.style(self._color(curve.line), surface)
        self._cross.setPen(_pen(self._theme.color("accent"), 1.0, Qt.PenStyle.DashLine))
        self._marks.setBrush(muted)
        self._marks.setPen(None)
        self._box.apply_theme(self._theme)

    # ------------------------------------------------------------ building

    def _build(self) -> None:
        axes = {
            "left": NumberAxis("left", most_ticks=6 if self.chart.large else 3),
            "bottom": NumberAxis("bottom"),
        }
        self._widget = pg.PlotWidget(axisItems=axes, enableMenu=False, parent=self)
        self._widget.setFrameShape(self._widget.Shape.NoFrame)
        self._widget.setFocusProxy(self)
        self._widget.setMinimumSize(120, 90)
        self._plot = self._widget.getPlotItem()
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=True, y=False)
        self._plot.disableAutoRange()
        self._plot.showGrid(x=False, y=True, alpha=1.0)
        self._plot.getAxis("left").setWidth(52 if self.chart.large else 46)
        self._plot.setLogMode(x=False, y=self._log)
        self._plot.vb.setDefaultPadding(0.0)
        self._plot.layout.setContentsMargins(0, 6, 20, 0)
        for curve in self._curves:
            self._plot.addItem(curve.raw)
            self._plot.addItem(curve.smooth)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.setVisible(False)
        self._plot.addItem(self._cross, ignoreBounds=True)
        self._marks = pg.ScatterPlotItem(symbol="t", size=9)
        self._plot.addItem(self._marks, ignoreBounds=True)
        self._box = ReadingBox(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._widget)
        self._widget.viewport().setMouseTracking(True)
        self._widget.viewport().installEventFilter(self)
        self._plot.vb.sigXRangeChanged.connect(self._range_moved)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(translated(self.chart.title))
        self.setToolTip(translated(self.chart.help) if self.chart.help else "")

    # ------------------------------------------------------------ drawing

    def _draw_if_stale(self) -> None:
        if self._stale and self.isVisible():
            self._draw()
            self._timer.start()

    def _draw(self) -> None:
        self._stale = False
        empty = Series()
        for curve in self._curves:
            curve.buffer.follow(self._data.series.get(curve.line.name, empty))
        self._draw_overlays()
        self._fit()

    def _draw_overlays(self) -> None:
        wanted = [(name, series) for name, series in self._data.compare] if self.chart.large else []
        if [curve.line.label for curve in self._overlays] != [name for name, _ in wanted]:
            for curve in self._overlays:
                self._plot.removeItem(curve.smooth)
            first = len(self._curves)
            self._overlays = [
                _Curve(Line(f"compare/{name}", name, style="smooth", color=first + index), self.chart.factor)
                for index, (name, _) in enumerate(wanted)
            ]
            for curve in self._overlays:
                curve.style(self._color(curve.line), self._theme.color("surface"))
                self._plot.addItem(curve.smooth)
        for curve, (_, series) in zip(self._overlays, wanted, strict=True):
            curve.buffer.follow(series)

    def _fit(self) -> None:
        curves = [*self._curves, *self._overlays]
        buffers = [curve.buffer for curve in curves]
        low, high = self._window or full_range(buffers, self._data.total_steps)
        bottom, top = value_range(buffers, low, high, log=self._log, from_zero=self.chart.from_zero)
        self._moving = True
        self._plot.vb.setRange(xRange=(low, high), yRange=(bottom, top), padding=0)
        self._moving = False
        pixels = max(50, int(self._plot.vb.width()))
        for curve in curves:
            curve.draw((low, high), pixels, log=self._log)
        steps = (
            [step for step in self._data.checkpoints if low <= step <= high] if self.chart.checkpoints else []
        )
        self._marks.setData(x=steps, y=[bottom + 0.035 * (top - bottom)] * len(steps))

    def _range_moved(self, _box: object, window: tuple[float, float]) -> None:
        if self._moving:
            return
        low, high = max(0.0, window[0]), window[1]
        self._window = (low, max(high, low + 1.0))
        self._fit()
        self.zoomed.emit(self._window)

    def _color(self, line: Line) -> QColor:
        return self._theme.color(f"curve{line.color}")

    def _label(self, line: Line) -> str:
        return line.label if line.name.startswith("compare/") else translated(line.label)

    # ------------------------------------------------------------ mouse and keys

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Follows the mouse over the plot; a double click shows everything again."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            point = self._widget.mapToScene(event.position().toPoint())
            inside = self._plot.vb.sceneBoundingRect().contains(point)
            step = self._plot.vb.mapSceneToView(point).x() if inside else None
            self.point_at(step)
            self.pointed.emit(step)
        elif kind == QEvent.Type.Leave:
            self.point_at(None)
            self.pointed.emit(None)
        elif kind == QEvent.Type.MouseButtonDblClick:
            self.reset_zoom()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move along the points, Home shows everything, Esc removes the crosshair."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_along(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Home:
            self.reset_zoom()
        elif key == Qt.Key.Key_Escape and self._cross.isVisible():
            self.point_at(None)
            self.pointed.emit(None)
        else:
            super().keyPressEvent(event)

    def _step_along(self, direction: int) -> None:
        buffer = next((curve.buffer for curve in self._curves if len(curve.buffer)), None)
        if buffer is None:
            return
        here = buffer.nearest(self._cross.value()) if self._cross.isVisible() else len(buffer) - 1 - direction
        index = min(max((here or 0) + direction, 0), len(buffer) - 1)
        step = float(buffer.steps[index])
        self.point_at(step)
        self.pointed.emit(step)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while hidden."""
        super().showEvent(event)
        self._draw_if_stale()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The box would stand in a wrong place."""
        super().resizeEvent(event)
        self._box.hide()
        self._stale = True
        if not self._timer.isActive():
            self._timer.start()


def _positive(values: Array, log: bool) -> Array:
    if not log:
        return values
    return np.where(values > 0, values, np.nan)


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    return pen
