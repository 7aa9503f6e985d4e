"""Drawn bars and lines: parts of a whole with their legend, and a small curve without axes."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.labels import set_accessible
from app.ui.theme import CURVES, DARK, Space, colors_of

_BAR = 14
OUTDATED = 0.4  # opacity of a bar whose figures are being counted anew


class PartsBar(QWidget):
    """Parts side by side against what there is; a mark stands where the room ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[float] = []
        self._room = 1.0
        self.setFixedHeight(_BAR + Space.S)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_parts(self, parts: Sequence[float], room: float, words: str) -> None:
        """Show ``parts`` against ``room`` (same unit); ``words`` for screen readers."""
        self._parts, self._room = list(parts), max(room, 1.0)
        set_accessible(self, words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else OUTDATED)
        used = sum(self._parts)
        scale = self.width() / max(used, self._room)
        frame = QRectF(0, Space.XS, self.width(), _BAR)
        clip = QPainterPath()
        clip.addRoundedRect(frame, 4, 4)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(frame, QColor(colors.track))
        left = 0.0
        for index, part in enumerate(self._parts):
            width = part * scale
            painter.fillRect(
                QRectF(left, frame.top(), max(0.0, width - 0.5), _BAR), QColor(CURVES[index % len(CURVES)])
            )
            left += width
        painter.restore()
        if used > self._room:
            mark = self._room * scale
            painter.setPen(QPen(QColor(colors.danger), 2))
            painter.drawLine(QPointF(mark, 0), QPointF(mark, self.height()))
        painter.end()


class Swatch(QWidget):
    """The square of a legend."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index = index
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(CURVES[self._index % len(CURVES)]))
        painter.drawRoundedRect(QRectF(0, 0, 10, 10), 2, 2)
        painter.end()


class Sparkline(QWidget):
    """A loss curve the size of a word, falling or not."""

    def __init__(self, values: Sequence[float] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = [value for value in values if value == value]
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[float]) -> None:
        """Show other values."""
        self._values = [value for value in values if value == value]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = self.height() - 3.0
        if len(self._values) < 2:
            painter.setPen(QPen(QColor(colors.line), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(0, bottom), QPointF(self.width(), bottom))
            painter.end()
            return
        low, high = min(self._values), max(self._values)
        span = (high - low) or 1.0
        step = (self.width() - 8) / (len(self._values) - 1)
        points = [
            QPointF(2 + index * step, 3 + (high - value) / span * (bottom - 6))
            for index, value in enumerate(self._values)
        ]
        area = QPainterPath(QPointF(points[0].x(), bottom))
        for point in points:
            area.lineTo(point)
        area.lineTo(points[-1].x(), bottom)
        fade = QLinearGradient(0, 0, 0, self.height())
        tone = QColor(CURVES[0])
        tone.setAlphaF(0.22)
        fade.setColorAt(0.0, tone)
        tone.setAlphaF(0.0)
        fade.setColorAt(1.0, tone)
        painter.fillPath(area, fade)
        painter.setPen(QPen(QColor(CURVES[5] if colors is DARK else CURVES[0]), 2))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QColor(CURVES[1]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(points[-1], 3, 3)
        painter.end()
