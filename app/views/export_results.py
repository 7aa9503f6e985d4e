"""What an export left: where each file is, how large, and whether it still says what the trained model says."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    PathRow,
    caption_label,
    chip_label,
    secondary_button,
    set_property,
    strong_label,
)
from app.views.export_targets import short_name
from engine.contract.results import ExportedTarget, ExportReport, Verification


class ResultCard(Card):
    """One exported file or folder."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self.path_text = ""
        self.name = strong_label()
        self.status = chip_label("")
        self.chat = secondary_button(
            self.tr("Chat with it"), self.tr("Load it on the tuned side of the Chat page")
        )
        self.chat.clicked.connect(self._chat)
        self.path = PathRow("")
        self.path.reveal.connect(intents.reveal)
        self.path.copy.connect(intents.copy_text)
        self.figures = caption_label()
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.name)
        head.addWidget(self.status)
        head.addStretch(1)
        head.addWidget(self.chat)
        self.body.addLayout(head)
        self.body.addWidget(self.path)
        self.body.addWidget(self.figures)

    def show_target(self, target: ExportedTarget, *, chat: bool) -> None:
        """Show one result; ``chat`` when it can be talked to."""
        self.path_text = target.path
        self.name.setText(short_name(target.target))
        words, tone = self._status(target.verification)
        self.status.setText(words)
        set_property(self.status, "tone", tone)
        self.path.set_path(target.path, human.size(target.size_bytes))
        self.figures.setText(self._figures(target.verification))
        self.figures.setVisible(bool(self.figures.text()))
        self.chat.setVisible(chat and target.verification.status != "failed")

    def _status(self, found: Verification) -> tuple[str, str]:
        return {
            "passed": (self.tr("✓ verified"), "success"),
            "warning": (self.tr("▲ verified with a difference"), "warning"),
            "failed": (self.tr("✕ not verified"), "danger"),
            "skipped": (self.tr("○ not checked"), "neutral"),
        }[found.status]

    def _figures(self, found: Verification) -> str:
        words = []
        if found.prompts:
            words.append(self.tr("{count} held-out prompts").format(count=found.prompts))
        if found.prompt_tokens_equal is not None:
            equal, other = self.tr("same prompt tokens"), self.tr("the prompt tokens differ")
            words.append(equal if found.prompt_tokens_equal else other)
        if found.greedy_agreement is not None:
            text = self.tr("{share} of the first 32 answer tokens are equal")
            words.append(text.format(share=human.percent(found.greedy_agreement, 1)))
        return " · ".join([*words, engine_text(found.detail)] if found.detail else words)

    def _chat(self) -> None:
        self._intents.load_chat("tuned", self.path_text)
        self._intents.show_page("chat")


class ResultsPanel(QWidget):
    """A card a result, newest export only."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self.cards: list[ResultCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)

    def show_report(self, report: ExportReport | None, state: AppState) -> None:
        """Show what the newest export left."""
        targets = report.targets if report else ()
        self.setVisible(bool(targets))
        schema = state.engine.schema
        choices = [choice for item in (schema.export_targets if schema else ()) for choice in item.choices]
        parts = {
            choice.spelling for choice in choices if choice.bits_per_weight == 0.0
        }  # no model of their own
        while len(self.cards) < len(targets):
            card = ResultCard(self._intents)
            self.cards.append(card)
            self._column.addWidget(card)
        for index, card in enumerate(self.cards):
            card.setVisible(index < len(targets))
            if index < len(targets):
                card.show_target(targets[index], chat=targets[index].target not in parts)
