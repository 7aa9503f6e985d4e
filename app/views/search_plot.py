"""Held-out losses of the trials over their steps. Imports the plotting library; loaded when there is a curve to show."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line
from app.charts.plot.view import ChartData, ChartView, translated
from app.state.search import SearchState
from app.state.series import Series
from app.ui.theme import Theme
from app.ui.widgets import caption_label, set_accessible
from engine.contract.search import Trial

HEIGHT = 220
SHOWN = 12  # curves besides the best one: those of the newest trials
CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Held-out loss of the trials"),
    help=QT_TRANSLATE_NOOP("Charts", "Lower is better. The curve with dots is the best trial so far."),
    series=(Line("best", QT_TRANSLATE_NOOP("Charts", "best trial"), style="points", color=0),),
    large=True,
)


class TrialCurves(QWidget):
    """The best trial's curve over those of the others."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(caption_label(translated(CHART.help)))
        self.view = ChartView(CHART, theme)
        self.view.setFixedHeight(HEIGHT)
        set_accessible(self.view, translated(CHART.title), translated(CHART.help))
        column.addWidget(self.view)

    def show_state(self, search: SearchState) -> None:
        """Draw what is measured so far."""
        best = search.best
        others = [trial for trial in search.trials if trial.steps and trial is not best][-SHOWN:]
        series = {"best": _curve(best)} if best is not None else {}
        name = self.tr("trial {0}")
        compare = [(name.format(trial.number + 1), _curve(trial)) for trial in others]
        self.view.show_data(ChartData(series, compare=compare))


def _curve(trial: Trial) -> Series:
    return Series().extended(list(trial.steps), list(trial.losses))
