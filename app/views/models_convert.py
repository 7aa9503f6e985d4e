"""A model that is being made trainable: how far, how to stop it, and why it failed."""

from PySide6.QtWidgets import QWidget

from app.actions.intents import Intents
from app.state.model import JobState
from app.ui.widgets import Card, ErrorBanner, ProgressRow


class ConvertCard(Card):
    """Hidden while nothing is converted."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self.progress = ProgressRow()
        self.progress.cancel.setToolTip(self.tr("Stop; nothing of the conversion is kept"))
        self.progress.cancelled.connect(intents.cancel_convert)
        self.error = ErrorBanner()
        self.body.addWidget(self.progress)
        self.body.addWidget(self.error)

    def render_state(self, job: JobState) -> None:
        """Show the conversion that runs, or what ended the last one."""
        failed = job.error if not job.active else None
        self.setVisible(job.active or failed is not None)
        self.progress.setVisible(job.active)
        self.error.set_error(failed)
        if not job.active:
            return
        stopping = job.status == "stopping"
        name = job.run_dir.replace("\\", "/").rstrip("/").rpartition("/")[2]
        what = self.tr("Stopping…") if stopping else self.tr("Converting {0}").format(name)
        self.progress.set_progress(
            what, job.progress_done, job.progress_total, job.progress_unit, eta_s=job.eta_s
        )
        self.progress.cancel.setEnabled(not stopping)
