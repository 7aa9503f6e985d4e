"""One side of the comparison: which model, its conversation, and what went wrong with it."""

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.state.model import AppState, ChatSide, ChatTurn
from app.ui.engine_text import engine_text
from app.ui.labels import elided
from app.ui.theme import Size, Space
from app.ui.widgets import (
    Card,
    ErrorBanner,
    ProgressRow,
    Skeleton,
    chip_label,
    muted_label,
    scrolled,
    secondary_button,
    section_label,
    set_accessible,
    set_property,
)
from app.views.chat_models import Choice, Side, choices, group_title, title_of, verification
from app.views.chat_offer import MemoryOffer, WaitingView
from app.views.chat_server import ServerDialog
from app.views.chat_turn import AnswerTurn, TurnView, UserTurn
from app.views.error_ways import WayButton


class ModelMenu(QMenu):
    """All models one side can load, filled when it opens."""

    def __init__(self, side: Side, state: Callable[[], AppState], intents: Intents, parent: QWidget) -> None:
        super().__init__(parent)
        self._side, self._state, self._intents = side, state, intents
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List what there is now."""
        self.clear()
        group = ""
        for choice in choices(self._state(), self._side):
            if choice.group != group:
                group = choice.group
                heading = self.addAction(group_title(choice.group))
                heading.setEnabled(False)
            self._add(choice)
        if self.actions():
            self.addSeparator()
        self.addAction(self.tr("Browse for a GGUF file…")).triggered.connect(self._browse_file)
        self.addAction(self.tr("Browse for a model folder…")).triggered.connect(self._browse_folder)
        self.addAction(self.tr("Connect to a server…")).triggered.connect(self.connect_server)

    def _add(self, choice: Choice) -> None:
        action = self.addAction(choice.title)
        action.setToolTip(choice.detail or choice.path)
        action.setData(choice.path)
        action.triggered.connect(lambda: self._intents.load_chat(self._side, choice.path))

    def connect_server(self) -> ServerDialog:
        """Open the dialog of servers."""
        dialog = ServerDialog(self._side, self._intents, self)
        dialog.show_state(self._state())
        dialog.show()
        return dialog

    def _browse_file(self) -> None:
        filters = self.tr("Models") + " (*.gguf)"
        path, _ = QFileDialog.getOpenFileName(self.parentWidget(), self.tr("Choose a GGUF file"), "", filters)
        if path:
            self._intents.load_chat(self._side, path)

    def _browse_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self.parentWidget(), self.tr("Choose a model folder"))
        if path:
            self._intents.load_chat(self._side, path)


class ModelChip(QPushButton):
    """The name of the loaded model, shortened to the room there is; a click offers others."""

    def __init__(self, menu: QMenu, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full, self._tooltip = "", tooltip
        self.setProperty("chip", True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(Space.XXL * 2)
        self.setMenu(menu)

    def set_title(self, title: str, path: str) -> None:
        """Show another model."""
        self._full = f"{title} ▾"
        set_accessible(self, title, "\n".join(part for part in (path, self._tooltip) if part))
        self.updateGeometry()
        self._elide()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + Space.XL, Size.CHIP)

    def minimumSizeHint(self) -> QSize:
        return QSize(Space.XXL * 2, Size.CHIP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = max(self.width() - Space.XL, Space.XXL)
        title = self._full.removesuffix(" ▾")
        arrow = self.fontMetrics().horizontalAdvance(" ▾")
        shown = self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room - arrow + 2)
        if self.text() != f"{shown} ▾":
            self.setText(f"{shown} ▾")


class LoadingView(QWidget):
    """A model is being read: its name, how long it has taken, and grey lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.L)
        self.progress = ProgressRow(cancellable=False)
        column.addWidget(self.progress)
        column.addWidget(Skeleton(4))
        column.addStretch(1)
        self._title = ""
        self._since = QElapsedTimer()
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._tick)

    def show_model(self, title: str) -> None:
        """Say which model is loaded."""
        if title != self._title or not self._timer.isActive():
            self._title = title
            self._since.start()
            self._timer.start()
            self._tick()

    def end(self) -> None:
        """It is there, or it failed."""
        self._timer.stop()

    def _tick(self) -> None:
        seconds = self._since.elapsed() // 1000
        words = elided(self, self.tr("Loading {0}").format(self._title), Qt.TextElideMode.ElideMiddle)
        self.progress.set_progress(words, seconds or 0.0, None, "")
        self.progress.how_much.setText(self.tr("{0} s").format(seconds) if seconds else "")


