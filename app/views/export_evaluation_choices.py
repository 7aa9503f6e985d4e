"""What an evaluation shall measure, chosen before it starts."""

from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from app.state.model import AppState
from app.ui.labels import pad_spin_box, set_accessible
from app.ui.theme import Space
from app.ui.widgets import Switch, body_label
from app.views.chat_models import choices
from engine.contract.evaluation import EvaluationWish, JudgeWish


class ChoicesPanel(QWidget):
    """Defaults and limits are those that the wish declares."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual, declared = EvaluationWish(), EvaluationWish.model_json_schema()["properties"]
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        self.answers = self._number(declared["answers"], usual.answers)
        self._row(
            self.tr("Answers to compare"),
            self.answers,
            self.tr("Held-out questions that both models answer; 0 measures the loss only"),
        )
        self.max_tokens = self._number(declared["max_tokens"], usual.max_tokens)
        self._row(
            self.tr("Longest answer"), self.max_tokens, self.tr("Tokens after which an answer is cut off")
        )
        self.pattern = QLineEdit(usual.pattern)
        self.pattern.setMaxLength(declared["pattern"]["maxLength"])
        self.pattern.setPlaceholderText(self.tr("none"))
        self._row(
            self.tr("Pattern"),
            self.pattern,
            self.tr("A regular expression that answers should match, as in ^Answer: \\d+$"),
        )
        self.probe = Switch(self.tr("General questions"))
        self.probe.set_on(usual.probe)
        self._row(
            self.tr("General questions"),
            self.probe,
            self.tr("Ask questions that have nothing to do with the data, to see what was forgotten"),
        )
        self._add_judge()

    def _add_judge(self) -> None:
        self.judge = QComboBox()
        self.judge.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.judge.addItem(self.tr("nobody"), "")
        self._judges: tuple[tuple[str, str], ...] = ()
        self._row(
            self.tr("Judge"),
            self.judge,
            self.tr(
                "A model that compares both answers in pairs; a server's model gets the questions and the answers"
            ),
        )

    def show_judges(self, state: AppState) -> None:
        """Offer every model that can be talked to; the chosen one stays chosen."""
        known = tuple((choice.title, choice.path) for choice in choices(state, "base"))
        if known == self._judges:
            return
        self._judges = known
        chosen = self.judge.currentData()
        self.judge.clear()
        self.judge.addItem(self.tr("nobody"), "")
        for title, path in known:
            self.judge.addItem(title, path)
        self.judge.setCurrentIndex(max(0, self.judge.findData(chosen)))

    @staticmethod
    def _number(declared: dict[str, Any], usual: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(declared["minimum"], declared["maximum"])
        box.setValue(usual)
        pad_spin_box(box)
        return box

    def _row(self, words: str, control: QWidget, tooltip: str) -> None:
        set_accessible(control, words, tooltip)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        name = body_label(words)
        name.setToolTip(tooltip)
        row.addWidget(name, 1)
        row.addWidget(control, 0 if isinstance(control, Switch) else 1)
        self._column.addLayout(row)

    def wish(self) -> EvaluationWish:
        """What is chosen now."""
        judge = str(self.judge.currentData() or "")
        return EvaluationWish(
            answers=self.answers.value(),
            max_tokens=self.max_tokens.value(),
            pattern=self.pattern.text().strip(),
            probe=self.probe.isChecked(),
            judge=JudgeWish(model=judge) if judge else None,
        )
