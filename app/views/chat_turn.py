"""One turn of a conversation: the user's words, or an answer with its figures and what can be done with it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.state.model import ChatTurn
from app.ui import icons
from app.ui.flow import FlowLayout
from app.ui.theme import Size, Space, colors_of
from app.ui.widgets import Skeleton, caption_label, chip, secondary_button, set_accessible
from app.views.chat_text import TextView
from engine.contract.results import ChatReply

EDITOR_LINES = 6


class InlineEditor(QWidget):
    """Rewrites a turn where it stands."""

    accepted = Signal(str)
    closed = Signal()

    def __init__(self, accept: str, tooltip: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * EDITOR_LINES + Space.L)
        set_accessible(self.edit, accept, tooltip)
        self.accept = secondary_button(accept, tooltip)
        self.cancel = secondary_button(self.tr("Cancel"), self.tr("Leave it as it was (Esc)"))
        self.accept.clicked.connect(self._accept)
        self.cancel.clicked.connect(self.close_editor)
        column.addWidget(self.edit)
        if note:
            column.addWidget(caption_label(note))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.accept)
        row.addWidget(self.cancel)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def open_with(self, text: str) -> None:
        """Begin with ``text``."""
        self.edit.setPlainText(text)
        self.show()
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.edit.setFocus()

    def close_editor(self) -> None:
        """Leave everything as it was."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_editor()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        text = self.edit.toPlainText().strip()
        if text:
            self.close_editor()
            self.accepted.emit(text)


class TurnView(QWidget):
    """Name, words, and a line of small actions beneath."""

    copy = Signal(str)

    def __init__(self, who: str, *, markdown: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons: list[tuple[QPushButton, str]] = []
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.XS)
        self.who = caption_label(who)
        self.words = TextView(markdown=markdown)
        self.words.copy_wanted.connect(self.copy)
        self.words.setAccessibleName(who)
        self.head = QHBoxLayout()
        self.head.addWidget(self.who, 1)
        self.body.addLayout(self.head)
        self.body.addWidget(self.words)
        self.deeds = QWidget()
        self.flow = FlowLayout(self.deeds, spacing=Space.S, line_spacing=Space.XS)

    def action(self, text: str, icon: str, tooltip: str) -> QPushButton:
        """A small button in the line beneath."""
        button = chip(text, clickable=True, tooltip=tooltip)
        assert isinstance(button, QPushButton)
        button.setIconSize(QSize(Size.ICON_SMALL, Size.ICON_SMALL))
        self._icons.append((button, icon))
        self._draw_icons()
        self.flow.addWidget(button)
        return button

    def _draw_icons(self) -> None:
        for button, icon in self._icons:
            button.setIcon(icons.icon(icon, colors_of(self).muted, Size.ICON_SMALL))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()


class UserTurn(TurnView):
    """What the user asked."""

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", markdown=False, parent=parent)
        self.who.setText(self.tr("You"))
        self.words.setAccessibleName(self.tr("You"))
        self.edit = self.action(
            self.tr("Edit"),
            "edit",
            self.tr("Ask this differently; the answers after it are replaced on both sides"),
        )
        self.editor = InlineEditor(self.tr("Ask again"), self.tr("Replace the question and answer it anew"))
        self.edit.clicked.connect(self._open)
        self.editor.accepted.connect(self.edited)
        self.editor.closed.connect(self._closed)
        self.body.addWidget(self.editor)
        self.head.addWidget(self.edit)

    def show_turn(self, turn: ChatTurn, *, editable: bool) -> None:
        """Show ``turn``; only the last question, while nobody answers, can be changed."""
        if turn.content != self.words.text():
            self.editor.hide()
            self._closed()
        self.words.set_text(turn.content)
        if not editable:
            self.editor.hide()
            self.words.show()
        self.edit.setVisible(editable and self.editor.isHidden())

    def _open(self) -> None:
        self.words.hide()
        self.edit.hide()
        self.editor.open_with(self.words.text())

    def _closed(self) -> None:
        self.words.show()
        self.edit.show()


class AnswerTurn(TurnView):
    """What a model answered, finished or on its way."""

    regenerate = Signal()
    corrected = Signal(str)

    def __init__(self, who: str, parent: QWidget | None = None) -> None:
        super().__init__(who, markdown=True, parent=parent)
        self.waiting = Skeleton(2)
        self.figures = caption_label()
        self.editor = InlineEditor(
            self.tr("Add to data"),
            self.tr("Append the question with this answer to a dataset of yours, and use it in the next run"),
            self.tr("Write the answer you want. It becomes a training row together with the question."),
        )
        self.again = self.action(
            self.tr("Regenerate"), "refresh", self.tr("Answer once more on both sides, with the next seed")
        )
        self.correct = self.action(
            self.tr("Correct and add to data"),
            "edit",
            self.tr("Write the better answer and train on it next time"),
        )
        self.take = self.action(self.tr("Copy"), "copy", self.tr("Copy this answer as Markdown"))
        self.again.clicked.connect(self.regenerate)
        self.correct.clicked.connect(self._correct)
        self.take.clicked.connect(lambda: self.copy.emit(self.words.text()))
        self.editor.accepted.connect(self.corrected)
        self.editor.closed.connect(self.deeds.show)
        for part in (self.waiting, self.figures, self.editor):
            self.body.addWidget(part)
        self.body.addSpacing(Space.XS)
        self.body.addWidget(self.deeds)

    def show_turn(self, turn: ChatTurn, *, streaming: bool, last: bool) -> None:
        """Show ``turn``; ``last``: it may be answered again."""
        if turn.content != self.words.text():
            self.editor.hide()
        self.words.set_text(turn.content, streaming=streaming)
        self.words.setVisible(bool(turn.content))
        self.waiting.setVisible(streaming and not turn.content)
        if streaming:
            self.figures.setText(self.tr("answering…"))
        else:
            self.figures.setText(self._figures(turn.reply))
        self.deeds.setVisible(not streaming and self.editor.isHidden())
        self.again.setVisible(last)
        self.take.setVisible(bool(turn.content))

    def _correct(self) -> None:
        self.deeds.hide()
        self.editor.open_with(self.words.text())

    def _figures(self, reply: ChatReply | None) -> str:
        if reply is None:
            return self.tr("interrupted")
        parts = [
            self.tr("{0} tokens").format(f"{reply.tokens:,}"),
            self.tr("{0} tokens/s").format(f"{reply.tokens_per_second:.1f}"),
            self.tr("first after {0} s").format(f"{reply.first_token_s:.2f}"),
        ]
        if reply.finish == "length":
            parts.append(self.tr("cut at the most tokens allowed"))
        elif reply.finish == "cancelled":
            parts.append(self.tr("stopped"))
        return " · ".join(parts)
