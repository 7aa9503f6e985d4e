"""Buttons, chips, icons and shortened lines: the smallest parts of the kit. Use them through ``app.ui.widgets``."""

from typing import Literal, overload

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.ui import icons
from app.ui.labels import chip_label, elided, set_accessible
from app.ui.theme import Size, Space, colors_of


def _button(text: str, kind: str, tooltip: str, parent: QWidget | None) -> QPushButton:
    button = QPushButton(text, parent)
    button.setProperty("kind", kind)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setAutoDefault(False)
    set_accessible(button, text, tooltip)
    return button


def primary_button(text: str, tooltip: str = "", parent: QWidget | None = None) -> QPushButton:
    """The one next step of a page; its words say what it will do or what is missing."""
    return _button(text, "primary", tooltip, parent)


def secondary_button(text: str, tooltip: str = "", parent: QWidget | None = None) -> QPushButton:
    """Any other action."""
    return _button(text, "secondary", tooltip, parent)


def danger_button(text: str, tooltip: str = "", parent: QWidget | None = None) -> QPushButton:
    """An action that throws something away."""
    return _button(text, "danger", tooltip, parent)


def link_button(text: str, tooltip: str = "", parent: QWidget | None = None) -> QPushButton:
    """An action inside a sentence or a card."""
    return _button(text, "link", tooltip, parent)


@overload
def chip(text: str, kind: str = ..., *, clickable: Literal[True], tooltip: str = ...) -> QPushButton: ...
@overload
def chip(text: str, kind: str = ..., clickable: bool = ..., tooltip: str = ...) -> QPushButton | QLabel: ...
def chip(
    text: str, kind: str = "neutral", clickable: bool = False, tooltip: str = ""
) -> QPushButton | QLabel:
    """A small rounded mark; ``kind`` is neutral, accent, success, warning or danger. Clickable ones are buttons."""
    if not clickable:
        return chip_label(text, kind, tooltip)
    button = QPushButton(text)
    button.setProperty("chip", True)
    button.setProperty("tone", kind)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setAutoDefault(False)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    set_accessible(button, text, tooltip)
    return button


class IconButton(QToolButton):
    """A button of an icon alone, coloured as its surroundings."""

    def __init__(
        self, name: str, tooltip: str, parent: QWidget | None = None, *, tone: str = "muted"
    ) -> None:
        super().__init__(parent)
        self._name, self._tone = name, tone
        self.setIconSize(QSize(Size.ICON, Size.ICON))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_accessible(self, tooltip, tooltip)
        self._paint_icon()

    def set_icon_name(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self._paint_icon()

    def _paint_icon(self) -> None:
        self.setIcon(icons.icon(self._name, getattr(colors_of(self), self._tone)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()


def icon_button(name: str, tooltip: str, parent: QWidget | None = None) -> IconButton:
    """A button of icon ``name``; ``tooltip`` is its accessible name too."""
    return IconButton(name, tooltip, parent)


class IconLabel(QLabel):
    """An icon that follows the theme."""

    def __init__(
        self, name: str, *, tone: str = "muted", size: int = Size.ICON, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._tone, self._size = name, tone, size
        self.setFixedSize(size, size)
        self._draw()

    def set_icon(self, name: str, tone: str) -> None:
        """Show another icon in another tone."""
        self._name, self._tone = name, tone
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(icons.pixmap(self._name, getattr(colors_of(self), self._tone), self._size, 2.0))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()


class ElidedLabel(QLabel):
    """One line that ends in dots (or has them in the middle, for paths) where there is no room; tooltip: the whole."""

    def __init__(self, text: str = "", *, middle: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._full = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(Space.XXL)
        self.set_full_text(text)

    def set_full_text(self, text: str) -> None:
        """Show ``text``, shortened to the room there is."""
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def full_text(self) -> str:
        """The whole text."""
        return self._full

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, hint.height())

    def _elide(self) -> None:
        shown = elided(self, self._full, self._mode)
        self.setToolTip(self._full if shown != self._full else "")
        if shown != self.text():
            self.setText(shown)

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._elide()


def button_icon(button: QPushButton, name: str, tone: str = "text") -> None:
    """Put icon ``name`` before a button's words in the colours of the moment."""
    icon: QIcon = icons.icon(name, getattr(colors_of(button), tone), Size.ICON_SMALL)
    button.setIcon(icon)
    button.setIconSize(QSize(Size.ICON_SMALL, Size.ICON_SMALL))
