"""The Chat page: one prompt to the base and to the tuned model, their answers side by side."""

import random

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.state.model import AppState, ChatState
from app.state.store import Store
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    Card,
    EmptyState,
    chip,
    chip_label,
    clear_layout,
    scrolled,
    secondary_button,
    title_label,
)
from app.views.chat_column import Column, ModelMenu
from app.views.chat_composer import Composer
from app.views.chat_conversations import ConversationsPopup
from app.views.chat_facts import BeforeAfterCard, ReferenceCard
from app.views.chat_heldout import ROWS_SHOWN, HeldOut, read_heldout
from app.views.chat_models import Pair, Side, pair_on_offer
from app.views.chat_sampling import SamplingCard
from app.views.chat_server import ServerDialog
from app.views.chat_vote import VoteBar
from app.views.export_evaluation import evaluation_of

PROMPT_WIDTH = 420  # pixels of a held-out question in its menu
SIDE_WIDTH, SIDE_NARROW = 248, 212  # of the panel at the right
_NARROW = 1080  # a page below this width gives the room to the columns


class ChatHeader(QWidget):
    """Title, what is equal on both sides, and what can be done with the whole conversation."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        title = title_label(self.tr("Chat"))
        title.setWordWrap(False)
        self.same = chip_label(
            "", "neutral", self.tr("Both models get the same words and draw with the same luck")
        )
        self.heldout = secondary_button(
            self.tr("Try a held-out row") + " ▾", self.tr("Take a question that the model was not trained on")
        )
        self.heldout_menu = QMenu(self.heldout)
        self.heldout_menu.setToolTipsVisible(True)
        self.heldout.setMenu(self.heldout_menu)
        blind = chip(
            self.tr("Blind vote"),
            clickable=True,
            tooltip=self.tr("Compare the answers without knowing whose they are, and vote"),
        )
        assert isinstance(blind, QPushButton)
        self.blind = blind
        self.blind.setCheckable(True)
        self.blind.clicked.connect(intents.set_blind)
        self.past = secondary_button(
            self.tr("Conversations") + " ▾", self.tr("Find and open what was talked about before")
        )
        self.past.clicked.connect(self._open_past)
        self.past_popup = ConversationsPopup(intents, self)
        self.new = secondary_button(
            self.tr("New conversation"), self.tr("Begin anew on both sides; the models stay loaded")
        )
        self.new.clicked.connect(self._intents.clear_chat)
        self.save = secondary_button(
            self.tr("Save conversation") + " ▾", self.tr("Write both conversations to a file")
        )
        menu = QMenu(self.save)
        self.as_markdown = menu.addAction(self.tr("To read: Markdown…"))
        self.as_json = menu.addAction(self.tr("For programs: JSON with the sampling…"))
        self.as_markdown.triggered.connect(lambda: self._save("conversation.md", "Markdown (*.md)"))
        self.as_json.triggered.connect(lambda: self._save("conversation.json", "JSON (*.json)"))
        self.save.setMenu(menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(title)
        row.addSpacing(Space.XS)
        row.addWidget(self.same)
        row.addWidget(self.blind)
        row.addStretch(1)
        for button in (self.heldout, self.past, self.new, self.save):
            row.addWidget(button)

    def show_chat(self, chat: ChatState) -> None:
        """Show the seed, and what can be done now."""
        self.past_popup.show_kept(chat.kept)
        loaded = bool(chat.base.model and chat.tuned.model)
        self.blind.setEnabled(loaded or chat.blind.on)
        self.blind.setChecked(chat.blind.on)
        self.same.setText(self.tr("same prompt, same seed {0}").format(chat.sampling.seed))
        said = bool(chat.base.turns or chat.tuned.turns)
        self.new.setEnabled(said)
        self.save.setEnabled(said)

    def _open_past(self) -> None:
        self.past_popup.open_under(self.past)

    def _save(self, name: str, filters: str) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save conversation"), name, filters)
        if path:
            self._intents.save_chat(path)


class NothingLoaded(Card):
    """No model on either side: load both of a run with one click, or choose."""

    def __init__(self, store: Store, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._store, self._intents = store, intents
        self._pair: Pair | None = None
        self.empty: EmptyState | None = None

    def show_state(self, state: AppState) -> None:
        """Offer what there is to offer."""
        pair = pair_on_offer(state)
        if self.empty is not None and pair == self._pair:
            return
        self._pair = pair
        clear_layout(self.body)
        self.empty = self._with_pair(pair) if pair else self._without()
        self.body.addWidget(self.empty)

    def _with_pair(self, pair: Pair) -> EmptyState:
        words = self.tr("Ask both the same thing and read the answers side by side: {0} against {1}.")
        empty = EmptyState(
            "chat",
            self.tr("See what {0} has changed").format(pair.run),
            words.format(pair.base.title, pair.tuned.title),
            self.tr("Load both"),
        )
        empty.clicked.connect(self.load_both)
        base = self._menu_button("base", self.tr("Choose a base model"))
        tuned = self._menu_button("tuned", self.tr("Choose a tuned model"))
        self._fill(empty, base, tuned)
        return empty

    def _without(self) -> EmptyState:
        empty = EmptyState(
            "chat",
            self.tr("Talk to a model"),
            self.tr(
                "When a run is finished, its base and its tuned model answer here side by side. "
                "Any model on this computer can be tried already."
            ),
            self.tr("Choose a model") + " ▾",
        )
        empty.button.setMenu(ModelMenu("base", lambda: self._store.state, self._intents, empty.button))
        data = secondary_button(
            self.tr("Prepare a run"), self.tr("Go to the Data page and begin with your own rows")
        )
        data.clicked.connect(lambda: self._intents.show_page("data"))
        self._fill(empty, data)
        return empty

    def _menu_button(self, side: Side, words: str) -> QPushButton:
        button = secondary_button(words + " ▾", self.tr("Any model of this computer, or a file"))
        button.setMenu(ModelMenu(side, lambda: self._store.state, self._intents, button))
        return button

    def _fill(self, empty: EmptyState, *buttons: QPushButton) -> None:
        empty.extra.addStretch(1)
        for button in buttons:
            empty.extra.addWidget(button)
        empty.extra.addStretch(1)

    def load_both(self) -> None:
        """Load base and tuned model of the run on offer."""
        if self._pair is not None:
            self._intents.load_chat("base", self._pair.base.path)
            self._intents.load_chat("tuned", self._pair.tuned.path)


class ChatPage(QWidget):
    """Two columns, the composer beneath them, the figures at the right."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._store, self._intents, self._theme = store, intents, theme
        self._chat: ChatState | None = None
        self._rows: tuple[HeldOut, ...] = ()
        self._asked = HeldOut("")
        self.header = ChatHeader(intents)
        self.header.heldout_menu.aboutToShow.connect(self._fill_heldout)
        self.nothing = NothingLoaded(store, intents)
        self.base = Column("base", lambda: store.state, intents)
        self.tuned = Column("tuned", lambda: store.state, intents)
        self.tuned.set_tone("accent")
        self.composer = Composer(intents)
        self.vote = VoteBar(intents)
        self.sampling = SamplingCard(intents)
        self.reference = ReferenceCard()
        self.facts = BeforeAfterCard()
        self.stop = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self.stop.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.stop.activated.connect(intents.stop_chat)
        self._lay_out()

    def _lay_out(self) -> None:
        both = QWidget()
        columns = self.columns = QHBoxLayout(both)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(Space.L)
        columns.addWidget(self.base, 1)
        columns.addWidget(self.tuned, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(both)
        talk = QVBoxLayout()
        talk.setSpacing(Space.M)
        talk.addWidget(self.stack, 1)
        talk.addWidget(self.vote)
        talk.addWidget(self.composer)
        panel = QWidget()
        side = QVBoxLayout(panel)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(Space.L)
        for card in (self.sampling, self.reference, self.facts):
            side.addWidget(card)
        side.addStretch(1)
        self.panel = scrolled(panel)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addLayout(talk, 1)
        row.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L + 2, Space.XL, Space.L)
        column.setSpacing(Space.L)
        column.addWidget(self.header)
        column.addLayout(row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setFixedWidth(SIDE_NARROW if self.width() < _NARROW else SIDE_WIDTH)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        empty = self.nothing.empty
        if self.stack.currentIndex() == 0 and empty is not None:
            empty.button.setFocus()
        else:
            self.composer.input.setFocus()

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``; called on each change while the page is visible."""
        chat = state.chat
        empty = not (chat.base.model or chat.tuned.model)
        if empty:
            self.nothing.show_state(state)
        else:
            self._place_columns(chat.blind.on and chat.blind.swapped)
            self.base.show_state(state)
            self.tuned.show_state(state)
        self.stack.setCurrentIndex(0 if empty else 1)
        self.facts.show_report(evaluation_of(state).evaluation)
        self._show_reference(chat)
        if chat is not self._chat:
            self._chat = chat
            for dialog in self.findChildren(ServerDialog):
                dialog.show_state(state)
            self.header.show_chat(chat)
            self.composer.show_state(state)
            self.vote.show_state(state)
            self.sampling.show_sampling(chat.sampling)
            self.stop.setEnabled("answering" in (chat.base.status, chat.tuned.status))

    def _place_columns(self, swapped: bool) -> None:
        first = self.tuned if swapped else self.base
        if self.columns.indexOf(first) != 0:
            self.columns.removeWidget(first)
            self.columns.insertWidget(0, first, 1)

    # ------------------------------------------------------------ held-out rows

    def _fill_heldout(self) -> None:
        menu = self.header.heldout_menu
        menu.clear()
        self._rows = read_heldout(self._store.state.train.job.run_dir)
        if not self._rows:
            menu.addAction(self.tr("There is no held-out row")).setEnabled(False)
            return
        menu.addAction(self.tr("Any of {0}").format(len(self._rows))).triggered.connect(
            lambda: self.try_row(random.choice(self._rows))
        )
        menu.addSeparator()
        for row in self._rows[:ROWS_SHOWN]:
            words = " ".join(row.prompt.split())
            shown = menu.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, PROMPT_WIDTH)
            action = menu.addAction(shown.replace("&", "&&"))
            action.setToolTip(words)
            action.triggered.connect(lambda _=False, chosen=row: self.try_row(chosen))

    def try_row(self, row: HeldOut) -> None:
        """Put a held-out question into the composer and its expected answer beside it."""
        self._asked = row
        self.composer.compose(row.prompt)
        self._show_reference(self._store.state.chat)

    def _show_reference(self, chat: ChatState) -> None:
        """The expected answer stands while its question is written or is the last one asked."""
        turns = chat.tuned.turns or chat.base.turns
        last = next((turn.content for turn in reversed(turns) if turn.role == "user"), "")
        written = self.composer.input.toPlainText().strip()
        wanted = bool(self._asked.prompt) and self._asked.prompt in (last, written)
        self.reference.show_reference(self._asked.reference if wanted else "")
