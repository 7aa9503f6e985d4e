"""Held-out questions one at a time, with the answers before and after training side by side and the wanted one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.ui.theme import Space
from app.ui.widgets import body_label, caption_label, icon_button, strong_label
from engine.contract.evaluation import Answer


class AnswersView(QWidget):
    """One held-out question at a time with both answers and the wanted one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: tuple[Answer, ...] = ()
        self._index = 0
        self.where = caption_label()
        self.previous = icon_button("chevron-left", self.tr("Previous question"))
        self.next = icon_button("chevron-right", self.tr("Next question"))
        self.previous.clicked.connect(lambda: self._go(-1))
        self.next.clicked.connect(lambda: self._go(1))
        self.prompt = strong_label()
        self.before_name, self.after_name = caption_label(), caption_label()
        self.before, self.after, self.reference = (body_label() for _ in range(3))
        for text in (self.prompt, self.before, self.after, self.reference):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.addWidget(self.where, 0, 0)
        grid.addWidget(self.previous, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.next, 0, 2)
        grid.addWidget(self.prompt, 1, 0, 1, 3)
        grid.addWidget(self.before_name, 2, 0)
        grid.addWidget(self.after_name, 2, 1, 1, 2)
        grid.addWidget(self.before, 3, 0)
        grid.addWidget(self.after, 3, 1, 1, 2)
        grid.addWidget(caption_label(self.tr("Wanted")), 4, 0, 1, 3)
        grid.addWidget(self.reference, 5, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def show_answers(self, answers: tuple[Answer, ...]) -> None:
        """Show ``answers``."""
        self.setVisible(bool(answers))
        if answers is not self._answers:
            self._answers, self._index = answers, 0
            self._show()

    def _go(self, by: int) -> None:
        self._index = min(max(self._index + by, 0), len(self._answers) - 1)
        self._show()

    def _show(self) -> None:
        if not self._answers:
            return
        answer = self._answers[self._index]
        text = self.tr("Question {number} of {total}")
        self.where.setText(text.format(number=self._index + 1, total=len(self._answers)))
        self.prompt.setText(answer.prompt)
        self.before.setText(answer.before or "–")
        self.after.setText(answer.after or "–")
        self.reference.setText(answer.reference or "–")
        self._show_preferred(answer)
        self.previous.setEnabled(self._index > 0)
        self.next.setEnabled(self._index < len(self._answers) - 1)

    def _show_preferred(self, answer: Answer) -> None:
        """The judge's choice stands over the answer it fell on."""
        chosen = self.tr("preferred by the judge")
        names = {
            "before": (self.before_name, self.tr("Before")),
            "after": (self.after_name, self.tr("After")),
        }
        for side, (name, words) in names.items():
            name.setText(f"{words} · ✓ {chosen}" if answer.preferred == side else words)
