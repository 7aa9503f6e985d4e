"""How a run ended: finished with its result, stopped, or broken with a way back."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, TrainState
from app.ui import errors
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.theme import Space, mono_font
from app.ui.widgets import (
    Card,
    Fold,
    IconLabel,
    PathRow,
    body_label,
    caption_label,
    danger_button,
    label,
    muted_label,
    primary_button,
    secondary_button,
    strong_label,
)
from app.views.error_ways import WayButton
from app.views.train_words import last_checkpoint, result_path

LOG_LINES = 40


class CrashPanel(Card):
    """What happened in words, the log behind Details, and what can be done now."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self._run_id = ""
        self.set_tone("danger")
        self.heading = strong_label()
        self.message = body_label()
        self.hint = muted_label()
        self.log = label("", "caption")
        self.log.setFont(mono_font())
        self.details = Fold(self.tr("Details"))
        self.details.body.addWidget(self.log)
        self.resume = primary_button("", self.tr("Go on exactly where the last checkpoint stands"))
        self.resume.clicked.connect(lambda: self._intents.resume_run(self._run_id))
        self.keep = secondary_button(
            self.tr("Keep adapter"),
            self.tr("End the run with what its last checkpoint has learnt"),
        )
        self.keep.clicked.connect(lambda: self._intents.keep_run(self._run_id))
        self.discard = danger_button(self.tr("Discard"), self.tr("Delete this run with its checkpoints"))
        self.discard.clicked.connect(lambda: self._intents.delete_run(self._run_id))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(IconLabel("warning", tone="danger"))
        head.addWidget(self.heading, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.message)
        self.body.addWidget(self.hint)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        self.way = WayButton(self._intents)
        for button in (self.way, self.resume, self.keep, self.discard):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addWidget(self.details)

    def show_state(self, train: TrainState) -> None:
        """Show what broke the run."""
        job = train.job
        self._run_id = train.run_id
        error = job.error
        heading = errors.title(error.code) if error else self.tr("The engine stopped unexpectedly")
        self.heading.setText(self.tr("{what}, at step {step}").format(what=heading, step=f"{train.step:,}"))
        self.message.setText(engine_text(error.message) if error else "")
        self.message.setVisible(bool(error and error.message))
        self.way.show_error(error)
        self.hint.setText(engine_text(error.hint or "") if error else "")
        self.hint.setVisible(bool(error and error.hint))
        lines = list(job.log_tail[-LOG_LINES:])
        if error and error.traceback:
            lines = [error.traceback, *lines]
        self.log.setText("\n".join(lines))
        self.details.setVisible(bool(lines))
        step = last_checkpoint(train)
        self.resume.setVisible(step is not None)
        if step is not None:
            self.resume.setText(self.tr("Resume from step {step}").format(step=f"{step:,}"))
        self.keep.setVisible(step is not None)


class FinishedPanel(Card):
    """Where the result is, and the one next step."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self.set_tone("success")
        self.heading = strong_label()
        self.figures = muted_label()
        self.path = PathRow("")
        self.path.reveal.connect(intents.reveal)
        self.path.copy.connect(intents.copy_text)
        self.what = caption_label()
        self.next = primary_button(
            self.tr("Merge and export"),
            self.tr("Go to the export page to make a model other programs can use"),
        )
        self.next.clicked.connect(lambda: self._intents.show_page("export"))
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(IconLabel("success", tone="success"))
        head.addWidget(self.heading)
        head.addWidget(self.figures, 1)
        head.addWidget(self.next)
        self.body.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.what)
        row.addWidget(self.path, 1)
        self.body.addLayout(row)
        for words in (self.heading, self.what):
            words.setWordWrap(False)

    def show_state(self, train: TrainState) -> None:
        """Show how the run ended."""
        done = train.job.status == "completed"
        self.heading.setText(
            self.tr("Training is finished") if done else self.tr("Stopped; what was learnt is kept")
        )
        self.figures.setText(" · ".join(self._figures(train)))
        path = result_path(train)
        self.path.set_path(path)
        self.path.setVisible(bool(path))
        whole = "model" in train.job.paths and "adapter" not in train.job.paths
        self.what.setText(self.tr("Model") if whole else self.tr("Adapter"))
        self.what.setVisible(bool(path))
        self.next.setVisible(bool(path))

    def _figures(self, train: TrainState) -> list[str]:
        report = train.job.result
        words = [self.tr("{steps} steps").format(steps=f"{train.step:,}")]
        seconds = report.get("seconds") or train.job.t
        if seconds:
            words.append(human.duration(float(seconds)))
        if report.get("eval_loss") is not None:
            words.append(self.tr("eval loss {loss}").format(loss=human.loss(report["eval_loss"])))
        elif report.get("train_loss") is not None:
            words.append(self.tr("train loss {loss}").format(loss=human.loss(report["train_loss"])))
        words += self._memory(report.get("peak_memory_bytes"), report.get("planned_memory_bytes"))
        return words

    def _memory(self, peak: int | None, planned: int | None) -> list[str]:
        """What the run held at most, and how far that is from its plan."""
        if not peak:
            return []
        if not planned:
            return [self.tr("peak {size}").format(size=human.size(peak))]
        words = self.tr("peak {size}, {planned} planned ({difference})")
        difference = f"{peak / planned - 1.0:+.0%}"
        return [words.format(size=human.size(peak), planned=human.size(planned), difference=difference)]


def end_kind(state: AppState) -> str:
    """Which panel the open run calls for: "crash", "finished" or ""."""
    status = state.train.job.status
    if status in ("failed", "crashed"):
        return "crash"
    return "finished" if status in ("completed", "stopped") else ""
