"""One turn of a conversation: the user's words, or an answer with its figures and what can be done with it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.state.model import ChatTurn
from app.ui import icons
from app.ui.flow import FlowLayout
from app.ui.theme import Size, Space, colors_of
from app.ui.widgets import (
    Card,
    Fold,
    KeyValueRow,
    Skeleton,
    caption_label,
    chip,
    clear_layout,
    icon_button,
    secondary_button,
    set_accessible,
)
from app.views.chat_parts import AnswerParts, CallPart, taken_apart
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


class VersionSwitch(QWidget):
    """Which of several wordings is shown: back, number, forth."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = self._count = 0
        self.back = icon_button("chevron-left", self.tr("The version before"))
        self.forth = icon_button("chevron-right", self.tr("The version after"))
        self.number = caption_label()
        self.number.setWordWrap(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for part in (self.back, self.number, self.forth):
            row.addWidget(part)
        self.back.clicked.connect(lambda: self.chosen.emit(self._at - 1))
        self.forth.clicked.connect(lambda: self.chosen.emit(self._at + 1))
        self.hide()

    def show_turn(self, turn: ChatTurn, *, usable: bool) -> None:
        """Show where ``turn`` stands among its versions; nothing where there is only one."""
        self._at, self._count = turn.chosen, len(turn.versions)
        self.number.setText(f"{self._at + 1} / {self._count}")
        self.back.setEnabled(usable and self._at > 0)
        self.forth.setEnabled(usable and self._at + 1 < self._count)
        self.setVisible(self._count > 1)


class CallCard(Card):
    """A function that the model calls, with its arguments."""

    def __init__(self, call: CallPart, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self.call = call
        self.setAccessibleName(self.tr("Calls {0}").format(call.name))
        self.body.addWidget(caption_label(self.tr("Calls {0}").format(call.name)))
        for name, value in call.arguments:
            self.body.addWidget(KeyValueRow(name, value))


class TurnView(QWidget):
    """Name, words, and a line of small actions beneath."""

    copy = Signal(str)
    version = Signal(int)

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
        self.versions = VersionSwitch()
        self.versions.chosen.connect(self.version)
        self.head.addWidget(self.versions)
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

    def show_turn(self, turn: ChatTurn, *, editable: bool, usable: bool = True) -> None:
        """Show ``turn``; only the last question, while nobody answers, can be changed."""
        self.versions.show_turn(turn, usable=usable)
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
        self._content = ""
        self.thoughts = Fold(self.tr("Thoughts"))
        self.thought_words = TextView(markdown=True)
        self.thought_words.copy_wanted.connect(self.copy)
        self.thoughts.body.addWidget(self.thought_words)
        self.thoughts.body.setContentsMargins(Space.L, 0, 0, 0)
        self.thoughts.hide()
        self.body.insertWidget(1, self.thoughts)
        self.calls: list[CallCard] = []
        self.call_list = QVBoxLayout()
        self.call_list.setSpacing(Space.S)
        self.body.addLayout(self.call_list)
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
        if turn.content != self._content:
            self.editor.hide()
        self._content = turn.content
        parts = taken_apart(turn.content)
        self.words.set_text(parts.said, streaming=streaming)
        self.words.setVisible(bool(parts.said))
        self._show_parts(parts, streaming=streaming)
        self.versions.show_turn(turn, usable=not streaming)
        self.waiting.setVisible(streaming and not turn.content)
        if streaming:
            self.figures.setText(self.tr("thinking…") if parts.thinking else self.tr("answering…"))
        else:
            self.figures.setText(self._figures(turn.reply))
        self.deeds.setVisible(not streaming and self.editor.isHidden())
        self.again.setVisible(last)
        self.take.setVisible(bool(parts.said))

    def set_name(self, who: str, *, hidden: bool) -> None:
        """Who answers; ``hidden``: nothing else may tell."""
        self.who.setText(who)
        self.words.setAccessibleName(who)
        self.figures.setVisible(not hidden)

    def _show_parts(self, parts: AnswerParts, *, streaming: bool) -> None:
        """Thoughts stay folded until somebody wants to read them."""
        self.thoughts.setVisible(bool(parts.thoughts))
        self.thought_words.set_text(parts.thoughts, streaming=streaming)
        if [card.call for card in self.calls] == list(parts.calls):
            return
        clear_layout(self.call_list)
        self.calls = [CallCard(call) for call in parts.calls]
        for card in self.calls:
            self.call_list.addWidget(card)

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
