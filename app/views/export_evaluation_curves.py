"""Training and held-out loss over the steps of a run, as its evaluation kept them.

Imports the plotting library; the evaluation loads this module when it first has a curve to show.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line
from app.charts.plot.view import ChartData, ChartView, translated
from app.state.series import Series
from app.ui.theme import Space, Theme
from app.ui.widgets import caption_label, set_accessible
from engine.contract.evaluation import Curve

HEIGHT = 150
CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Loss"),
    help=QT_TRANSLATE_NOOP("Charts", "Held-out loss that rises while training loss falls is overfitting."),
    series=(
        Line("train", QT_TRANSLATE_NOOP("Charts", "train"), color=0),
        Line("held_out", QT_TRANSLATE_NOOP("Charts", "held out"), style="points", color=1),
    ),
)


class LossCurves(QWidget):
    """A small chart under its legend."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        legend = QHBoxLayout()
        legend.setSpacing(Space.M)
        self._names: list[QLabel] = []
        for line in CHART.series:
            name = caption_label(translated(line.label))
            name.setTextFormat(Qt.TextFormat.RichText)
            name.setAccessibleName(translated(line.label))
            self._names.append(name)
            legend.addWidget(name)
        legend.addStretch(1)
        column.addLayout(legend)
        self.view = ChartView(CHART, theme)
        self.view.setFixedHeight(HEIGHT)
        set_accessible(self.view, translated(CHART.title), translated(CHART.help))
        column.addWidget(self.view)
        theme.changed.connect(self._color)
        self._color()

    def _color(self) -> None:
        for line, name in zip(CHART.series, self._names, strict=True):
            color = self._theme.color(f"curve{line.color}").name()
            name.setText(f'<span style="color:{color}">●</span> {escape(translated(line.label))}')

    def show_curves(self, curves: tuple[Curve, ...]) -> None:
        """Draw ``curves``."""
        series: dict[str, Series] = {
            curve.name: Series().extended(list(curve.steps), list(curve.values)) for curve in curves
        }
        self.view.show_data(ChartData(series))
