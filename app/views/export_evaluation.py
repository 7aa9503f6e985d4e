"""What training changed, measured on rows it never saw: loss, perplexity, and answers side by side."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, ExportState
from app.ui import format as human
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ErrorBanner,
    KeyValueRow,
    ProgressRow,
    body_label,
    caption_label,
    icon_button,
    muted_label,
    secondary_button,
)
from app.views.train_words import innermost_phase, phase_title
from engine.contract.errors import ErrorCode
from engine.contract.evaluation import Answer, EvaluationReport


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
        self.prompt, self.before, self.after, self.reference = (body_label() for _ in range(4))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.XS)
        grid.addWidget(self.where, 0, 0)
        grid.addWidget(self.previous, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.next, 0, 2)
        grid.addWidget(self.prompt, 1, 0, 1, 3)
        rows = (
            (self.tr("Before"), self.before),
            (self.tr("After"), self.after),
            (self.tr("Wanted"), self.reference),
        )
        for row, (name, text) in enumerate(rows):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption_label(name), 2 + 2 * row, 0, 1, 3)
            grid.addWidget(text, 3 + 2 * row, 0, 1, 3)
        grid.setColumnStretch(0, 1)

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
        self.previous.setEnabled(self._index > 0)
        self.next.setEnabled(self._index < len(self._answers) - 1)


class EvaluationCard(Card):
    """Measures on demand and shows the figures."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Before and after"), parent)
        self.measure = secondary_button(
            self.tr("Measure"),
            self.tr("Loss and answers of the base and the trained model on the held-out rows"),
        )
        self.measure.clicked.connect(intents.evaluate)
        self.header.addWidget(self.measure)
        self.note = muted_label(self.tr("What changed, measured on rows that were never trained."))
        self.error = ErrorBanner()
        self.progress = ProgressRow()
        self.progress.cancelled.connect(intents.cancel_export)
        self.loss = KeyValueRow(self.tr("Held-out loss"))
        self.perplexity = KeyValueRow(self.tr("Perplexity"))
        self.rows = KeyValueRow(self.tr("Rows measured"))
        self.answers = AnswersView()
        for part in (
            self.note,
            self.error,
            self.progress,
            self.loss,
            self.perplexity,
            self.rows,
            self.answers,
        ):
            self.body.addWidget(part)

    def show_state(self, export: ExportState) -> None:
        """Show the evaluation of the open run: not yet, running, failed or done."""
        job, report = export.evaluation_job, export.evaluation
        self.measure.setEnabled(not job.active)
        self.measure.setText(self.tr("Measure again") if report else self.tr("Measure"))
        self.progress.setVisible(job.active)
        if job.active:
            phase = innermost_phase(job) or job.progress_name
            words = phase_title(phase) if phase else self.tr("Starting the engine")
            self.progress.set_progress(
                words, job.progress_done, job.progress_total, job.progress_unit, eta_s=job.eta_s
            )
        failed = job.error if job.error and job.error.code != ErrorCode.CANCELLED else None
        self.error.set_error(failed)
        self.note.setVisible(report is None and not job.active and failed is None)
        for part in (self.loss, self.perplexity, self.rows):
            part.setVisible(report is not None)
        self.answers.show_answers(report.answers if report else ())
        if report is not None:
            self._show_figures(report)

    def _show_figures(self, report: EvaluationReport) -> None:
        better = report.loss_after <= report.loss_before
        arrow = "▼" if better else "▲"
        self.loss.set_value(
            f"{report.loss_before:.3f} → {report.loss_after:.3f} {arrow}", "success" if better else "danger"
        )
        self.perplexity.set_value(f"{report.perplexity_before:,.2f} → {report.perplexity_after:,.2f}")
        self.rows.set_value(human.number(report.rows))


def evaluation_of(state: AppState) -> ExportState:
    """The export state if it belongs to the open run, else an empty one."""
    same = state.export.run_dir == state.train.job.run_dir
    return state.export if same else ExportState()
