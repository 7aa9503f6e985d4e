"""The one kept set of icons: outlines in ``resources/icons``, coloured when they are loaded."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from app.ui.theme import Size
from engine.contract.paths import resources_dir

_SCALES = (1.0, 1.5, 2.0, 3.0)


def folder() -> Path:
    """Where the icons lie."""
    return resources_dir() / "icons"


def names() -> tuple[str, ...]:
    """All icons there are."""
    return tuple(sorted(path.stem for path in folder().glob("*.svg")))


def pixmap(name: str, color: str, size: int = Size.ICON, scale: float = 2.0) -> QPixmap:
    """Icon ``name`` drawn in ``color`` (``#RRGGBB``), ``size`` logical pixels wide.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    key = f"luthier:{name}:{color}:{size}:{scale}"
    known = QPixmap()
    if QPixmapCache.find(key, known):
        return known
    text = (folder() / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    pixels = QPixmap(round(size * scale), round(size * scale))
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    pixels.setDevicePixelRatio(scale)
    QPixmapCache.insert(key, pixels)
    return pixels


def icon(name: str, color: str, size: int = Size.ICON) -> QIcon:
    """Icon ``name`` for buttons and menus, crisp at every scale."""
    result = QIcon()
    for scale in _SCALES:
        result.addPixmap(pixmap(name, color, size, scale))
    return result


def app_icon() -> QIcon:
    """The icon of windows and task bar; it keeps its own colours."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(pixmap("luthier", "#000000", size, 1.0))
    return result
