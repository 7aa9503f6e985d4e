"""The curves of a run: one large chart, small ones beside it, all on one time axis.

Imports the plotting library; the Train page loads this module when it first has a run to show.
"""

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.charts.base import Chart, charts
from app.charts.plot.axes import short_number
from app.charts.plot.picture import picture
from app.charts.plot.table import save_csv
from app.charts.plot.view import ChartData, ChartView, translated
from app.state.model import AppState, RunSummary, TrainState
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    Card,
    ElidedLabel,
    FlowLayout,
    caption_label,
    chip,
    chip_label,
    set_accessible,
    strong_label,
)

SMALL_HEIGHT = 84
LARGE_HEIGHT = 260


class ChartCard(Card):
    """A small chart under its name and newest value."""

    def __init__(self, chart: Chart, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self.chart = chart
        self.view = ChartView(chart, theme)
        self.view.setMinimumHeight(SMALL_HEIGHT)
        name = ElidedLabel(translated(chart.title))
        name.setProperty("role", "muted")
        self.newest = strong_label()
        self.newest.setWordWrap(False)
        self.header.addWidget(name, 1)
        self.header.addWidget(self.newest)
        self.body.addWidget(self.view, 1)
        set_accessible(self, translated(chart.title), translated(chart.help))

    def show_data(self, data: ChartData) -> None:
        """Take over a snapshot; the card hides while none of its metrics has a value."""
        present = [
            data.series[name] for name in self.chart.names if name in data.series and len(data.series[name])
        ]
        self.setVisible(bool(present))
        if not present:
            return
        values = [
            short_number((curve.last or 0.0) * self.chart.factor, self._decimals) for curve in present[:2]
        ]
        unit = f" {translated(self.chart.unit)}" if self.chart.unit else ""
        self.newest.setText(" / ".join(values) + unit)
        self.view.show_data(data)

    @property
    def _decimals(self) -> int | None:
        return self.chart.decimals if self.chart.unit else None


class LargeChart(Card):
    """The loss with its legend and its tools."""

    def __init__(self, chart: Chart, theme: Theme, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self.chart = chart
        self._theme, self._intents = theme, intents
        self._runs: tuple[RunSummary, ...] = ()
        self._train = TrainState()
        self.view = ChartView(chart, theme)
        self.view.setMinimumHeight(LARGE_HEIGHT)
        self._legend = QWidget()
        self._legend_row = FlowLayout(self._legend)
        self._legend_row.addWidget(strong_label(translated(chart.title)))
        self._legend_chips: list[tuple[str, str, QLabel]] = []
        self.message = caption_label()
        self.message.hide()
        self._build_tools()
        self.header.addWidget(self._legend, 1)
        for tool in (self.reset, self.log, self.compare, self.save):
            self.header.addWidget(tool)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.message)
        self.view.zoomed.connect(lambda window: self.reset.setVisible(window is not None))
        theme.changed.connect(self._color_legend)

    def _build_tools(self) -> None:
        self.reset = _tool(self.tr("show all"), self.tr("Show all steps again (double click, Home)"))
        self.reset.hide()
        self.reset.clicked.connect(lambda: self.view.reset_zoom())
        self.log = _tool(self.tr("log"), self.tr("Spread the values logarithmically"))
        self.log.setCheckable(True)
        self.log.toggled.connect(self.view.set_log)
        self.compare = _tool(self.tr("compare…"), self.tr("Lay the loss of other runs over this one"))
        self.compare_menu = QMenu(self.compare)
        self._search_menus: dict[str, QMenu] = {}
        self.compare_menu.aboutToShow.connect(self._fill_compare)
        self.compare.setMenu(self.compare_menu)
        self.save = _tool(
            self.tr("save ▾"), self.tr("Save this chart as a picture, or all curves as a table")
        )
        menu = QMenu(self.save)
        self.save_picture = menu.addAction(self.tr("Picture (PNG)…"))
        self.save_table = menu.addAction(self.tr("All curves (CSV)…"))
        self.save_picture.triggered.connect(self._ask_picture)
        self.save_table.triggered.connect(self._ask_table)
        self.save.setMenu(menu)

    def show_state(self, state: AppState, data: ChartData) -> None:
        """Show the open run's curves."""
        self._runs, self._train = state.runs, state.train
        self.compare.setVisible(len(state.runs) > 1 or bool(state.train.compare))
        self._render_legend(state.train)
        self.view.show_data(data)

    # ------------------------------------------------------------ legend

    def legend(self, train: TrainState) -> list[tuple[str, str]]:
        """Names and colour tokens of what the chart shows."""
        found = []
        for line in self.chart.series:
            if len(train.series.get(line.name, ())):
                words = translated(line.label)
                found.append((self.tr("{name}, smoothed").format(name=words) if line.style == "smooth" else words,
                              f"curve{line.color}"))  # fmt: skip
        first = len(self.chart.series)
        found += [(name, f"curve{first + index}") for index, (name, _) in enumerate(train.compare)]
        if train.checkpoints:
            found.append((self.tr("checkpoint"), "muted"))
        return found

    def _render_legend(self, train: TrainState) -> None:
        wanted = self.legend(train)
        if [(name, token) for name, token, _ in self._legend_chips] == wanted:
            return
        for *_, label in self._legend_chips:
            self._legend_row.removeWidget(label)
            label.deleteLater()
        self._legend_chips = []
        for name, token in wanted:
            label = chip_label(name)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setAccessibleName(name)
            self._legend_row.addWidget(label)
            self._legend_chips.append((name, token, label))
        self._color_legend()

    def _color_legend(self) -> None:
        for name, token, label in self._legend_chips:
            mark = "▼" if token == "muted" else "●"
            label.setText(
                f'<span style="color:{self._theme.color(token).name()}">{mark}</span> {escape(name)}'
            )

    # ------------------------------------------------------------ tools

    def _menu_of(self, search: str) -> QMenu:
        """Where a run is offered: the trials of a search have a menu of their own."""
        if not search:
            return self.compare_menu
        if search not in self._search_menus:
            words = self.tr("Search {0}").format(Path(search).name)
            self._search_menus[search] = self.compare_menu.addMenu(words)
        return self._search_menus[search]

    def _fill_compare(self) -> None:
        self.compare_menu.clear()
        self._search_menus.clear()
        shown = {name for name, _ in self._train.compare}
        for run in self._runs:
            if run.id == self._train.run_id:
                continue
            action = self._menu_of(run.search).addAction(run.name)
            action.setCheckable(True)
            action.setChecked(run.name in shown)
            action.toggled.connect(lambda on, run_id=run.id: self._toggle_compare(run_id, on))

    def _toggle_compare(self, run_id: str, on: bool) -> None:
        shown = {name for name, _ in self._train.compare}
        chosen = [run.id for run in self._runs if run.name in shown and run.id != run_id]
        self._intents.compare_runs([*chosen, run_id] if on else chosen)

    def _ask_picture(self) -> None:
        name = f"{self._train.name or self._train.run_id}-{self.chart.key}.png"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save picture"), name, self.tr("Picture (*.png)"))
        if path:
            self.write_picture(Path(path))

    def _ask_table(self) -> None:
        name = f"{self._train.name or self._train.run_id}.csv"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save curves"), name, self.tr("Table (*.csv)"))
        if path:
            self.write_table(Path(path))

    def write_picture(self, path: Path) -> None:
        """Save the chart as it stands, twice as sharp as the screen."""
        legend = [(name, self._theme.color(token)) for name, token in self.legend(self._train)]
        title = (
            f"{self._train.name} · {translated(self.chart.title)}"
            if self._train.name
            else translated(self.chart.title)
        )
        image = picture(self.view, title=title, legend=legend, theme=self._theme)
        self._tell(image.save(str(path)), path)

    def write_table(self, path: Path) -> None:
        """Save all curves of the run, joined by step."""
        try:
            save_csv(self._train.series, path)
        except OSError:
            self._tell(False, path)
        else:
            self._tell(True, path)

    def _tell(self, done: bool, path: Path) -> None:
        words = (
            self.tr("Saved to {path}")
            if done
            else self.tr("{path} cannot be written; choose another folder.")
        )
        self.message.setText(words.format(path=path))
        self.message.show()


class ChartsPanel(QWidget):
    """All charts of the folder. A cursor or a zoom in one shows in the others."""

    def __init__(self, theme: Theme, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        known = charts()
        self.large = LargeChart(next(chart for chart in known if chart.large), theme, intents)
        self.small = [ChartCard(chart, theme) for chart in known if not chart.large]
        self.below = QVBoxLayout()  # what stands under the large chart
        self._lay_out()
        self._views: list[ChartView] = [self.large.view, *(card.view for card in self.small)]
        for view in self._views:
            view.pointed.connect(self._point_others)
            view.zoomed.connect(self._zoom_others)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(Space.L)
        left.addWidget(self.large, 1)
        left.addLayout(self.below)
        self._side = QVBoxLayout()
        self._side.setSpacing(Space.M)
        for card in self.small:
            self._side.addWidget(card, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Space.L)
        self._row.addLayout(left, 9)
        self._row.addLayout(self._side, 4)

    def show_state(self, state: AppState) -> None:
        """Show the open run."""
        train = state.train
        data = ChartData(
            series=train.series,
            total_steps=train.total_steps,
            checkpoints=[mark.step for mark in train.checkpoints],
            compare=train.compare,
        )
        self.large.show_state(state, data)
        for card in self.small:
            card.show_data(data)

    def _point_others(self, step: object) -> None:
        for view in self._views:
            if view is not self.sender():
                view.point_at(step if isinstance(step, float) else None)

    def _zoom_others(self, window: object) -> None:
        for view in self._views:
            if view is not self.sender():
                view.set_window(window if isinstance(window, tuple) else None)
        self.large.reset.setVisible(window is not None)


def _tool(text: str, tooltip: str) -> QPushButton:
    button = chip(text, clickable=True, tooltip=tooltip)
    assert isinstance(button, QPushButton)
    return button
