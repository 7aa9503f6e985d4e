"""The button beside an error that a decision mends: code that waits for it, a file to convert."""

from PySide6.QtWidgets import QPushButton, QWidget

from app.actions.intents import Intents
from app.state.base_models import is_python_file
from app.ui.labels import set_accessible
from engine.contract.errors import ErrorInfo


class WayButton(QPushButton):
    """Hidden unless the error's details name code that waits, or something to convert."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._folder = self._source = ""
        self.setProperty("kind", "secondary")
        self.setAutoDefault(False)
        self.clicked.connect(self._go)
        self.hide()

    def show_error(self, info: ErrorInfo | None) -> None:
        """Offer what helps against ``info``."""
        details = info.details if info is not None else {}
        self._folder, self._source = str(details.get("code_folder", "")), str(details.get("convert", ""))
        if is_python_file(self._folder):
            words = self.tr("Look at the code…")
            more = self.tr("Read the code that gives the rewards, and allow or refuse it")
        elif self._folder:
            words = self.tr("Look at its code…")
            more = self.tr("Read the code that this model brings, and allow or refuse it")
        else:
            words = self.tr("Convert it")
            more = self.tr("Write its weights as safetensors, once, in a process of its own")
        self.setText(words)
        set_accessible(self, words, more)
        self.setVisible(bool(self._folder or self._source))

    def _go(self) -> None:
        if self._folder:
            self._intents.show_code(self._folder)
        elif self._source:
            self._intents.show_page("models")
            self._intents.convert_model(self._source)
