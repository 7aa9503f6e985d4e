"""The head of the Train page: which run this is, and how to steer it."""

import time

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, RunSummary
from app.state.summary import by_themselves
from app.ui.theme import Space, mono_font
from app.ui.widgets import ElidedLabel, caption_label, chip_label, secondary_button, set_property
from app.views.names import method_title, status_words
from app.views.train_words import last_checkpoint

RERUN = "luthier-engine run recipe.yaml"
RESUMABLE = ("paused", "stopped", "crashed", "failed")


class RunHeader(QWidget):
    """Name, state and buttons of the open run."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._run_id = ""
        self._run_dir = ""
        self._runs: tuple[RunSummary, ...] = ()
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.status = chip_label("")
        self.sub = ElidedLabel()
        self.sub.setProperty("role", "caption")
        self.rerun = caption_label(RERUN)
        self.rerun.setWordWrap(False)
        self.rerun.setFont(mono_font())
        self.rerun.setToolTip(
            self.tr("The recipe lies in the run's folder; this repeats the run without a window")
        )
        self._build_buttons()
        self._lay_out()

    def _build_buttons(self) -> None:
        self.runs = secondary_button(self.tr("Runs"), self.tr("Open another run with its curves"))
        self.runs_menu = QMenu(self.runs)
        self.runs_menu.aboutToShow.connect(self._fill_runs)
        self.runs.setMenu(self.runs_menu)
        self.pause = secondary_button(
            self.tr("Pause"), self.tr("Write a checkpoint, free the memory, and wait for Resume")
        )
        self.pause.clicked.connect(self._intents.pause_run)
        self.resume = secondary_button(
            self.tr("Resume"), self.tr("Go on exactly where the last checkpoint stands")
        )
        self.resume.clicked.connect(lambda: self._intents.resume_run(self._run_id))
        self.save = secondary_button(self.tr("Save now"), self.tr("Write a checkpoint and go on"))
        self.save.clicked.connect(self._intents.save_now)
        self.stop = secondary_button(self.tr("Stop") + " ▾", self.tr("End this run before its last step"))
        menu = QMenu(self.stop)
        self.stop_keep = QAction(self.tr("Stop and keep what was learnt"), menu)
        self.stop_keep.triggered.connect(lambda: self._intents.stop_run(keep=True))
        self.stop_discard = QAction(self.tr("Stop and discard the run"), menu)
        self.stop_discard.triggered.connect(lambda: self._intents.stop_run(keep=False))
        menu.addActions([self.stop_keep, self.stop_discard])
        self.stop.setMenu(menu)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        first = QHBoxLayout()
        first.setSpacing(Space.M)
        first.addWidget(self.title)
        first.addWidget(self.status)
        first.addStretch(1)
        words.addLayout(first)
        second = QGridLayout()
        second.setHorizontalSpacing(Space.XS)
        second.addWidget(self.sub, 0, 0)
        second.addWidget(self.rerun, 0, 1)
        second.setColumnStretch(2, 1)
        words.addLayout(second)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addLayout(words, 1)
        for button in (self.runs, self.pause, self.resume, self.save, self.stop):
            row.addWidget(button)

    def show_state(self, state: AppState) -> None:
        """Show the open run."""
        train = state.train
        job = train.job
        self._run_id, self._run_dir, self._runs = train.run_id, job.run_dir, state.runs
        self.title.set_full_text(self._title(state))
        words, tone = status_words(job.status)
        self.status.setText(words)
        set_property(self.status, "tone", tone)
        parts = []
        if job.started_wall:
            parts.append(self.tr("Started {time}").format(time=_clock(job.started_wall)))
        parts += [self.tr("recipe saved"), self.tr("reruns with")]
        self.sub.set_full_text(" · ".join(parts))
        active = job.active
        pausing = job.status == "pausing"
        self.pause.setVisible(active)
        self.pause.setEnabled(job.status == "running")
        self.pause.setText(self.tr("Pausing…") if pausing else self.tr("Pause"))
        self.resume.setVisible(job.status in RESUMABLE and last_checkpoint(train) is not None)
        self.save.setVisible(active)
        self.save.setEnabled(job.status == "running")
        self.stop.setVisible(active)
        self.stop.setEnabled(job.status in ("running", "starting", "pausing"))
        self.stop.setText(self.tr("Stopping…") if job.status == "stopping" else self.tr("Stop") + " ▾")
        self.runs.setVisible(not active and any(run.id != train.run_id for run in by_themselves(state.runs)))

    def _title(self, state: AppState) -> str:
        train = state.train
        method = train.recipe.get("method") or {}
        words = method_title(str(method.get("kind", "")), state) if method.get("kind") else ""
        if words and method.get("rank"):
            words = f"{words} r={method['rank']}"
        name = train.name or train.run_id
        return f"{name} · {words}" if words else name

    def _fill_runs(self) -> None:
        self.runs_menu.clear()
        for run in by_themselves(self._runs):
            if run.id == self._run_id:
                continue
            action = self.runs_menu.addAction(f"{run.name} · {status_words(run.status)[0]}")
            action.triggered.connect(lambda _=False, run_id=run.id: self._intents.open_run(run_id))


def _clock(wall: float) -> str:
    moment = time.localtime(wall)
    today = time.localtime()
    same_day = moment[:3] == today[:3]
    return time.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M", moment)
