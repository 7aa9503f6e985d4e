"""One real step beside what was counted: the button that makes it, how far it is, and what it took."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format
from app.ui.labels import caption_label, set_accessible
from app.ui.theme import Space
from app.ui.widgets import ErrorBanner, KeyValueRow, ProgressRow, secondary_button
from app.views import names
from app.views.train_words import phase_title
from engine.contract.results import Plan


class StepMeasure(QWidget):
    """Stands in the plan; hidden as long as there is none."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counted = KeyValueRow(self.tr("Counted before"))
        self.measured = KeyValueRow(self.tr("Measured in one step"))
        self.button = secondary_button(
            self.tr("Measure one step"),
            self.tr("Load the model and make one step on the longest batch; only the figure is kept"),
        )
        self.button.clicked.connect(lambda: intents.try_step())
        self.note = caption_label()
        self.progress = ProgressRow()
        self.progress.cancelled.connect(intents.cancel_try)
        self.error = ErrorBanner()
        self.anyway = secondary_button(
            self.tr("Measure anyway"),
            self.tr("The system may end the step, or become slow, if the memory is really too small"),
        )
        self.anyway.clicked.connect(lambda: intents.try_step(anyway=True))
        self.error.action_row.addWidget(self.anyway)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XS, 0, Space.XS)
        column.setSpacing(Space.S)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.button)
        line.addWidget(self.note, 1)
        for part in (self.counted, self.measured, self.progress, self.error):
            column.addWidget(part)
        column.addLayout(line)

    def render_state(self, state: AppState) -> None:
        """Show what is known of the draft's step."""
        plan, job = state.draft.plan, state.try_job
        self._show_figures(plan)
        self.progress.setVisible(job.active)
        if job.active:
            phase = job.phases[-1] if job.phases else None
            what = phase_title(phase.name) if phase is not None else names.job_title(job.kind)
            counting = phase is not None and phase.name == job.progress_name
            done, total = (job.progress_done, job.progress_total) if counting else (0.0, None)
            unit = job.progress_unit if counting else ""
            self.progress.set_progress(what, done, total, unit, eta_s=job.eta_s if counting else None)
            self.progress.cancel.setEnabled(job.status != "stopping")
        about_this = not job.active and state.try_recipe == state.draft.recipe
        error = job.error if about_this else None
        self.error.set_error(error)
        refused = error is not None and "needed_bytes" in error.details
        self.anyway.setVisible(refused)
        self.error.action_part.setVisible(refused)
        why = self._why_not(state)
        self.button.setVisible(not job.active)
        self.button.setEnabled(not why)
        self.note.setText("" if job.active else why)
        self.note.setVisible(bool(why) and not job.active)
        set_accessible(self.button, self.button.text(), why or self.button.toolTip())

    def _show_figures(self, plan: Plan | None) -> None:
        tried = plan is not None and plan.tried
        self.counted.setVisible(tried)
        self.measured.setVisible(tried)
        if plan is not None and tried:
            off = plan.memory_bytes / max(1, plan.predicted_bytes) - 1.0
            self.counted.set_value(format.size(plan.predicted_bytes))
            self.measured.set_value(f"{format.size(plan.memory_bytes)} ({off:+.0%})")

    def _why_not(self, state: AppState) -> str:
        if state.train.job.active:
            return self.tr("A run is in progress and holds the memory.")
        if not (state.draft.recipe.get("data") or {}).get("sources"):
            return self.tr("The longest batch is known when there is a dataset.")
        if state.draft.errors:
            return self.tr("The recipe has faults; mend them first.")
        return ""
