"""The Train page: how the open run goes, or which run to open."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpacerItem, QStackedLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, RunSummary
from app.state.store import Store
from app.state.summary import by_themselves
from app.ui import format as human
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    Card,
    EmptyState,
    Skeleton,
    body_label,
    caption_label,
    chip_label,
    muted_label,
    scrolled,
    section_label,
    set_accessible,
    set_property,
)
from app.views.names import status_words
from app.views.search_view import SearchView
from app.views.train_end import CrashPanel, FinishedPanel, end_kind
from app.views.train_header import RunHeader
from app.views.train_progress import ProgressCard
from app.views.train_samples import SamplesCard

if TYPE_CHECKING:
    from app.views.train_charts import ChartsPanel

RUNS_SHOWN = 8


class TrainPage(QWidget):
    """Empty without a run; with one the same page live and reopened."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._store, self._intents, self._theme = store, intents, theme
        self.charts: ChartsPanel | None = None
        self._stack = QStackedLayout(self)
        self.empty = RunsOrNothing(intents)
        self._stack.addWidget(scrolled(self.empty))
        self._run = QWidget()
        self._stack.addWidget(scrolled(self._run))
        self.search = SearchView(intents, theme)
        self._stack.addWidget(scrolled(self.search))
        self._build_run()

    def _build_run(self) -> None:
        self.header = RunHeader(self._intents)
        self.progress = ProgressCard()
        self.crash = CrashPanel(self._intents)
        self.finished = FinishedPanel(self._intents)
        self.warnings = QLabel()
        self.warnings.setProperty("role", "muted")
        self.warnings.setProperty("tone", "warning")
        self.warnings.setWordWrap(True)
        self.samples = SamplesCard()
        self.loading = Skeleton(6)
        column = QVBoxLayout(self._run)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        column.setSpacing(Space.L)
        for part in (self.header, self.crash, self.finished, self.progress, self.warnings, self.loading):
            column.addWidget(part)
        self._charts_at = column
        column.addStretch(0)
        for hidden in (self.crash, self.finished, self.warnings):
            hidden.hide()

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``; called on each change while the page is visible."""
        train = state.train
        if state.search.shown:
            self._stack.setCurrentIndex(2)
            self.search.show_state(state)
            return
        if not train.run_id and train.job.status == "idle":
            self._stack.setCurrentIndex(0)
            self.empty.show_state(state)
            return
        self._stack.setCurrentIndex(1)
        self.header.show_state(state)
        self.progress.show_state(state)
        end = end_kind(state)
        self.crash.setVisible(end == "crash")
        self.finished.setVisible(end == "finished")
        if end == "crash":
            self.crash.show_state(train)
        elif end == "finished":
            self.finished.show_state(train)
        self.warnings.setText("\n".join(f"⚠ {text}" for text in train.job.warnings[-3:]))
        self.warnings.setVisible(bool(train.job.warnings))
        self._render_charts(state)

    def _render_charts(self, state: AppState) -> None:
        has_curves = any(len(curve) for curve in state.train.series.values())
        self.loading.setVisible(not has_curves and state.train.job.active)
        if has_curves and self.charts is None:
            self.charts = self._make_charts()
        if self.charts is not None:
            self.charts.setVisible(has_curves)
            if has_curves:
                self.charts.show_state(state)
        self.samples.show_state(state.train.samples)

    def warm_up(self) -> None:
        """Build the charts before there is anything to draw: it takes long enough to be felt."""
        if self.charts is None:
            self.charts = self._make_charts()
            self.charts.hide()

    def _make_charts(self) -> "ChartsPanel":
        from app.views.train_charts import ChartsPanel  # the plotting library: not before it is needed

        panel = ChartsPanel(self._theme, self._intents)
        panel.below.addWidget(self.samples)
        self._charts_at.insertWidget(self._charts_at.count() - 1, panel, 1)
        return panel


class RunRow(Card):
    """One run of the library."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, clickable=True, tight=True)
        self.run_id = ""
        self.name = body_label()
        self.detail = caption_label()
        self.figures = muted_label()
        self.status = chip_label("")
        for words in (self.name, self.detail, self.figures):
            words.setWordWrap(False)
            words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.detail)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addLayout(column, 1)
        row.addWidget(self.figures)
        row.addWidget(self.status)
        self.body.addLayout(row)

    def show_run(self, run: RunSummary) -> None:
        """Show ``run``."""
        self.run_id = run.id
        self.name.setText(run.name or run.id)
        parts = [part for part in (run.dataset, human.ago(run.created)) if part]
        self.detail.setText(" · ".join(parts))
        loss = run.eval_loss if run.eval_loss is not None else run.loss
        steps = self.tr("step {step}").format(step=f"{run.step:,}")
        figure = self.tr("loss {0}").format(human.loss(loss))
        self.figures.setText(steps if loss is None else f"{steps} · {figure}")
        words, tone = status_words(run.status)
        self.status.setText(words)
        set_property(self.status, "tone", tone)
        set_accessible(self, f"{run.name} {words}", self.tr("Open this run with its curves"))


class RunsOrNothing(QWidget):
    """What to do when no run is open: choose data, or open an earlier run."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._target = "data"
        self.nothing = EmptyState(
            "train",
            self.tr("No run is open"),
            self.tr(
                "Choose a dataset, pick a method, and start: the curves, the memory and live samples appear here."
            ),
            self.tr("Choose data"),
        )
        self.nothing.clicked.connect(self._next)
        self.heading = section_label(self.tr("Open run"))
        self.rows: list[RunRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.M)
        column.addWidget(self.nothing, 3)
        column.addWidget(self.heading)
        column.addLayout(self._list)
        self._foot = QSpacerItem(0, 0)
        column.addItem(self._foot)
        self._column = column

    def show_state(self, state: AppState) -> None:
        """Show the runs of the library."""
        ready = bool(state.draft.recipe.get("data", {}).get("sources"))
        self._target = "method" if ready else "data"
        self.nothing.button.setText(self.tr("Choose a method") if ready else self.tr("Choose data"))
        runs = by_themselves(state.runs)[:RUNS_SHOWN]
        self.heading.setVisible(bool(runs))
        self._column.setStretch(self._column.indexOf(self.nothing), 0 if runs else 1)
        self._column.setStretch(self._column.count() - 1, 1 if runs else 0)
        while len(self.rows) < len(runs):
            row = RunRow()
            row.clicked.connect(lambda row=row: self._intents.open_run(row.run_id))
            self.rows.append(row)
            self._list.addWidget(row)
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(runs))
            if index < len(runs):
                row.show_run(runs[index])

    def _next(self) -> None:
        self._intents.show_page("method" if self._target == "method" else "data")
