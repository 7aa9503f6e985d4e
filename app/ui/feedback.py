"""How the app answers: nothing here yet, this failed, this is running, this is coming."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui import errors, format, icons
from app.ui.engine_text import engine_text
from app.ui.labels import caption_label, label, muted_label, set_accessible, set_property, strong_label
from app.ui.theme import Size, Space, colors_of, mono_font
from engine.contract.errors import ErrorInfo


class _Glyph(QWidget):
    """An icon on a soft disc."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(64, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent_soft))
        painter.drawEllipse(QRectF(0, 0, 64, 64))
        pixels = icons.pixmap(self._name, colors.accent, 28, max(self.devicePixelRatioF(), 2.0))
        painter.drawPixmap(18, 18, 28, 28, pixels)
        painter.end()


class EmptyState(QWidget):
    """Nothing here yet, why, and the one obvious next step."""

    clicked = Signal()

    def __init__(
        self, icon: str, title: str, text: str, button_text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setSpacing(Space.M)
        outer.addStretch(2)
        outer.addWidget(_Glyph(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        heading = label(title, "heading")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        outer.addWidget(heading)
        words = muted_label(text)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        words.setFixedWidth(Size.DIALOG)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(words)
        line.addStretch(1)
        outer.addLayout(line)
        self.button = QPushButton(button_text)
        self.button.setProperty("kind", "primary")
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        set_accessible(self.button, button_text, text)
        if not button_text:
            self.button.hide()
        self.button.clicked.connect(self.clicked)
        outer.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.extra = QHBoxLayout()
        self.extra.setSpacing(Space.S)
        outer.addLayout(self.extra)
        outer.addStretch(3)


class ErrorBanner(QFrame):
    """One sentence of what went wrong, what to do, and the rest behind Details."""

    closed = Signal()

    def __init__(self, info: ErrorInfo | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from app.ui.widgets import Fold, IconLabel, icon_button

        self.setProperty("banner", "danger")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel("error", tone="danger"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(Space.XS)
        row.addLayout(column, 1)
        self.title = strong_label()
        self.message = label("", "body")
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = muted_label()
        self.action_part = QWidget()  # an empty row of its own would hold the whole column narrow
        self.action_row = QHBoxLayout(self.action_part)
        self.action_row.setContentsMargins(0, 0, 0, 0)
        self.action_row.setSpacing(Space.S)
        self.details = Fold(self.tr("Details"))
        self.trace = label("", "caption")
        self.trace.setFont(mono_font())
        self.trace.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.body.addWidget(self.trace)
        for part in (self.title, self.message, self.hint):
            column.addWidget(part)
        column.addWidget(self.action_part, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.details)
        self.close_button = icon_button("close", self.tr("Close this message"))
        self.close_button.clicked.connect(self.closed)
        self.close_button.hide()
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.set_error(info)

    def sizeHint(self) -> QSize:
        """As high as its sentences are at this width; a layout takes the hint of a wide banner for the most it may have."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def set_error(self, info: ErrorInfo | None) -> None:
        """Show ``info``, or hide when there is none."""
        self.setVisible(info is not None)
        if info is None:
            return
        self.title.setText(errors.title(info.code))
        self.message.setText(engine_text(info.message))
        self.hint.setText(engine_text(info.hint or ""))
        self.hint.setVisible(bool(info.hint))
        parts = [f"{field.path}: {engine_text(field.reason)}" for field in info.fields]
        parts += [f"{name}: {value}" for name, value in info.details.items()]
        parts += [info.traceback] if info.traceback else []
        self.trace.setText("\n".join(parts))
        self.details.setVisible(bool(parts))
        self.action_part.setVisible(self.action_row.count() > 0)
        set_accessible(self, f"{self.title.text()}. {self.message.text()}")


class ProgressRow(QWidget):
    """A long action: what, how much, how fast, how long, and Cancel."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None, *, cancellable: bool = True) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(Space.XS + 2)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        self.what = strong_label()
        self.how_much = muted_label()
        self.left = caption_label()
        for part in (self.what, self.how_much, self.left):
            part.setWordWrap(False)
        self.cancel = QPushButton(self.tr("Cancel"), self)  # alone it would be shown as a window of its own
        self.cancel.setProperty("chip", True)
        set_accessible(self.cancel, self.tr("Cancel"), self.tr("Stop this and keep what was there before"))
        self.cancel.clicked.connect(self.cancelled)
        self.cancel.setVisible(cancellable)
        top.addWidget(self.what)
        top.addWidget(self.how_much)
        top.addStretch(1)
        top.addWidget(self.left)
        top.addWidget(self.cancel)
        outer.addLayout(top)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        outer.addWidget(self.bar)

    def set_progress(
        self,
        what: str,
        done: float = 0.0,
        total: float | None = None,
        unit: str = "",
        *,
        eta_s: tuple[float, float] | None = None,
        rate: float | None = None,
    ) -> None:
        """Show ``done`` of ``total`` in ``unit`` ("bytes" is worded as a size); without a total the bar runs."""
        self.what.setText(what)
        self.how_much.setText(format.amount(done, total, unit))
        words = [format.rate(rate, unit)] if rate else []
        words += [format.time_left(eta_s)] if eta_s else []
        self.left.setText(" · ".join(words))
        if total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * min(done / total, 1.0)))
        else:
            self.bar.setRange(0, 0)
        set_accessible(self.bar, f"{what} {self.how_much.text()}")


class Skeleton(QWidget):
    """Grey lines where words will stand; shows itself only after 200 ms, so that fast answers do not flicker."""

    def __init__(self, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._shown = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._appear)
        self.setFixedHeight(lines * Space.XL)
        set_accessible(self, self.tr("Loading"))

    def _appear(self) -> None:
        self._shown = True
        self.update()

    def showEvent(self, event: QEvent) -> None:
        self._shown = False
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors_of(self).chip))
        for line in range(self._lines):
            share = (0.9, 0.75, 0.82, 0.6)[line % 4]
            rect = QRectF(0, line * Space.XL + 6, self.width() * share, Space.M)
            painter.drawRoundedRect(rect, 4, 4)
        painter.end()


def set_banner(frame: QFrame, kind: str) -> None:
    """Turn ``frame`` into a banner: danger, warning, info, success."""
    set_property(frame, "banner", kind)
