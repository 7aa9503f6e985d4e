"""The diagnostics bundle: everything that would be in it is shown before it is saved, and it is only ever saved."""

import time
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.state.about import DiagnosticFile
from app.state.model import AppState
from app.state.store import Store
from app.ui import format
from app.ui.labels import caption_label, label, muted_label, set_accessible
from app.ui.theme import Size, Space, mono_font
from app.ui.widgets import primary_button, secondary_button


class DiagnosticsDialog(QDialog):
    """Files at the left, their text at the right, Save below."""

    def __init__(self, store: Store, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._intents = store, intents
        self._files: tuple[DiagnosticFile, ...] = ()
        self.setWindowTitle(self.tr("Diagnostics"))
        self.setModal(True)
        self.list = QListWidget()
        self.list.setFixedWidth(Size.PANEL)
        set_accessible(self.list, self.tr("Files"), self.tr("What the bundle holds"))
        self.list.currentRowChanged.connect(self._chosen)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        set_accessible(self.text, self.tr("Content"), self.tr("Exactly what is saved under this name"))
        self.total = caption_label()
        self.save = primary_button(
            self.tr("Save…"), self.tr("Write these files to one archive of your choice")
        )
        self.save.clicked.connect(self._ask)
        self.shut = secondary_button(self.tr("Close"), self.tr("Save nothing"))
        self.shut.clicked.connect(self.reject)
        self._lay_out()
        store.changed.connect(self._changed)
        self.finished.connect(self._gone)
        intents.collect_report()
        self.render_state(store.state)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(label(self.tr("Diagnostics"), "heading"))
        column.addWidget(
            muted_label(
                self.tr(
                    "Versions, checks, settings, errors and the ends of the logs. Keys, tokens, passwords and the names "
                    "of your folder and computer are hidden. Look through it before you give it away: a log may name "
                    "your files. Nothing is sent."
                )
            )
        )
        middle = QHBoxLayout()
        middle.setSpacing(Space.M)
        middle.addWidget(self.list)
        middle.addWidget(self.text, 1)
        column.addLayout(middle, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.total, 1)
        foot.addWidget(self.shut)
        foot.addWidget(self.save)
        column.addLayout(foot)
        self.resize(Size.WINDOW_MIN_W, Size.WINDOW_MIN_H - 2 * Space.XXL)

    def _changed(self, *_: object) -> None:
        self.render_state(self._store.state)

    def _gone(self, *_: object) -> None:
        self._store.changed.disconnect(self._changed)
        self._intents.drop_report()
        self.deleteLater()

    def render_state(self, state: AppState) -> None:
        """Show what was gathered."""
        files = state.about.report
        self.save.setEnabled(bool(files))
        if not files:
            self.total.setText(self.tr("Reading…"))
        if files == self._files:
            return
        self._files = files
        self.list.clear()
        self.list.addItems([file.name for file in files])
        self.list.setCurrentRow(0)
        size = format.size(sum(len(file.text.encode()) for file in files))
        self.total.setText(self.tr("{0} files, {1}").format(len(files), size))

    def _chosen(self, row: int) -> None:
        self.text.setPlainText(self._files[row].text if 0 <= row < len(self._files) else "")

    def _ask(self) -> None:
        name = time.strftime("luthier-diagnostics-%Y%m%d-%H%M.zip")
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the diagnostics"), str(Path.home() / name), self.tr("Archives") + " (*.zip)"
        )
        if path:
            self._intents.save_report(path)
            self.accept()
