"""A search on the Train page: how far it is, its trials as a table and as curves, and the best one to take over."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.fields import fields_of
from app.models.trials import TrialsModel, value_words
from app.state.model import AppState, RunSummary
from app.state.search import SearchState
from app.ui import format
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    Card,
    ErrorBanner,
    PathRow,
    ProgressRow,
    body_label,
    chip_label,
    link_button,
    muted_label,
    primary_button,
    secondary_button,
    set_accessible,
    set_property,
    title_label,
)
from app.views.names import status_words

if TYPE_CHECKING:
    from app.views.search_plot import TrialCurves

ROW_HEIGHT, MOST_HEIGHT = 34, 420


class SearchView(QWidget):
    """Live and reopened the same."""

    def __init__(self, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents, self._theme = intents, theme
        self.curves: TrialCurves | None = None
        self._drawn: object = None
        self._runs: tuple[RunSummary, ...] = ()
        self._named: tuple[object, dict[str, str]] = (None, {})
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        column.setSpacing(Space.L)
        column.addLayout(self._head())
        self.error = ErrorBanner()
        self.progress = ProgressRow(cancellable=False)
        column.addWidget(self.error)
        column.addWidget(self.progress)
        column.addWidget(self._best())
        column.addWidget(self._trials())
        self.plot = Card(self.tr("Curves"))
        column.addWidget(self.plot)
        column.addStretch(1)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self.title = title_label(self.tr("Search"))
        self.title.setWordWrap(False)
        self.status = chip_label("")
        self.count = muted_label()
        self.back = link_button(self.tr("Back to the runs"), self.tr("The search stays where it is"))
        self.back.clicked.connect(lambda: self._intents.open_search(""))
        self.stop = secondary_button(
            self.tr("Stop"),
            self.tr("End after this step; everything is kept, and the search can go on later"),
        )
        self.stop.clicked.connect(self._intents.stop_search)
        self.resume = secondary_button(self.tr("Go on"), self.tr("Make the trials that are still to be made"))
        self.resume.clicked.connect(self._intents.resume_search)
        row.addWidget(self.title)
        row.addWidget(self.status)
        row.addWidget(self.count, 1)
        for button in (self.back, self.stop, self.resume):
            row.addWidget(button)
        return row

    def _best(self) -> Card:
        card = Card(self.tr("Best trial"))
        self.use = primary_button(
            self.tr("Use the best"),
            self.tr("Set the recipe's options to those of this trial; Undo takes it back"),
        )
        self.use.clicked.connect(self._use_best)
        card.header.addWidget(self.use)
        self.best_words = body_label()
        card.body.addWidget(self.best_words)
        self.path = PathRow("")
        self.path.reveal.connect(self._intents.reveal)
        self.path.copy.connect(self._intents.copy_text)
        card.body.addWidget(self.path)
        self._best_number = -1
        return card

    def _trials(self) -> Card:
        card = Card(self.tr("Trials"))
        self.use_chosen = secondary_button(
            self.tr("Use this trial"), self.tr("Set the recipe's options to those of the chosen line")
        )
        self.use_chosen.clicked.connect(self._use_chosen)
        self.open_chosen = secondary_button(
            self.tr("Open as a run"), self.tr("Show the curves and the results of the chosen trial")
        )
        self.open_chosen.clicked.connect(self._open_chosen)
        card.header.addWidget(self.open_chosen)
        card.header.addWidget(self.use_chosen)
        self.model = TrialsModel(self)
        self.table = _table(self.model)
        set_accessible(self.table, self.tr("Trials"), self.tr("What was tried, and how it went"))
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        card.body.addWidget(self.table)
        return card

    # ------------------------------------------------------------ showing

    def show_state(self, state: AppState) -> None:
        """Show the search of ``state``."""
        search, job = state.search, state.search_job
        self._runs = state.runs
        wanted = search.wish.trials if search.wish else 0
        complete = bool(wanted) and search.done >= wanted
        words, tone = status_words(
            job.status if job.status != "idle" else "completed" if complete else "stopped"
        )
        self.status.setText(words)
        set_property(self.status, "tone", tone)
        text = self.tr("{0} of {1} trials").format(search.done, wanted)
        self.count.setText(text)
        self.stop.setVisible(job.active)
        self.stop.setEnabled(job.status != "stopping")
        self.back.setVisible(True)
        self.resume.setVisible(not job.active and not complete and bool(search.folder))
        self.error.set_error(job.error if not job.active else None)
        self.progress.setVisible(job.active)
        if job.active:
            done, total = job.progress_done, job.progress_total or float(wanted)
            self.progress.set_progress(self.tr("Trials"), done, total, "trials", eta_s=job.eta_s)
        self._show_best(search, state)
        titles = self._titles(state)
        best = search.best
        self.model.set_trials(search.trials, titles, best.number if best else None)
        self.table.setFixedHeight(min(MOST_HEIGHT, ROW_HEIGHT * (len(search.trials) + 1) + 12))
        self._chosen()
        self._draw(search)

    def _titles(self, state: AppState) -> dict[str, str]:
        """What the varied options are called."""
        schema = state.engine.schema
        paths = [axis.path for axis in state.search.wish.axes] if state.search.wish else []
        if self._named[0] is not schema or list(self._named[1]) != paths:
            fields = fields_of(schema.recipe_schema, state.draft.recipe) if schema else []
            known = {field.path: field.title for field in fields}
            titles = {path: known.get(path) or path.rpartition(".")[2].replace("_", " ") for path in paths}
            self._named = (schema, titles)
        return self._named[1]

    def _show_best(self, search: SearchState, state: AppState) -> None:
        best = search.best
        self._best_number = best.number if best else -1
        self.use.setEnabled(best is not None)
        self.path.setVisible(bool(search.folder))
        self.path.set_path(search.folder)
        if best is None:
            self.best_words.setText(self.tr("No trial is completed yet."))
            return
        titles = self._titles(state)
        params = ", ".join(
            f"{titles.get(path, path)} {value_words(value)}" for path, value in best.params.items()
        )
        self.best_words.setText(
            self.tr("Trial {0}, held-out loss {1}: {2}").format(
                best.number + 1, format.loss(best.value), params
            )
        )

    def _draw(self, search: SearchState) -> None:
        measured = any(trial.steps for trial in search.trials)
        self.plot.setVisible(measured)
        if not measured or search.trials is self._drawn:
            return
        self._drawn = search.trials
        if self.curves is None:
            from app.views.search_plot import TrialCurves  # the plotting library: not before it is needed

            self.curves = TrialCurves(self._theme)
            self.plot.body.addWidget(self.curves)
        self.curves.show_state(search)

    # ------------------------------------------------------------ acting

    def _chosen(self, *_: object) -> None:
        rows = self.table.selectionModel().selectedRows()
        trial = self.model.trial(rows[0].row()) if rows else None
        self.use_chosen.setEnabled(trial is not None)
        listed = trial is not None and any(run.dir == trial.run_dir for run in self._runs)
        self.open_chosen.setEnabled(listed)

    def _open_chosen(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        trial = self.model.trial(rows[0].row()) if rows else None
        if trial is not None:
            self._intents.open_run(trial.run_dir)

    def _use_chosen(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        trial = self.model.trial(rows[0].row()) if rows else None
        if trial is not None:
            self._intents.use_trial(trial.number)

    def _use_best(self) -> None:
        if self._best_number >= 0:
            self._intents.use_trial(self._best_number)


def _table(model: TrialsModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setProperty("frameless", True)
    table.setShowGrid(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.setTabKeyNavigation(False)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    return table
