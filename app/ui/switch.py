"""An on/off switch, drawn; in all else a check box, so that keyboards and screen readers know it."""

from PySide6.QtCore import Property, QEasingCurve, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from app.ui.labels import set_accessible
from app.ui.theme import Size, colors_of

_MOVE_MS = 120


class Switch(QCheckBox):
    """Toggles like a check box; the knob glides."""

    def __init__(self, name: str = "", parent: QWidget | None = None, *, tooltip: str = "") -> None:
        super().__init__(parent)
        self._place = 0.0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        set_accessible(self, name, tooltip)
        self._move = QPropertyAnimation(self, b"place", self)
        self._move.setDuration(_MOVE_MS)
        self._move.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.toggled.connect(self._glide)

    def _glide(self, on: bool) -> None:
        self._move.stop()
        if not self.isVisible():
            self.set_place(1.0 if on else 0.0)
            return
        self._move.setEndValue(1.0 if on else 0.0)
        self._move.start()

    def set_on(self, on: bool) -> None:
        """Show a state without telling anyone."""
        self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(False)
        self._move.stop()
        self.set_place(1.0 if on else 0.0)

    def get_place(self) -> float:
        """Where the knob is, 0 (off) to 1 (on)."""
        return self._place

    def set_place(self, place: float) -> None:
        """Move the knob."""
        self._place = place
        self.update()

    place = Property(float, get_place, set_place)

    def sizeHint(self) -> QSize:
        return QSize(Size.SWITCH_W + 4, Size.SWITCH_H + 4)

    def hitButton(self, pos: object) -> bool:
        return self.rect().contains(pos)  # type: ignore[call-overload,no-any-return]

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - Size.SWITCH_H) / 2
        track = QRectF(2, top, Size.SWITCH_W, Size.SWITCH_H)
        color = QColor(colors.accent if self.isChecked() else colors.line_strong)
        if not self.isEnabled():
            color.setAlphaF(0.45)
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        knob = Size.SWITCH_H - 6
        left = track.left() + 3 + self._place * (Size.SWITCH_W - knob - 6)
        painter.setBrush(QColor(colors.on_accent if self.isChecked() else colors.surface))
        painter.drawEllipse(QRectF(left, top + 3, knob, knob))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.text), 1))
            painter.drawRoundedRect(track.adjusted(-1.5, -1.5, 1.5, 1.5), 10.5, 10.5)
        painter.end()
