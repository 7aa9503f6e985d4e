"""What the dataset amounts to: how it is split, and what is in it."""

from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format as human
from app.ui.labels import pad_spin_box
from app.ui.theme import Space
from app.ui.widgets import Card, KeyValueRow, Skeleton, caption_label, set_accessible

LARGEST_SHARE = 90.0


class SplitCard(Card):
    """Rows to train and rows to measure with."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Split"), parent)
        self._intents = intents
        self.train = KeyValueRow(self.tr("Train"))
        self.validation = KeyValueRow(self.tr("Validation"))
        self.share = QDoubleSpinBox()
        pad_spin_box(self.share)
        self.share.setRange(0.0, LARGEST_SHARE)
        self.share.setDecimals(1)
        self.share.setSuffix(" %")
        self.share.setKeyboardTracking(False)
        set_accessible(
            self.share,
            self.tr("Validation share"),
            self.tr("How many of the rows are held out to measure the training"),
        )
        self.share.valueChanged.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(caption_label(self.tr("Held out")))
        row.addStretch(1)
        row.addWidget(self.share)
        self.note = caption_label()
        self.body.addWidget(self.train)
        self.body.addWidget(self.validation)
        self.body.addLayout(row)
        self.body.addWidget(self.note)

    def show_state(self, state: AppState) -> None:
        """Show the draft's split."""
        report = state.data.report
        self.train.set_value(human.number(report.train_rows) if report else "–")
        self.validation.set_value(human.number(report.validation_rows) if report else "–")
        validation = state.draft.recipe.get("data", {}).get("validation") or {}
        own_file = validation.get("path")
        self.share.setEnabled(not own_file)
        if not self.share.hasFocus():
            self.share.blockSignals(True)
            self.share.setValue(100.0 * float(validation.get("ratio") or 0.0))
            self.share.blockSignals(False)
        if own_file:
            words = self.tr("Measured with {file}").format(file=own_file)
        elif not validation.get("ratio"):
            words = self.tr(
                "Without held-out rows nothing shows whether the model only memorises. 5 to 10 % is usual."
            )
        else:
            words = self.tr("Held-out rows are never trained on; equal rows stay on one side.")
        self.note.setText(words)

    def _choose(self, percent: float) -> None:
        self._intents.set_option("data.validation.ratio", round(percent / 100.0, 4))


class ContentsCard(Card):
    """Figures of the cleaned dataset."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What is in it"), parent)
        self.rows = KeyValueRow(self.tr("Rows"))
        self.tokens = KeyValueRow(self.tr("Tokens"))
        self.trained = KeyValueRow(self.tr("Trained"))
        self.chinese = KeyValueRow(self.tr("Chinese"))
        self.turns = KeyValueRow(self.tr("Turns"))
        self.waiting = Skeleton(3)
        self._lines = (self.rows, self.tokens, self.trained, self.chinese, self.turns)
        for line in (*self._lines, self.waiting):
            self.body.addWidget(line)

    def show_state(self, state: AppState) -> None:
        """Show the newest report."""
        report = state.data.report
        self.waiting.setVisible(report is None and "statistics" in state.data.busy)
        for line in self._lines:
            line.setVisible(report is not None)
        if report is None:
            return
        self.rows.set_value(human.number(report.rows))
        self.tokens.set_value(human.short_count(report.tokens))
        self.trained.set_value(
            human.short_count(report.trained_tokens), "" if report.trained_tokens else "danger"
        )
        self.chinese.set_value(human.percent(report.chinese_share))
        self.turns.set_value(f"{report.turns:.1f}")
