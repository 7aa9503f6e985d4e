"""Plain HTML as a PDF file: text in the app's fonts, drawings that stand in it as SVG kept sharp."""

import base64
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMarginsF, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from app.ui.theme import ui_font

SVG = "data:image/svg+xml;base64,"
WIDTH = 600  # of a drawing on the page, in pixels of 1/96 inch
SHARPNESS = 3


class _Document(QTextDocument):
    """Draws what an image's address holds; addresses that would be fetched give nothing."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """See Qt."""
        address = name.toString() if isinstance(name, QUrl) else name
        if not address.startswith(SVG):
            return None
        renderer = QSvgRenderer(QByteArray(base64.b64decode(address[len(SVG) :])))
        size = renderer.defaultSize().scaled(QSize(WIDTH, 10 * WIDTH), Qt.AspectRatioMode.KeepAspectRatio)
        image = QImage(size * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(SHARPNESS)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
        painter.end()
        return image


def write_pdf(html: str, path: Path, *, title: str = "") -> None:
    """Write ``html`` on pages of A4.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("ab"):  # Qt says nothing of a place that it cannot write
        pass
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    writer.setCreator("Luthier")
    document = _Document()
    font = ui_font()
    font.setStyleStrategy(
        QFont.StyleStrategy.PreferNoShaping
    )  # alternate figures could not be copied or found
    document.setDefaultFont(font)
    document.setHtml(html)
    document.print_(writer)
