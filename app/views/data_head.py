"""The head of the Data page: what the dataset is, undo with its name, export, and the way on; beneath it what is being
read."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.dataset import DataProgress, rows_out
from app.state.model import AppState
from app.ui import format as human
from app.ui.feedback import set_banner
from app.ui.theme import Space
from app.ui.widgets import (
    ElidedLabel,
    ProgressRow,
    button_icon,
    icon_button,
    label,
    primary_button,
    secondary_button,
    set_accessible,
    title_label,
)
from app.views import names
from app.views.data_export import ExportDialog
from engine.contract.results import SchemaReply

WIDE, LONGEST_NAME = 860, 26  # pixels from which undo is named, and letters of the name
SLOW_MS = 1000  # a question that takes longer gets a bar with Cancel
READINGS = ("expand", "inspect", "statistics", "preview", "suggest")


class DataHead(QWidget):
    """Title and facts left, actions right."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._schema: SchemaReply | None = None
        self._name = ""
        self._undone = ""
        self.dialog: ExportDialog | None = None
        self.heading = title_label(self.tr("Data"))
        self.sub = ElidedLabel()
        self.sub.setProperty("role", "caption")
        self.undo = secondary_button(self.tr("Undo"), self.tr("Undo (Ctrl+Z)"))
        self.redo = icon_button("redo", self.tr("Redo (Ctrl+Shift+Z)"))
        self.undo.clicked.connect(intents.undo_draft)
        self.redo.clicked.connect(intents.redo_draft)
        self.export = secondary_button(
            self.tr("Export…"), self.tr("Write the cleaned rows as files for other programs")
        )
        self.export.clicked.connect(self.open_export)
        self.use = primary_button(
            self.tr("Use this data"), self.tr("Go on to the choice of model and method")
        )
        self.use.clicked.connect(lambda: intents.show_page("method"))
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self.heading)
        words.addWidget(self.sub)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addLayout(words, 1)
        for button in (self.undo, self.redo, self.export, self.use):
            row.addWidget(button)

    def show_state(self, state: AppState, *, ready: bool) -> None:
        """Show the facts; ``ready``: there are rows that can be trained on."""
        self._schema = state.engine.schema
        self._name = names.project_title(state)
        self.sub.set_full_text(" · ".join(self._facts(state)))
        self._show_history(
            self.undo, state.draft.undo, self.tr("Undo: {what} (Ctrl+Z)"), self.tr("Nothing to undo")
        )
        self._undone = state.draft.undo or ""
        self._word_undo()
        self._show_history(
            self.redo, state.draft.redo, self.tr("Redo: {what} (Ctrl+Shift+Z)"), self.tr("Nothing to redo")
        )
        report, busy = state.data.report, bool(state.data.busy & set(READINGS))
        self.export.setEnabled(bool(report and rows_out(report)) and not state.build.job.active)
        self.use.setEnabled(ready)
        if ready or (report is None and not busy):
            self.use.setText(self.tr("Use this data"))
        else:
            self.use.setText(self.tr("Counting rows…") if busy else self.tr("No rows to train on"))

    def _word_undo(self) -> None:
        """Name what undoing takes back where there is room for it."""
        short = self._undone if len(self._undone) <= LONGEST_NAME else f"{self._undone[:LONGEST_NAME]}…"
        wide = self.width() >= WIDE and bool(short)
        self.undo.setText(self.tr("Undo: {what}").format(what=short) if wide else self.tr("Undo"))
        button_icon(self.undo, "undo")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorter words where there is less room."""
        super().resizeEvent(event)
        self._word_undo()

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "undo"):
            button_icon(self.undo, "undo")

    @staticmethod
    def _show_history(button: QAbstractButton, what: str | None, words: str, nothing: str) -> None:
        button.setEnabled(what is not None)
        text = nothing if what is None else words.format(what=what)
        if text != button.toolTip():
            set_accessible(button, text, text)

    def _facts(self, state: AppState) -> list[str]:
        words = []
        files = len(state.draft.recipe["data"]["sources"])
        words.append(self.tr("1 file") if files == 1 else self.tr("{count} files").format(count=files))
        report = state.data.report
        if report is not None:
            text = self.tr("{rows} of {read} rows")
            words.append(text.format(rows=human.number(rows_out(report)), read=human.number(report.rows)))
            if report.content_hash:
                short = f"{report.content_hash[:4]}…{report.content_hash[-2:]}"
                words.append(self.tr("content hash {hash}").format(hash=short))
        if state.data.busy & {"statistics", "inspect"}:
            words.append(self.tr("counting…") if "statistics" in state.data.busy else self.tr("reading…"))
        return words

    def open_export(self) -> None:
        """Ask what to write."""
        if self._schema is None:
            return
        self.dialog = ExportDialog(self._schema, self._name, self._intents, self.window())
        self.dialog.open()


class ReadingPart(QFrame):
    """A reading that takes long, with Cancel; or that it was stopped, with the way to go on."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_banner(self, "info")
        self._seconds = 0
        self._words = ""
        self._how_far = DataProgress()
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.S)
        self.progress = ProgressRow()
        self.progress.cancelled.connect(intents.stop_reading)
        self.stopped = label(
            self.tr("The reading was stopped. What is shown may be older than the draft."), "body"
        )
        self.again = secondary_button(
            self.tr("Read again"), self.tr("Read the files and count the rows again")
        )
        self.again.clicked.connect(intents.read_again)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stopped, 1)
        row.addWidget(self.again)
        self._clock = QTimer(self, interval=SLOW_MS)
        self._clock.timeout.connect(self._tick)
        self.hide()

    def show_state(self, state: AppState) -> None:
        """Follow what is being read."""
        busy, halted = state.data.busy & set(READINGS), state.data.halted
        self.stopped.setVisible(halted)
        self.again.setVisible(halted)
        self.progress.setVisible(not halted)
        if halted or not busy:
            self._clock.stop()
            self._seconds = 0
            self.setVisible(halted)
            return
        self._words, self._how_far = self._what(state), state.data.progress
        if not self._clock.isActive():
            self._clock.start()
            self.hide()
        elif self._seconds:
            self._show()

    def _what(self, state: AppState) -> str:
        busy = state.data.busy
        if "expand" in busy:
            return self.tr("Looking through folders and archives")
        if "inspect" in busy:
            return self.tr("Reading the files")
        if "suggest" in busy:
            return self.tr("Looking at the rows")
        words = {
            "read": self.tr("Reading the files"),
            "clean": self.tr("Cleaning the rows"),
            "split": self.tr("Splitting the rows"),
            "tokenize": self.tr("Counting the tokens"),
        }
        return words.get(state.data.progress.what, self.tr("Cleaning and counting the rows"))

    def _tick(self) -> None:
        self._seconds += 1
        self._show()

    def _show(self) -> None:
        far = self._how_far
        self.progress.set_progress(self._words, far.done, far.total, "rows")
        self.progress.left.setText(human.duration(self._seconds))
        self.show()