class Column(Card):
    """Base or tuned."""

    def __init__(
        self, side: Side, state: Callable[[], AppState], intents: Intents, parent: QWidget | None = None
    ) -> None:
        super().__init__(None, parent)
        self.side, self._intents = side, intents
        self.words = self.tr("Base") if side == "base" else self.tr("Tuned")
        self.setAccessibleName(self.words)
        self._seen: ChatSide | None = None
        self.turns: list[TurnView] = []
        self.menu = ModelMenu(side, state, intents, self)
        self._build_header()
        self._build_body()

    def _build_header(self) -> None:
        self.hidden = False
        title = self.title_label = section_label(self.words)
        title.setWordWrap(False)
        title.setMinimumHeight(Size.CHIP)
        self.model = ModelChip(self.menu, self.tr("Choose the model of this side"))
        self.verified = chip_label("")
        self.header.addWidget(title)
        self.header.addWidget(self.model)
        self.header.addWidget(self.verified)
        self.header.addStretch(1)

    def _build_body(self) -> None:
        self.banner = ErrorBanner()
        self.banner.hide()
        self.retry = secondary_button(self.tr("Try again"), self.tr("Load the same model once more"))
        self.other = secondary_button(
            self.tr("Another model") + " ▾", self.tr("Choose the model of this side")
        )
        self.other.setMenu(self.menu)
        self.way = WayButton(self._intents)
        self.banner.action_row.addWidget(self.way)
        self.banner.action_row.addWidget(self.retry)
        self.banner.action_row.addWidget(self.other)
        self.banner.action_row.addStretch(1)
        self.offer = MemoryOffer(self.side, self._intents)
        self.retry.clicked.connect(self._retry)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._make_empty())
        self.loading = LoadingView()
        self.stack.addWidget(self.loading)
        self._inner = QWidget()
        self.lines = QVBoxLayout(self._inner)
        self.lines.setContentsMargins(0, Space.S, Space.S, 0)
        self.lines.setSpacing(Space.L)
        self.lines.addStretch(1)
        self.area = scrolled(self._inner)
        self.area.setAccessibleName(self.tr("Conversation: {0}").format(self.words))
        bar = self.area.verticalScrollBar()
        bar.rangeChanged.connect(self._follow)
        bar.valueChanged.connect(self._moved)
        self._at_end = True
        self.stack.addWidget(self.area)
        self.waiting = WaitingView(self.side, self._intents)
        self.stack.addWidget(self.waiting)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.offer)
        self.body.addWidget(self.stack, 1)

    def _make_empty(self) -> QWidget:
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch(2)
        text = muted_label(self.tr("No model on this side yet."))
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.choose = secondary_button(
            self.tr("Choose a model") + " ▾", self.tr("Choose the model of this side")
        )
        self.choose.setMenu(self.menu)
        column.addWidget(text)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return empty

    # ------------------------------------------------------------ showing

    def show_state(self, state: AppState) -> None:
        """Show this side of ``state``."""
        column = state.chat.base if self.side == "base" else state.chat.tuned
        title = title_of(state, self.side)
        self._show_name(state)
        self.model.setVisible(bool(column.model) and not self.hidden)
        self.model.set_title(title, column.model)
        self._show_verification(state)
        if self.hidden:
            self.verified.hide()
        self.offer.show_state(state, column)
        self.waiting.show_state(state, title)
        if column is self._seen:
            return
        self._seen = column
        self.way.show_error(column.error)
        self.banner.set_error(column.error if column.status != "waiting" else None)
        self.retry.setText(self.tr("Ask again") if column.status == "ready" else self.tr("Try again"))
        self._show_turns(column)
        if column.status == "loading":
            self.loading.show_model(title)
            self.stack.setCurrentIndex(1)
            return
        self.loading.end()
        self.stack.setCurrentIndex({"empty": 0, "waiting": 3}.get(column.status, 2))

    def _show_name(self, state: AppState) -> None:
        """In a blind vote a column is called by its place, and its figures tell nothing either."""
        blind = state.chat.blind
        hidden = blind.on and not blind.revealed
        left = (self.side == "base") != blind.swapped
        name = (self.tr("Answer A") if left else self.tr("Answer B")) if blind.on else self.words
        if (name, hidden) == (self.title_label.text(), self.hidden):
            return
        self.hidden = hidden
        self.title_label.setText(name)
        self.setAccessibleName(name)
        self.set_tone("accent" if self.side == "tuned" and not blind.on else "")
        self._seen = None  # what stands there is shown anew
        for view in self.turns:
            if isinstance(view, AnswerTurn):
                view.set_name(name, hidden=hidden)

    def _show_verification(self, state: AppState) -> None:
        target = verification(state, self.side)
        status = target.verification.status if target else "skipped"
        words, tone = {
            "passed": (self.tr("✓ export verified"), "success"),
            "warning": (self.tr("⚠ export differs a little"), "warning"),
            "failed": (self.tr("✕ export differs"), "danger"),
            "skipped": ("", "neutral"),
        }[status]
        self.verified.setVisible(bool(words))
        if target is not None and words:
            self.verified.setText(words)
            set_property(self.verified, "tone", tone)
            self.verified.setToolTip(engine_text(target.verification.detail))

    def _show_turns(self, column: ChatSide) -> None:
        answering = column.status == "answering"
        turns = [*column.turns, ChatTurn("assistant", column.partial)] if answering else list(column.turns)
        for place, turn in enumerate(turns):
            self._show_turn(place, turn, turns, column)
        while len(self.turns) > len(turns):
            self._drop(self.turns.pop())
        if answering and not column.partial:
            self._at_end = True  # a new question: follow its answer

    def _show_turn(self, place: int, turn: ChatTurn, turns: list[ChatTurn], column: ChatSide) -> None:
        kind = UserTurn if turn.role == "user" else AnswerTurn
        if place < len(self.turns) and not isinstance(self.turns[place], kind):
            while len(self.turns) > place:
                self._drop(self.turns.pop())
        if place == len(self.turns):
            self._append(turn.role, sum(other.role == turn.role for other in turns[:place]))
        view = self.turns[place]
        ready = column.status == "ready"
        if isinstance(view, UserTurn):
            later = any(other.role == "user" for other in turns[place + 1 :])
            view.show_turn(turn, editable=ready and not later, usable=column.status != "answering")
        elif isinstance(view, AnswerTurn):
            last = place == len(turns) - 1
            streaming = column.status == "answering" and last
            view.show_turn(turn, streaming=streaming, last=last and ready)

    def _append(self, role: str, index: int) -> None:
        view: TurnView
        if role == "user":
            view = question = UserTurn()
            question.edited.connect(lambda text: self._intents.edit_turn(index, text))
        else:
            view = answer = AnswerTurn(self.title_label.text())
            answer.set_name(self.title_label.text(), hidden=self.hidden)
            answer.regenerate.connect(self._intents.regenerate)
            answer.corrected.connect(lambda text: self._intents.add_correction(self.side, index, text))
        place = len(self.turns)
        view.copy.connect(self._intents.copy_text)
        view.version.connect(lambda chosen: self._intents.choose_version(place, chosen))
        self.turns.append(view)
        self.lines.insertWidget(self.lines.count() - 1, view)

    def _drop(self, view: QWidget) -> None:
        self.lines.removeWidget(view)
        view.hide()
        view.deleteLater()

    # ------------------------------------------------------------ scrolling, retrying

    def _follow(self, _low: int, high: int) -> None:
        if self._at_end:
            self.area.verticalScrollBar().setValue(high)

    def _moved(self, value: int) -> None:
        self._at_end = value >= self.area.verticalScrollBar().maximum() - Space.S

    def _retry(self) -> None:
        if self._seen is None:
            return
        if self._seen.status == "ready":
            self._intents.regenerate()
        else:
            self._intents.load_chat(self.side, self._seen.model)
