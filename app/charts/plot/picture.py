"""A chart as a picture file: twice as sharp as the screen, with its title and the names of its curves."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget

from app.ui.theme import Theme

SCALE = 2
MARGIN = 16
HEAD = 44


def picture(chart: QWidget, *, title: str, legend: Sequence[tuple[str, QColor]], theme: Theme) -> QImage:
    """``chart`` as it stands now, under a line with ``title`` and ``legend``."""
    size = QSize(chart.width() + 2 * MARGIN, chart.height() + HEAD + MARGIN)
    image = QImage(size * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(chart.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    head = QRect(MARGIN, 0, size.width() - 2 * MARGIN, HEAD)
    painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter), title)
    x = MARGIN + painter.fontMetrics().horizontalAdvance(title) + 24
    font.setBold(False)
    painter.setFont(font)
    for name, color in legend:
        painter.fillRect(x, HEAD // 2 - 1, 14, 3, color)
        x += 20
        painter.drawText(QRect(x, 0, size.width() - x, HEAD), int(Qt.AlignmentFlag.AlignVCenter), name)
        x += painter.fontMetrics().horizontalAdvance(name) + 20
    painter.translate(MARGIN, HEAD)
    pixmap = chart.grab()
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return image
