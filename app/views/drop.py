"""What covers the window while files hang over it, and which paths a drop or a paste means."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui import icons
from app.ui.theme import Size, Space, Type, colors_of

_GLYPH = 48


def paths_of(mime: QMimeData) -> list[str]:
    """Files and folders in what was dropped or pasted: URLs of local files, or lines that are existing paths."""
    if mime.hasUrls():
        found = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if found:
            return found
    paths = []
    for line in mime.text().splitlines() if mime.hasText() else ():
        text = line.strip().strip("\"'")
        if text.startswith("file:"):
            text = QUrl(text).toLocalFile()
        if text and len(text) < 4096 and Path(text).is_absolute() and Path(text).exists():
            paths.append(text)
    return paths


class DropOverlay(QWidget):
    """Says that the whole window takes what is dropped."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        host.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover the host."""
        host = self.parentWidget()
        if host is not None:
            self.setGeometry(host.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        host = self.parentWidget()
        if event.type() == QEvent.Type.Resize and self.isVisible() and host is not None:
            self.setGeometry(host.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colors.background)
        veil.setAlphaF(0.9)
        painter.fillRect(self.rect(), veil)
        frame = QRectF(self.rect()).adjusted(Space.L, Space.L, -Space.L, -Space.L)
        painter.setPen(QPen(QColor(colors.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, Size.RADIUS_CARD, Size.RADIUS_CARD)
        middle = frame.center()
        pixels = icons.pixmap("drop", colors.accent, _GLYPH, max(2.0, self.devicePixelRatioF()))
        target = QRectF(middle.x() - _GLYPH / 2, middle.y() - _GLYPH - Space.M, _GLYPH, _GLYPH)
        painter.drawPixmap(target, pixels, QRectF(pixels.rect()))
        font = self.font()
        font.setPixelSize(Type.TITLE)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        line = QRectF(frame.left(), middle.y(), frame.width(), Space.XXL)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.tr("Drop to add as training data"))
        font.setPixelSize(Type.BODY)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        line.translate(0, Space.XXL)
        words = self.tr(
            "Files, folders and archives: tables, JSON, documents; a recipe (.yaml) opens as a project"
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
