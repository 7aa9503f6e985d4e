"""Under the two answers of a blind vote: which is better, and afterwards whose they were."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui.theme import Space
from app.ui.widgets import Card, body_label, caption_label, secondary_button
from app.views.chat_models import title_of


class VoteBar(Card):
    """Shown while answers are blind."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self.setAccessibleName(self.tr("Blind vote"))
        self.words = body_label()
        self.tally = caption_label()
        self.left = secondary_button(self.tr("A is better"), self.tr("Vote for the left answer"))
        self.alike = secondary_button(self.tr("Alike"), self.tr("Neither answer is better"))
        self.right = secondary_button(self.tr("B is better"), self.tr("Vote for the right answer"))
        self.left.clicked.connect(lambda: intents.vote("left"))
        self.alike.clicked.connect(lambda: intents.vote("alike"))
        self.right.clicked.connect(lambda: intents.vote("right"))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.words, 1)
        row.addWidget(self.tally)
        for button in (self.left, self.alike, self.right):
            row.addWidget(button)
        self.body.addLayout(row)
        self.hide()

    def show_state(self, state: AppState) -> None:
        """Show what can be voted on, or whose the answers were."""
        chat, blind = state.chat, state.chat.blind
        self.setVisible(blind.on)
        if not blind.on:
            return
        sides = (chat.base, chat.tuned)
        there = all(side.status == "ready" and side.turns for side in sides)
        open_vote = not blind.revealed
        for button in (self.left, self.alike, self.right):
            button.setVisible(open_vote)
            button.setEnabled(open_vote and there)
        voted = blind.base + blind.alike + blind.tuned
        if open_vote:
            self.words.setText(
                self.tr("Which answer is better?") if there else self.tr("Both are answering…")
            )
        elif voted:
            left, right = ("tuned", "base") if blind.swapped else ("base", "tuned")
            words = self.tr("A was {0}, B was {1}.")
            self.words.setText(words.format(self._name(state, left), self._name(state, right)))
        else:
            self.words.setText(
                self.tr("Ask something: the answers come without names, in an order that is drawn.")
            )
        counts = self.tr("base {0} · alike {1} · tuned {2}").format(blind.base, blind.alike, blind.tuned)
        self.tally.setText(counts if voted and not open_vote else "")

    def _name(self, state: AppState, side: str) -> str:
        words = self.tr("the base model") if side == "base" else self.tr("the tuned model")
        title = title_of(state, "base" if side == "base" else "tuned")
        return f"{words} ({title})" if title else words
