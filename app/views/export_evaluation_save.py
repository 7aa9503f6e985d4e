"""Saves an evaluation as a page for a browser or as a PDF."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from app.actions.intents import Intents
from app.ui.labels import set_accessible


class SaveButton(QPushButton):
    """A menu of two kinds of file; ``show_name`` tells what a file is called at first."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._folder, self._name = "", ""
        self.setText(self.tr("Save report ▾"))
        self.setProperty("kind", "secondary")
        self.setAutoDefault(False)
        set_accessible(self, self.tr("Save report"), self.tr("Everything below as one file to pass on"))
        menu = QMenu(self)
        self.as_page = menu.addAction(self.tr("Page (HTML)…"))
        self.as_pdf = menu.addAction(self.tr("Document (PDF)…"))
        self.as_page.triggered.connect(lambda: self._save("html", self.tr("Page (*.html)")))
        self.as_pdf.triggered.connect(lambda: self._save("pdf", self.tr("Document (*.pdf)")))
        self.setMenu(menu)

    def show_name(self, run_dir: str, name: str) -> None:
        """Propose this place and name."""
        self._folder = run_dir
        self._name = "".join(char if char.isalnum() or char in "-_. " else "-" for char in name) or "report"

    def _save(self, kind: str, words: str) -> None:
        proposed = str(Path(self._folder) / f"{self._name}.{kind}")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save report"), proposed, words)
        if path:
            self._intents.save_evaluation(path if Path(path).suffix else f"{path}.{kind}")
