"""The Export page: choose the forms, see their sizes, make them, verify them, talk to them."""

from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.state.model import AppState, JobState
from app.state.store import Store
from app.ui import format as human
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    Card,
    EmptyState,
    ErrorBanner,
    FlowLayout,
    ProgressRow,
    caption_label,
    clear_layout,
    icon_button,
    primary_button,
    scrolled,
    set_accessible,
)
from app.views.export_evaluation import EvaluationCard, evaluation_of
from app.views.export_results import ResultsPanel
from app.views.export_targets import TargetsPanel, predicted_bytes, short_name, sizes_known
from app.views.names import model_name
from app.views.page_frame import PageHead, page_column
from app.views.train_words import innermost_phase, phase_summaries, phase_title, result_path
from engine.contract.errors import ErrorCode

NARROW = 720
NAMES_SHOWN = 2


class ExportPage(QWidget):
    """The open run's way out."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._store, self._intents, self._theme = store, intents, theme
        self._state = AppState()
        self._stack = QStackedLayout(self)
        self.empty = EmptyState(
            "export",
            self.tr("Nothing to export yet"),
            self.tr(
                "Finish a run, or open an earlier one: then its result can be merged, converted and verified here."
            ),
            self.tr("Open a run"),
        )
        self.empty.clicked.connect(lambda: self._intents.show_page("train"))
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scrolled(self._build()))

    # ------------------------------------------------------------ building

    def _build(self) -> QWidget:
        content = QWidget()
        column = page_column(content)
        self.head = PageHead(self.tr("Export"))
        self.start = primary_button(
            "", self.tr("Merge where needed, write the chosen forms, and compare each with the run")
        )
        self.start.clicked.connect(self._start)
        self.head.action_row.addWidget(self.start)
        column.addWidget(self.head)
        self.error = ErrorBanner()
        column.addWidget(self.error)
        self.targets = TargetsPanel()
        self.targets.changed.connect(lambda: self._show_button(self._state))
        self.results = ResultsPanel(self._intents)
        self.evaluation = EvaluationCard(self._intents, self._theme)
        left, right = QVBoxLayout(), QVBoxLayout()
        for part in (left, right):
            part.setSpacing(Space.L)
        left.addWidget(self.targets)
        left.addWidget(self._build_folder())
        left.addStretch(1)
        right.addWidget(self._build_progress())
        right.addWidget(self.results)
        right.addWidget(self.evaluation)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(Space.L)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        column.addLayout(self._columns, 1)
        return content

    def _build_folder(self) -> QWidget:
        card = Card(self.tr("Where to"))
        self.folder = QLineEdit()
        set_accessible(self.folder, self.tr("Folder of the export"), self.tr("Empty: the folder of the run"))
        self.browse = icon_button("folder", self.tr("Choose a folder"))
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        card.body.addLayout(row)
        self.space = caption_label()
        card.body.addWidget(self.space)
        return card

    def _build_progress(self) -> QWidget:
        self.progress_card = Card(self.tr("Exporting"))
        self.progress = ProgressRow()
        self.progress.cancelled.connect(self._intents.cancel_export)
        self._phases = QWidget()
        self._phase_row = FlowLayout(self._phases, spacing=Space.L)
        self._phase_words: list[str] = []
        self.progress_card.body.addWidget(self.progress)
        self.progress_card.body.addWidget(self._phases)
        return self.progress_card

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column where there is no room for two."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        self._columns.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    # ------------------------------------------------------------ showing

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``; called on each change while the page is visible."""
        self._state = state
        train = state.train
        if not train.run_id:
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        model = model_name(str(train.recipe.get("model", {}).get("path", "")), state)
        self.head.set_subtitle(
            self.tr("{run} · trained on {model}").format(run=train.name or train.run_id, model=model)
        )
        self.targets.show_state(state)
        if not train.job.active and not sizes_known(state):
            self._intents.predict_sizes()
        default = str(Path(train.job.run_dir) / "exports") if train.job.run_dir else ""
        self.folder.setPlaceholderText(default)
        export = evaluation_of(state)
        job = export.job
        failed = job.error if job.error and job.error.code != ErrorCode.CANCELLED else None
        self.error.set_error(failed)
        self.progress_card.setVisible(job.active)
        if job.active:
            self._show_progress(job)
        self.results.show_report(export.report, state)
        self.evaluation.show_state(export, state)
        self.evaluation.measure.setEnabled(not train.job.active and not export.evaluation_job.active)
        self._show_button(state)

    def _show_progress(self, job: JobState) -> None:
        phase = innermost_phase(job) or job.progress_name
        detail = next((mark.detail for mark in reversed(job.phases) if mark.seconds is None), "")
        words = phase_title(phase) if phase else self.tr("Starting the engine")
        if detail:
            words = f"{words} {short_name(detail)}"
        if job.status == "stopping":
            words = self.tr("Cancelling")
        self.progress.set_progress(
            words, job.progress_done, job.progress_total, job.progress_unit, eta_s=job.eta_s
        )
        self.progress.cancel.setEnabled(job.status == "running")
        marks = [
            f"{'●' if item.running else '✓'} {phase_title(item.name)} {human.duration(item.seconds or 0.0)}"
            for item in phase_summaries(job)
            if item.seconds is not None
        ]
        if marks != self._phase_words:
            self._phase_words = marks
            clear_layout(self._phase_row)
            for text in marks:
                mark = caption_label(text)
                mark.setWordWrap(False)
                self._phase_row.addWidget(mark)

    def _show_button(self, state: AppState) -> None:
        chosen = self.targets.chosen()
        sizes = {name: predicted_bytes(self.targets.chips[name].choice, state) for name in chosen}
        known = [size for size in sizes.values() if size]
        total = sum(known)
        job = evaluation_of(state).job
        ready = False
        if state.train.job.active:
            words = self.tr("The run is still going")
        elif job.active:
            words = self.tr("Exporting…")
        elif not chosen:
            words = self.tr("Choose what to export")
        elif not result_path(state.train) and state.train.job.status not in ("completed", "stopped"):
            words = self.tr("This run left no result yet")
        else:
            ready = True
            words = self.tr("Merge and export: {what}").format(what=self._what(chosen))
            if total:
                words = self.tr("{words}, about {size}").format(words=words, size=human.size(total))
        self.start.setText(words)
        if not ready and self.window().focusWidget() is self.start:
            self.start.clearFocus()  # else Qt hands it on, and the page scrolls to whoever gets it
        self.start.setEnabled(ready)
        doctor = state.engine.doctor
        self.space.setVisible(doctor is not None and bool(total))
        if doctor is not None:
            text = self.tr("About {size} will be written; {free} are free.")
            self.space.setText(text.format(size=human.size(total), free=human.size(doctor.free_disk_bytes)))

    def _what(self, chosen: list[str]) -> str:
        names = ", ".join(short_name(name) for name in chosen[:NAMES_SHOWN])
        more = len(chosen) - NAMES_SHOWN
        return self.tr("{names} and {count} more").format(names=names, count=more) if more > 0 else names

    # ------------------------------------------------------------ doing

    def _browse(self) -> None:
        start = self.folder.text() or self.folder.placeholderText()
        path = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), start)
        if path:
            self.folder.setText(path)

    def _start(self) -> None:
        self._intents.merge_and_export(self.targets.chosen(), self.folder.text().strip() or None)
