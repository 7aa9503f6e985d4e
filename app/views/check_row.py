"""One row of the doctor's report, wherever it is shown: state, name, detail, and the way to mend it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.ui.engine_text import engine_text
from app.ui.labels import body_label, caption_label
from app.ui.theme import Space
from app.ui.widgets import IconLabel, secondary_button
from engine.contract.results import Check

_STATES = {"ok": ("success", "success"), "warning": ("warning", "warning"), "failed": ("error", "danger")}


class CheckRow(QWidget):
    """Green, or with a sentence and, where the window can do it, a button that mends it."""

    def __init__(self, check: Check, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = check
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        name, tone = _STATES[check.state]
        row.addWidget(IconLabel(name, tone=tone, size=16), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(body_label(engine_text(check.name)))
        words.addWidget(caption_label(engine_text(check.detail)))
        if check.fix:
            words.addWidget(caption_label("→ " + engine_text(check.fix)))
        row.addLayout(words, 1)
        self.button = self._remedy(intents)
        if self.button is not None:
            row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        state = {
            "ok": self.tr("in order"),
            "warning": self.tr("needs a look"),
            "failed": self.tr("must be mended"),
        }
        self.setAccessibleName(
            f"{engine_text(check.name)}: {state[check.state]}. {engine_text(check.detail)}"
        )

    def _remedy(self, intents: Intents) -> QWidget | None:
        if self.check.remedy == "install_starter":
            button = secondary_button(self.tr("Install"), self.tr("Install the starter model now"))
            button.clicked.connect(intents.install_starter)
            return button
        if self.check.remedy == "choose_places":
            button = secondary_button(
                self.tr("Choose folders"),
                self.tr("Keep models and runs on another disk or in another folder"),
            )
            button.clicked.connect(lambda: intents.show_welcome("places"))
            return button
        return None
