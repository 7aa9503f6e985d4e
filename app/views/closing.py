"""What to do with a run when the window closes."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.state.model import TrainState
from app.ui import format
from app.ui.labels import label, muted_label
from app.ui.theme import Size, Space
from app.ui.widgets import danger_button, primary_button, secondary_button

Choice = Literal["stay", "background", "keep", "discard"]


class CloseDialog(QDialog):
    """Keep training in the background, stop and keep, stop and discard, or do not close."""

    def __init__(self, train: TrainState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice: Choice = "stay"
        self.setWindowTitle(self.tr("A run is in progress"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.M)
        heading = label(self.tr("What should happen to the run?"), "heading")
        column.addWidget(heading)
        column.addWidget(muted_label(self._where(train)))
        column.addSpacing(Space.XS)
        background = primary_button(
            self.tr("Keep training in the background"),
            self.tr("The window closes, the run goes on. Luthier finds it again when you open it."),
        )
        keep = secondary_button(
            self.tr("Stop and keep"), self.tr("Writes a checkpoint and the adapter, then closes.")
        )
        discard = danger_button(
            self.tr("Stop and discard"), self.tr("Removes what this run has learnt, then closes.")
        )
        stay = secondary_button(self.tr("Don't close"), self.tr("Go back to the window."))
        choices: tuple[tuple[QWidget, Choice], ...] = (
            (background, "background"), (keep, "keep"), (discard, "discard"), (stay, "stay"),
        )  # fmt: skip
        for button, choice in choices:
            button.clicked.connect(lambda _=False, choice=choice: self._take(choice))  # type: ignore[attr-defined]
        column.addWidget(background)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(keep, 1)
        row.addWidget(discard, 1)
        column.addLayout(row)
        column.addWidget(stay)
        background.setDefault(True)
        background.setFocus(Qt.FocusReason.OtherFocusReason)
        self.buttons = {"background": background, "keep": keep, "discard": discard, "stay": stay}
        self.setFixedWidth(Size.DIALOG)

    def _where(self, train: TrainState) -> str:
        step = format.number(train.step)
        if not train.total_steps:
            return self.tr("{0} is training.").format(train.name or train.run_id)
        total = format.number(train.total_steps)
        words = self.tr("{0} is at step {1} of {2}.").format(train.name or train.run_id, step, total)
        left = train.job.eta_s
        return f"{words} {format.time_left(left)}." if left else words

    def _take(self, choice: Choice) -> None:
        self.choice = choice
        self.accept() if choice != "stay" else self.reject()
