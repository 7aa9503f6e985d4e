"""A row's turns to write in: what is saved becomes an entry of the cleaning, and the file stays as it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui.theme import Space, mono_font
from app.ui.widgets import caption_label, clear_layout, label, secondary_button, set_accessible
from engine.contract.results import PreviewRow

LEAST_LINES, MOST_LINES = 2, 9
Turn = dict[str, Any]


class TurnText(QPlainTextEdit):
    """Control and Return saves, Escape leaves; all else is writing."""

    done = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The two keys that end the editing, then the editor's own."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.done.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TurnEdit(QWidget):
    """One turn: who says it, and what."""

    def __init__(self, turn: Mapping[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turn = dict(turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        role = str(turn.get("role", ""))
        column.addWidget(caption_label(role_words(role)))
        self.text = TurnText()
        self.text.setFont(mono_font())
        self.text.setTabChangesFocus(True)
        self.text.setPlainText(str(turn.get("content", "")))
        words = self.tr("What the {role} says").format(role=role_words(role))
        set_accessible(self.text, words, self.tr("Change the text; Ctrl+Return saves the row"))
        lines = min(MOST_LINES, max(LEAST_LINES, self.text.toPlainText().count("\n") + 1 + self._wrapped()))
        self.text.setFixedHeight(lines * self.text.fontMetrics().lineSpacing() + 2 * Space.M)
        column.addWidget(self.text)

    def _wrapped(self) -> int:
        return len(self.text.toPlainText()) // 80

    def value(self) -> Turn:
        """The turn as it is now written."""
        return {**self._turn, "content": self.text.toPlainText()}


class RowEditor(QWidget):
    """All turns of one row, and of its rejected answer."""

    saved = Signal(object, object)  # messages, rejected
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: list[TurnEdit] = []
        self._rejected: list[TurnEdit] = []
        self._before: tuple[list[Turn], list[Turn]] = ([], [])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self._turns = QVBoxLayout()
        self._turns.setSpacing(Space.S)
        column.addLayout(self._turns)
        self.save = secondary_button(
            self.tr("Save the row"),
            self.tr("Keep the change as a step of the cleaning; the file stays as it is"),
        )
        self.cancel = secondary_button(self.tr("Cancel"), self.tr("Leave the row as it was"))
        self.note = caption_label(self.tr("Every edit can be undone, also later."))
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.save)
        foot.addWidget(self.cancel)
        foot.addWidget(self.note, 1)
        column.addLayout(foot)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.closed)

    def show_row(self, row: PreviewRow) -> None:
        """Begin to edit ``row``."""
        clear_layout(self._turns)
        self._messages = self._add(row.messages)
        self._rejected = []
        if row.rejected:
            self._turns.addWidget(label(self.tr("Rejected answer"), "strong"))
            self._rejected = self._add(row.rejected)
        self._before = self.values()
        last = next((edit for edit in reversed(self._messages)), None)
        if last is not None:
            last.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, turns: Sequence[Mapping[str, Any]]) -> list[TurnEdit]:
        edits = [TurnEdit(turn) for turn in turns]
        for edit in edits:
            edit.text.done.connect(self._save)
            edit.text.left.connect(self.closed)
            self._turns.addWidget(edit)
        return edits

    @property
    def turns(self) -> list[TurnEdit]:
        """The editors of the turns, rejected ones last."""
        return [*self._messages, *self._rejected]

    def values(self) -> tuple[list[Turn], list[Turn]]:
        """(messages, rejected) as they are now written."""
        return [edit.value() for edit in self._messages], [edit.value() for edit in self._rejected]

    def _save(self) -> None:
        now = self.values()
        if now != self._before:
            self.saved.emit(*now)
        self.closed.emit()


def role_words(role: str) -> str:
    """A role as it is shown."""
    translate = QCoreApplication.translate
    return {
        "user": translate("Roles", "user"),
        "assistant": translate("Roles", "assistant"),
        "system": translate("Roles", "system"),
        "tool": translate("Roles", "tool"),
    }.get(role, role)
