"""Where the user writes: the question, what both models are told beforehand, and the one button of the page."""

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from app.actions.intents import Intents
from app.state.model import CONTEXT_TOKENS, AppState, ChatSide
from app.ui.theme import Space
from app.ui.widgets import Card, caption_label, chip, primary_button, set_accessible, set_property

MOST_LINES = 5
SYSTEM_LINES = 3
SYSTEM_DELAY_MS = 500
NEARLY_FULL = 0.85


class GrowingEdit(QPlainTextEdit):
    """Several lines, as tall as what is written, up to a few lines."""

    submitted = Signal()

    def __init__(self, *, least: int = 1, most: int = MOST_LINES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(Space.XS / 2)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def _grow(self, *_: object) -> None:
        lines = max(
            self._least, min(self._most, math.ceil(self.document().size().height()))
        )  # counted in lines
        wanted = lines * self.fontMetrics().lineSpacing() + 2 * (self.frameWidth() + 2) + Space.XS
        if wanted != self.minimumHeight():
            self.setFixedHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)


class SystemEdit(QPlainTextEdit):
    """What both models are told before the conversation; told on after a moment of rest."""

    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ""
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * SYSTEM_LINES + Space.M)
        self._timer = QTimer(self, singleShot=True, interval=SYSTEM_DELAY_MS)
        self._timer.timeout.connect(self.flush)
        self.textChanged.connect(self._timer.start)

    def flush(self) -> None:
        """Tell on what was written and not told yet, now."""
        self._timer.stop()
        if self.toPlainText() != self._told:
            self._told = self.toPlainText()
            self.told.emit(self._told)

    def take(self, text: str) -> None:
        """Show ``text`` unless the user is writing."""
        if text != self.toPlainText() and not self._timer.isActive():
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            self._told = text


class Composer(Card):
    """Enter sends, Shift+Enter begins a line, Esc stops."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self._intents = intents
        self._busy = self._loading = self._waiting = False
        self._ready = 0
        self.setAccessibleName(self.tr("Your message"))
        self.input = GrowingEdit()
        self.input.setProperty("frameless", True)
        set_accessible(
            self.input, self.tr("Your message"), self.tr("Enter sends, Shift+Enter begins a new line")
        )
        self.input.submitted.connect(self.submit)
        self.input.textChanged.connect(self._changed)
        self.system = SystemEdit()
        self.system.setPlaceholderText(
            self.tr("What both models are told first, for example: You answer in one sentence.")
        )
        set_accessible(
            self.system, self.tr("System prompt"), self.tr("Both models read this before the conversation")
        )
        self.system.told.connect(intents.set_system)
        self.system.hide()
        system_chip = chip(
            "",
            clickable=True,
            tooltip=self.tr("Show or hide what both models are told before the conversation"),
        )
        assert isinstance(system_chip, QPushButton)
        self.system_chip = system_chip
        self.system_chip.setCheckable(True)
        self.system_chip.toggled.connect(self._toggle_system)
        self.meter = caption_label()
        self.hint = caption_label(self.tr("Enter sends · Esc stops"))
        self.send = primary_button("")
        self.send.clicked.connect(self.press)
        self._lay_out()

    def _lay_out(self) -> None:
        self.meter.setWordWrap(False)
        self.hint.setWordWrap(False)
        self.body.addWidget(self.system)
        self.body.addWidget(self.input)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.system_chip)
        row.addWidget(self.meter)
        row.addStretch(1)
        row.addWidget(self.hint)
        row.addWidget(self.send)
        self.body.addLayout(row)

    # ------------------------------------------------------------ showing

    def show_state(self, state: AppState) -> None:
        """Show what can be sent to whom."""
        chat = state.chat
        sides = (chat.base, chat.tuned)
        self._ready = sum(side.status == "ready" for side in sides)
        self._busy = any(side.status == "answering" for side in sides)
        self._loading = any(side.status in ("loading", "waiting") for side in sides)
        self.system.take(chat.system)
        words = " ".join(chat.system.split())
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, 120)
        self.system_chip.setText(self.tr("System: {0}").format(shown or self.tr("none")) + " ▾")
        self.system_chip.setAccessibleName(self.tr("System: {0}").format(words or self.tr("none")))
        self._show_meter(sides)
        self._show_button()
        if self._waiting and self._ready and not self._loading:
            self.submit()

    def _show_meter(self, sides: tuple[ChatSide, ...]) -> None:
        used = max(used_tokens(side) for side in sides)
        most = min((side.context_tokens for side in sides if side.model), default=CONTEXT_TOKENS)
        self.meter.setText(self.tr("{0} of {1} tokens").format(f"{used:,}", f"{most:,}"))
        self.meter.setToolTip(
            self.tr("How much of what the models can keep in mind the conversation has filled")
        )
        set_property(self.meter, "tone", "warning" if used > NEARLY_FULL * most else "")

    def _show_button(self) -> None:
        empty = not self.input.toPlainText().strip()
        if self._busy:
            text, tip, enabled = self.tr("Stop"), self.tr("End the answers, keeping what is said (Esc)"), True
        elif self._ready == 0:
            text = self.tr("Loading…") if self._loading else self.tr("Load a model first")
            tip, enabled = self.tr("Nobody can answer yet"), False
        else:
            text = self.tr("Send to both") if self._ready == 2 else self.tr("Send")
            tip = (
                self.tr("Write a message first")
                if empty
                else self.tr("Ask with the same words and the same seed (Enter)")
            )
            enabled = not empty
        self.send.setText(text)
        self.send.setEnabled(enabled)
        set_accessible(self.send, text, tip)
        self.input.setPlaceholderText(self.tr("Ask both…") if self._ready == 2 else self.tr("Ask…"))

    def _changed(self) -> None:
        self._waiting = False  # what is being written again is not sent by itself
        self._show_button()

    # ------------------------------------------------------------ doing

    def press(self) -> None:
        """The button: stop while somebody answers, else send."""
        if self._busy:
            self._intents.stop_chat()
        else:
            self.submit()

    def submit(self) -> None:
        """Send what is written to every model that is ready."""
        text = self.input.toPlainText().strip()
        self._waiting = bool(text) and self._loading and not self._ready  # goes out when the models are there
        if not text or self._busy or not self._ready:
            return
        self.system.flush()
        self.input.clear()
        self._intents.send_chat(text)

    def compose(self, text: str) -> None:
        """Put ``text`` where the user writes."""
        self.input.setPlainText(text)
        self.input.moveCursor(self.input.textCursor().MoveOperation.End)
        self.input.setFocus()

    def _toggle_system(self, shown: bool) -> None:
        self.system.setVisible(shown)
        if shown:
            self.system.setFocus()
        else:
            self.system.flush()


def used_tokens(side: ChatSide) -> int:
    """Tokens of the conversation as the engine counted them with the last answer; 0 before the first."""
    reply = next((turn.reply for turn in reversed(side.turns) if turn.reply is not None), None)
    return reply.prompt_tokens + reply.tokens if reply is not None else 0
