"""How far the run is: phases, bar, time left, and the few figures that matter."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.state.model import AppState, TrainState
from app.ui import format as human
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    FlowLayout,
    caption_label,
    figure_label,
    muted_label,
    set_accessible,
    set_property,
    strong_label,
)
from app.views.train_words import PhaseSummary, innermost_phase, phase_summaries, phase_title

NARROW = 960


class Figure(QWidget):
    """A caption, a large number, and a few words beside it."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = caption_label(caption)
        self.caption.setWordWrap(False)
        self.value = figure_label("–", small=True)
        self.aside = caption_label()
        self.aside.setWordWrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.value)
        row.addWidget(self.aside)
        row.addStretch(1)
        column.addLayout(row)

    def show_value(self, value: str, aside: str = "", tone: str = "") -> None:
        """Show another number."""
        self.value.setText(value)
        self.aside.setText(aside)
        set_property(self.aside, "tone", tone or "muted")
        set_accessible(self, f"{self.caption.text()}: {value} {aside}".strip())


class ProgressCard(Card):
    """Updated in place with each change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self.what = strong_label()
        self.how_far = muted_label()
        self.left = muted_label()
        for words in (self.what, self.how_far, self.left):
            words.setWordWrap(False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self._phases = QWidget()
        self._phase_row = FlowLayout(self._phases, spacing=Space.L)
        self._phase_labels: list[QLabel] = []
        self.speed = Figure(self.tr("Tokens/s"))
        self.loss = Figure(self.tr("Train loss"))
        self.evaluation = Figure(self.tr("Eval loss"))
        self.memory = Figure(self.tr("Memory"))
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(Space.S)
        top = QHBoxLayout()
        top.setSpacing(Space.M)
        top.addWidget(self.what)
        top.addWidget(self.how_far)
        top.addStretch(1)
        top.addWidget(self.left)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self._phases)
        figures = QHBoxLayout()
        figures.setSpacing(Space.XL)
        for figure in (self.speed, self.loss, self.evaluation, self.memory):
            figures.addWidget(figure)
        self._box.setSpacing(Space.XL)
        self._box.addLayout(column, 1)
        self._box.addLayout(figures)
        self.body.addLayout(self._box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Figures go under the bar where there is no room beside it."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != direction:
            self._box.setDirection(direction)
            self._box.setSpacing(Space.S if narrow else Space.XL)

    def show_state(self, state: AppState) -> None:
        """Show where the open run is."""
        train = state.train
        job = train.job
        phase = innermost_phase(job) or job.progress_name
        self.what.setText(self._what(train, phase))
        self._render_steps(train, phase)
        eta = job.eta_s if job.active and job.status != "pausing" else None
        self.left.setText(human.time_left(eta) if eta else "")
        self._render_phases(phase_summaries(job))
        self._render_figures(state)

    def _what(self, train: TrainState, phase: str) -> str:
        words = {
            "starting": self.tr("Starting the engine"),
            "pausing": self.tr("Pausing: a checkpoint is written"),
            "stopping": self.tr("Stopping"),
            "paused": self.tr("Paused"),
            "stopped": self.tr("Stopped"),
            "completed": self.tr("Finished"),
            "failed": self.tr("Failed"),
            "crashed": self.tr("The engine stopped unexpectedly"),
        }
        if train.job.status in words:
            return words[train.job.status]
        return phase_title(phase) if phase and phase != "train" else self.tr("Training")

    def _render_steps(self, train: TrainState, phase: str) -> None:
        job, total = train.job, train.total_steps
        if total:
            text = self.tr("step {step} of {total}").format(step=f"{train.step:,}", total=f"{total:,}")
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * min(train.step / total, 1.0)))
        else:
            text = human.amount(job.progress_done, job.progress_total, job.progress_unit) if phase else ""
            share = job.progress_done / job.progress_total if job.progress_total else 0.0
            busy = job.active and not job.progress_total
            self.bar.setRange(0, 0 if busy else 1000)
            self.bar.setValue(round(1000 * min(share, 1.0)))
        self.how_far.setText(text)
        set_accessible(self.bar, f"{self.what.text()} {text}")

    def _render_phases(self, phases: tuple[PhaseSummary, ...]) -> None:
        while len(self._phase_labels) < len(phases):
            label = caption_label()
            label.setWordWrap(False)
            self._phase_labels.append(label)
            self._phase_row.addWidget(label)
        for index, label in enumerate(self._phase_labels):
            label.setVisible(index < len(phases))
            if index < len(phases):
                self._render_phase(label, phases[index])

    def _render_phase(self, label: QLabel, phase: PhaseSummary) -> None:
        title = phase_title(phase.name)
        if phase.seconds is None:
            label.setText(f"○ {title}")
            set_property(label, "tone", "muted")
            return
        lasted = human.duration(phase.seconds) if phase.seconds >= 1 else self.tr("<1 s")
        label.setText(f"{'●' if phase.running else '✓'} {title} {lasted}")
        set_property(label, "tone", "accent" if phase.running else "muted")

    def _render_figures(self, state: AppState) -> None:
        series = state.train.series
        speed = series["train/tokens_per_second"].last if "train/tokens_per_second" in series else None
        self.speed.show_value("–" if speed is None else f"{speed:,.0f}")
        loss = series["train/loss"].last if "train/loss" in series else None
        self.loss.show_value(human.loss(loss))
        self._render_evaluation(state.train)
        self._render_memory(state)

    def _render_evaluation(self, train: TrainState) -> None:
        curve = train.series.get("eval/loss")
        self.evaluation.setVisible(curve is not None and len(curve) > 0)
        if curve is None or curve.last is None:
            return
        aside, tone = "", ""
        if len(curve) > 1:
            change = curve.last - curve.values[-2]
            aside = f"{'▼' if change <= 0 else '▲'} {abs(change):.3f}"
            tone = "success" if change <= 0 else "danger"
        self.evaluation.show_value(human.loss(curve.last), aside, tone)

    def _render_memory(self, state: AppState) -> None:
        series = state.train.series
        gpu = series.get("memory/gpu")
        on_gpu = gpu is not None and len(gpu) > 0
        curve = gpu if on_gpu else series.get("memory/process")
        self.memory.caption.setText(self.tr("GPU memory") if on_gpu else self.tr("Memory"))
        if curve is None or curve.last is None:
            self.memory.show_value("–")
            return
        plan = state.draft.plan if _same_model(state) else None
        planned = self.tr("planned {size}").format(size=human.size(plan.memory_bytes)) if plan else ""
        self.memory.show_value(human.size(curve.last), planned)


def _same_model(state: AppState) -> bool:
    """Whether the draft's plan speaks of the open run."""
    run, draft = state.train.recipe, state.draft.recipe
    return bool(run) and all(run.get(name) == draft.get(name) for name in ("model", "method"))
