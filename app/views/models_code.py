"""The code that a model's folder, or a file of rewards, wants to run: shown in full before anybody can allow it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.state.base_models import CodeReading
from app.ui import format
from app.ui.labels import caption_label, label, muted_label, set_accessible
from app.ui.theme import Size, Space, mono_font
from app.ui.widgets import ErrorBanner, danger_button, primary_button, secondary_button
from engine.contract.base_models import ModelCode


class CodeDialog(QDialog):
    """Files at the left, their text at the right; Refuse is what Enter and Escape do."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._code: ModelCode | None = None
        self.setWindowTitle(self.tr("This model brings code of its own"))
        self.setModal(True)
        self.heading = label("", "heading")
        self.what = muted_label()
        self.error = ErrorBanner()
        self.files = QListWidget()
        self.files.setFixedWidth(Size.FORM_FIELD)
        set_accessible(self.files, self.tr("Files"), self.tr("The Python files of the folder"))
        self.files.currentItemChanged.connect(self._chosen)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        set_accessible(self.text, self.tr("Code"), self.tr("What would run, as it stands in the file"))
        self.hash = caption_label()
        self.hash.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.allow = danger_button(
            self.tr("Allow this code"),
            self.tr("It may then run whenever this model is loaded, until one of its files changes"),
        )
        self.refuse = primary_button(
            self.tr("Refuse"), self.tr("The code is not run, and the model is not used")
        )
        self.withdraw = secondary_button(
            self.tr("Take the permission back"), self.tr("Ask again before this code runs")
        )
        self.allow.clicked.connect(lambda: self._decide(allowed=True))
        self.withdraw.clicked.connect(lambda: self._decide(allowed=False))
        self.refuse.clicked.connect(self.reject)
        self.rejected.connect(intents.close_code)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.M)
        for part in (self.heading, self.what, self.error):
            column.addWidget(part)
        middle = QHBoxLayout()
        middle.setSpacing(Space.M)
        middle.addWidget(self.files)
        middle.addWidget(self.text, 1)
        column.addLayout(middle, 1)
        column.addWidget(self.hash)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.withdraw)
        buttons.addStretch(1)
        buttons.addWidget(self.allow)
        buttons.addWidget(self.refuse)
        column.addLayout(buttons)
        self.refuse.setDefault(True)
        self.refuse.setFocus(Qt.FocusReason.OtherFocusReason)
        self.resize(2 * Size.DIALOG, 3 * Size.FORM_FIELD)

    def close_quietly(self) -> None:
        """The decision was made: go without telling anybody."""
        self.blockSignals(True)
        self.close()
        self.deleteLater()

    def show_reading(self, reading: CodeReading) -> None:
        """Show as much as has come."""
        code = reading.code
        self.error.set_error(reading.error)
        if reading.rewards:
            self._about_rewards()
        self.heading.setText(self.tr("{0} wants to run code").format(_last(reading.path)))
        usable = code is not None and bool(code.digest) and not code.foreign
        self.allow.setVisible(usable and code is not None and code.needed and not code.allowed)
        self.withdraw.setVisible(usable and code is not None and code.allowed)
        self.refuse.setText(
            self.tr("Close") if code is not None and not self.allow.isVisibleTo(self) else self.tr("Refuse")
        )
        if code is None:
            self.what.setText(self.tr("Reading…"))
            return
        self.what.setText(self._words(code))
        if self._code is None or self._code.digest != code.digest:
            self._fill(code)
        self._code = code
        self.text.setPlainText(code.text)
        self.hash.setText(self.tr("All files together, SHA-256: {0}").format(code.digest))

    def _about_rewards(self) -> None:
        """The same dialog, for a file that a recipe names."""
        self.setWindowTitle(self.tr("These rewards are code"))
        self.allow.setToolTip(
            self.tr("It may then run whenever a training run asks it for rewards, until the file changes")
        )
        self.refuse.setToolTip(self.tr("The code is not run, and no training run starts with it"))
        set_accessible(self.files, self.tr("Files"), self.tr("The file that the recipe names"))

    def _words(self, code: ModelCode) -> str:
        if code.purpose == "rewards":
            return self._words_of_rewards(code)
        if not code.digest:
            return self.tr("The folder asks for no code of its own any more.")
        if code.foreign:
            words = self.tr("It calls code from another place ({0}), which Luthier never runs.")
            return words.format(code.foreign)
        if code.allowed:
            return self.tr(
                "You allowed exactly this code. As soon as one of its files changes, you are asked again."
            )
        if not code.needed:
            return self.tr("Transformers knows this kind of model: the code is not needed and is never run.")
        return self.tr(
            "To load this model, the code below would have to run. It could do anything that you can: read and delete "
            "your files, use the network. Allow it only if you trust where the folder comes from. It asks for: {0}."
        ).format(", ".join(code.called))

    def _words_of_rewards(self, code: ModelCode) -> str:
        if not code.digest:
            return self.tr("There is no such file any more.")
        if code.allowed:
            return self.tr("You allowed exactly this code. As soon as the file changes, you are asked again.")
        return self.tr(
            "To say what an answer is worth, the code below would have to run while the model is trained. It could do "
            "anything that you can: read and delete your files, use the network. Allow it only if you wrote it, or trust "
            "where it comes from."
        )

    def _fill(self, code: ModelCode) -> None:
        self.files.blockSignals(True)
        self.files.clear()
        for file in code.files:
            item = QListWidgetItem(f"{file.name}\n{format.size(file.size_bytes)} · {file.sha256[:12]}…")
            item.setData(Qt.ItemDataRole.UserRole, file.name)
            item.setToolTip(f"{file.name}\nSHA-256 {file.sha256}")
            self.files.addItem(item)
            if file.name == code.file:
                self.files.setCurrentItem(item)
        self.files.blockSignals(False)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and self._code is not None:
            self._intents.show_code(self._code.path, str(item.data(Qt.ItemDataRole.UserRole)))

    def _decide(self, *, allowed: bool) -> None:
        if self._code is not None:
            self._intents.allow_code(self._code.path, self._code.digest, allowed=allowed)


class CodeReader:
    """Opens the dialog over ``window`` exactly while somebody reads."""

    def __init__(self, intents: Intents, window: QWidget) -> None:
        self._intents, self._window = intents, window
        self.dialog: CodeDialog | None = None

    def render(self, reading: CodeReading) -> None:
        """Show ``reading``."""
        if not reading.path:
            dialog, self.dialog = self.dialog, None
            if dialog is not None:
                dialog.close_quietly()
            return
        if self.dialog is None:
            self.dialog = CodeDialog(self._intents, self._window)
            self.dialog.open()
        self.dialog.show_reading(reading)


def _last(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path
