"""The strip below: how the engine is, how much memory is in use, and what runs right now."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from app.state.model import AppState, JobState
from app.ui import format
from app.ui.labels import caption_label, set_accessible
from app.ui.theme import Size, Space, colors_of
from app.views import names


class Dot(QWidget):
    """The engine's state as a colour and a shape: full when ready, ring while starting, square when failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = "starting"
        self.setFixedSize(10, 10)

    def set_status(self, status: str) -> None:
        """starting, ready or failed."""
        self._status = status
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = QColor({"ready": colors.success, "failed": colors.danger}.get(self._status, colors.warning))
        if self._status == "starting":
            painter.setPen(tone)
            painter.drawEllipse(QRectF(1.5, 1.5, 7, 7))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
            shape = QRectF(1, 1, 8, 8)
            painter.drawRect(shape) if self._status == "failed" else painter.drawEllipse(shape)
        painter.end()


class JobStrip(QWidget):
    """The running job with a thin bar; a click shows it."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self.words = caption_label()
        self.words.setWordWrap(False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        self.setToolTip(self.tr("Show what is running"))

    def show_job(self, job: JobState) -> None:
        """Show how far ``job`` is."""
        parts = [names.job_title(job.kind)]
        amount = format.amount(job.progress_done, job.progress_total, job.progress_unit)
        parts += [amount] if amount else []
        parts += [format.time_left(job.eta_s)] if job.eta_s else []
        self.words.setText(" · ".join(parts))
        total = job.progress_total
        self.bar.setRange(0, 1000 if total else 0)
        if total:
            self.bar.setValue(round(1000 * min(1.0, job.progress_done / total)))
        set_accessible(self, self.words.text())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()


class StatusBar(QFrame):
    """Engine left, running job right. ``chosen`` asks for a page."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("shell", "status")
        self.setFixedHeight(Size.STATUS)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.S)
        self.dot = Dot()
        self.engine = caption_label()
        self.memory = caption_label()
        self.last = caption_label()
        for part in (self.engine, self.memory, self.last):
            part.setWordWrap(False)
        self.job = JobStrip()
        self._job_page = "train"
        self.job.clicked.connect(lambda: self.chosen.emit(self._job_page))
        row.addWidget(self.dot)
        row.addWidget(self.engine)
        row.addSpacing(Space.S)
        row.addWidget(self.memory)
        row.addStretch(1)
        row.addWidget(self.last)
        row.addWidget(self.job)

    def render_state(self, state: AppState) -> None:
        """Show the newest state."""
        engine = state.engine
        self.dot.set_status(engine.status)
        words = {
            "starting": self.tr("Engine is starting"),
            "ready": self.tr("Engine ready"),
            "failed": self.tr("Engine is not running"),
        }[engine.status]
        devices = engine.doctor.devices if engine.doctor else ()
        if engine.status == "ready" and devices:
            words += f" · {devices[0].name}"
        self.engine.setText(words)
        self.engine.setToolTip(engine.detail)
        self.memory.setText(self._memory(state))
        job, page = running_job(state)
        self._job_page = page
        self.job.setVisible(job is not None)
        if job is not None:
            self.job.show_job(job)
        self.last.setText("" if job is not None else self._last(state))

    def _memory(self, state: AppState) -> str:
        doctor = state.engine.doctor
        if doctor is None or not doctor.memory_bytes:
            return ""
        live = state.train.series.get("memory/host") if state.train.job.active else None
        used = live.last if live is not None else None
        if used is None:
            used = doctor.memory_bytes - doctor.free_memory_bytes
        return self.tr("Memory {0} of {1}").format(format.size(used), format.size(doctor.memory_bytes))

    def _last(self, state: AppState) -> str:
        marks = state.train.checkpoints
        if not marks:
            return ""
        return self.tr("Checkpoint at step {0} verified").format(format.number(marks[-1].step))


def running_job(state: AppState) -> tuple[JobState | None, str]:
    """The most important job that runs, and the page that shows it."""
    candidates = (
        (state.train.job, "train"),
        (state.search_job, "train"),
        (state.export.job, "export"),
        (state.export.evaluation_job, "export"),
        (state.starter_job, "method"),
        (state.try_job, "method"),
    )
    return next(((job, page) for job, page in candidates if job.active), (None, "train"))
