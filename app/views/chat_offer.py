"""What can be done when a model does not fit into the memory: wait for the run, pause it, or use less."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, ChatSide
from app.ui import format as human
from app.ui.flow import FlowLayout
from app.ui.theme import Space
from app.ui.widgets import muted_label, secondary_button
from app.views.chat_models import Side
from engine.contract.errors import ErrorCode, ErrorInfo


def lacks_memory(error: ErrorInfo | None) -> bool:
    """Whether the engine refused to load a model because it would not fit, and said so in figures."""
    return error is not None and error.code == ErrorCode.OUT_OF_MEMORY and "needed_bytes" in error.details


class MemoryOffer(QWidget):
    """The ways out as buttons; only those that there are."""

    def __init__(self, side: Side, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._intents = side, intents
        self._column = ChatSide()
        self.wait = secondary_button(
            self.tr("Wait for the run"), self.tr("Load the model by itself when the run has ended")
        )
        self.pause = secondary_button(
            self.tr("Pause the run"),
            self.tr("The run writes a checkpoint and frees its memory; then the model is loaded"),
        )
        self.shorter = secondary_button(
            "", self.tr("The model then forgets the beginning of long conversations earlier")
        )
        self.smaller = secondary_button(
            "", self.tr("The same model in a smaller file; it answers a little worse")
        )
        self.anyway = secondary_button(
            self.tr("Load it anyway"), self.tr("The computer may become slow, or end the model")
        )
        self.wait.clicked.connect(lambda: intents.wait_for_memory(side, pause=False))
        self.pause.clicked.connect(lambda: intents.wait_for_memory(side, pause=True))
        self.shorter.clicked.connect(self._load_shorter)
        self.smaller.clicked.connect(lambda: intents.load_chat(side, str(self._details.get("smaller", ""))))
        self.anyway.clicked.connect(lambda: intents.load_chat_with(side, anyway=True))
        flow = FlowLayout(self, spacing=Space.S, line_spacing=Space.S)
        for button in (self.wait, self.pause, self.shorter, self.smaller, self.anyway):
            flow.addWidget(button)

    @property
    def _details(self) -> dict[str, Any]:
        return self._column.error.details if self._column.error is not None else {}

    def show_state(self, state: AppState, column: ChatSide) -> None:
        """Show what can be done for ``column`` now."""
        self._column = column
        self.setVisible(lacks_memory(column.error) and column.status == "failed")
        live = state.train.job.active
        context, smaller = self._details.get("context_tokens"), self._details.get("smaller")
        self.wait.setVisible(live)
        self.pause.setVisible(live and state.train.job.status == "running")
        self.anyway.setVisible(not live)
        self.shorter.setVisible(isinstance(context, int))
        if isinstance(context, int):
            self.shorter.setText(self.tr("Shorter context ({0} tokens)").format(f"{context:,}"))
        self.smaller.setVisible(isinstance(smaller, str))
        if isinstance(smaller, str):
            size = human.size(int(self._details.get("smaller_bytes", 0)))
            self.smaller.setText(self.tr("Take {file} ({size})").format(file=Path(smaller).name, size=size))

    def _load_shorter(self) -> None:
        self._intents.load_chat_with(self._side, context_tokens=int(self._details["context_tokens"]))


class WaitingView(QWidget):
    """The model is loaded when the run has ended or paused."""

    def __init__(self, side: Side, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = muted_label("")
        self.cancel = secondary_button(self.tr("Do not wait"), self.tr("Leave this side empty"))
        self.cancel.clicked.connect(lambda: intents.stop_waiting(side))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.words)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def show_state(self, state: AppState, title: str) -> None:
        """Say what is waited for."""
        run = state.train.name or state.train.run_id
        if state.train.job.status == "pausing":
            words = self.tr("{model} is loaded as soon as {run} has written its checkpoint and paused.")
        else:
            words = self.tr("{model} is loaded by itself as soon as {run} has ended.")
        self.words.setText(words.format(model=title, run=run))
