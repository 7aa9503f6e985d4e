"""Cards beside the conversation: what the held-out row expects, and what training changed in figures."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.ui import format as human
from app.ui.theme import Space
from app.ui.widgets import Card, KeyValueRow, body_label, caption_label, chip_label, set_property
from engine.contract.evaluation import EvaluationReport


class BeforeAfterCard(Card):
    """Held-out loss and perplexity of base and tuned model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("BeforeAfterCard", "Before and after"), parent)
        self.loss = KeyValueRow(self.tr("Held-out loss"))
        self.perplexity = KeyValueRow(self.tr("Perplexity"))
        self.loss.setToolTip(self.tr("On rows that were not trained on; lower is better"))
        self.perplexity.setToolTip(self.tr("How many words the model hesitates between; lower is better"))
        self.verdict = chip_label("")
        self.rows = caption_label()
        for part in (self.loss, self.perplexity, self.rows, self.verdict):
            self.body.addWidget(part)
        self.body.setSpacing(Space.XS)

    def show_report(self, report: EvaluationReport | None) -> None:
        """Show ``report``, or hide."""
        self.setVisible(report is not None)
        if report is None:
            return
        self.loss.set_value(f"{report.loss_before:.2f} → {report.loss_after:.2f}")
        self.perplexity.set_value(f"{report.perplexity_before:,.1f} → {report.perplexity_after:,.1f}")
        self.rows.setText(self.tr("{0} held-out rows").format(human.number(report.rows)))
        better = report.loss_after < report.loss_before
        share = 1 - report.loss_after / report.loss_before if report.loss_before else 0.0
        if better:
            self.verdict.setText(self.tr("✓ loss {0} lower").format(human.percent(share)))
        else:
            self.verdict.setText(self.tr("⚠ not better than the base"))
        set_property(self.verdict, "tone", "success" if better else "warning")


class ReferenceCard(Card):
    """The answer the dataset gives to the held-out question that was taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ReferenceCard", "Expected answer"), parent)
        self.words: QLabel = body_label()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self.words)
        self.hide()

    def show_reference(self, text: str) -> None:
        """Show ``text``, or hide."""
        self.words.setText(text)
        self.setVisible(bool(text))
