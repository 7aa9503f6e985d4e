"""What training changed, measured on rows it never saw and on general questions, before and after."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.actions.intents import Intents
from app.state.model import AppState, ExportState, JobState
from app.ui import format as human
from app.ui.theme import Theme
from app.ui.widgets import (
    Card,
    ErrorBanner,
    Fold,
    ProgressRow,
    caption_label,
    muted_label,
    rule,
    secondary_button,
)
from app.views.export_evaluation_answers import AnswersView
from app.views.export_evaluation_choices import ChoicesPanel
from app.views.export_evaluation_figures import FiguresTable
from app.views.export_evaluation_save import SaveButton
from app.views.export_evaluation_verdicts import ForgettingPanel, JudgementPanel, OverfittingPanel
from app.views.train_words import innermost_phase, phase_title
from engine.contract.errors import ErrorCode
from engine.contract.evaluation import EvaluationReport


class EvaluationCard(Card):
    """Measures on demand and shows the report that the run's folder keeps."""

    def __init__(self, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Before and after"), parent)
        self._intents = intents
        self.measure = secondary_button(
            self.tr("Measure"),
            self.tr("Figures and answers of the base and the trained model on the held-out rows"),
        )
        self.measure.clicked.connect(self._measure)
        self.save = SaveButton(intents)
        self.header.addWidget(self.save)
        self.header.addWidget(self.measure)
        self.note = muted_label(self.tr("What changed, measured on rows that were never trained."))
        self.options = Fold(self.tr("What to measure"))
        self.choices = ChoicesPanel()
        self.options.body.addWidget(self.choices)
        self.error = ErrorBanner()
        self.progress = ProgressRow()
        self.progress.cancelled.connect(intents.cancel_export)
        self.about = caption_label()
        self.figures = FiguresTable()
        self.overfitting = OverfittingPanel(theme)
        self.forgetting = ForgettingPanel()
        self.judgement = JudgementPanel()
        self.answers_rule = rule()
        self.answers = AnswersView()
        for part in (
            self.note,
            self.options,
            self.error,
            self.progress,
            self.about,
            self.figures,
            self.overfitting,
            self.forgetting,
            self.judgement,
            self.answers_rule,
            self.answers,
        ):
            self.body.addWidget(part)

    def _measure(self) -> None:
        self._intents.evaluate(self.choices.wish())

    def show_state(self, export: ExportState, state: AppState) -> None:
        """Show the evaluation of the open run: not yet, running, failed or done."""
        self.choices.show_judges(state)
        job, report = export.evaluation_job, export.evaluation
        self.measure.setEnabled(not job.active)
        self.measure.setText(self.tr("Measure again") if report else self.tr("Measure"))
        self.options.setVisible(not job.active)
        self._show_progress(job)
        failed = job.error if job.error and job.error.code != ErrorCode.CANCELLED else None
        self.error.set_error(failed)
        self.note.setVisible(report is None and not job.active and failed is None)
        self.about.setVisible(report is not None)
        self.save.setVisible(report is not None and not job.active)
        if report is not None:
            self.about.setText(self._about(report))
            self.save.show_name(export.run_dir, report.run)
        self.figures.show_measures(report.measures if report else ())
        self.overfitting.show_overfitting(report.overfitting if report else None)
        self.forgetting.show_forgetting(report.forgetting if report else None)
        self.judgement.show_judgement(report.judgement if report else None)
        self.answers.show_answers(report.answers if report else ())
        self.answers_rule.setVisible(bool(report and report.answers))

    def _show_progress(self, job: JobState) -> None:
        self.progress.setVisible(job.active)
        if not job.active:
            return
        phase = innermost_phase(job) or job.progress_name
        words = phase_title(phase) if phase else self.tr("Starting the engine")
        detail = next((mark.detail for mark in reversed(job.phases) if mark.seconds is None), "")
        side = {"before": self.tr("base model"), "after": self.tr("trained model")}.get(detail, "")
        if side:
            words = self.tr("{what}: {side}").format(what=words, side=side)
        if job.status == "stopping":
            words = self.tr("Cancelling")
        self.progress.set_progress(
            words, job.progress_done, job.progress_total, job.progress_unit, eta_s=job.eta_s
        )
        self.progress.cancel.setEnabled(job.status != "stopping")

    def _about(self, report: EvaluationReport) -> str:
        rows = self.tr("{rows} test rows") if report.split == "test" else self.tr("{rows} held-out rows")
        parts = [rows.format(rows=human.number(report.rows))]
        if report.answered:
            parts.append(self.tr("{count} of them answered").format(count=human.number(report.answered)))
        if report.created:
            parts.append(human.ago(report.created))
        return " · ".join(parts)


def evaluation_of(state: AppState) -> ExportState:
    """The export state of the open run, else an empty one, with the evaluation that the run's folder keeps."""
    same = state.export.run_dir == state.train.job.run_dir
    found = state.export if same else ExportState()
    if found.evaluation is None and not found.evaluation_job.active:  # what the folder kept of last time
        found = replace(found, run_dir=state.train.job.run_dir, evaluation=state.train.evaluation)
    return found
