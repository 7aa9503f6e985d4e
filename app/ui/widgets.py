"""The kit every page is built of: labels, buttons, chips, cards, rows. Looks come from ``app.ui.style``."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui import icons
from app.ui.feedback import EmptyState, ErrorBanner, ProgressRow, Skeleton
from app.ui.flow import FlowLayout
from app.ui.labels import (
    body_label,
    caption_label,
    chip_label,
    clear_layout,
    figure_label,
    label,
    muted_label,
    section_label,
    set_accessible,
    set_property,
    strong_label,
    title_label,
)
from app.ui.parts import (
    ElidedLabel,
    IconButton,
    IconLabel,
    button_icon,
    chip,
    danger_button,
    icon_button,
    link_button,
    primary_button,
    secondary_button,
)
from app.ui.switch import Switch
from app.ui.theme import Size, Space, colors_of, mono_font

__all__ = [
    "Card",
    "ElidedLabel",
    "EmptyState",
    "ErrorBanner",
    "FlowLayout",
    "Fold",
    "IconButton",
    "IconLabel",
    "KeyValueRow",
    "PathRow",
    "ProgressRow",
    "SegmentedControl",
    "Skeleton",
    "Switch",
    "body_label",
    "caption_label",
    "chip",
    "button_icon",
    "chip_label",
    "clear_layout",
    "danger_button",
    "figure_label",
    "icon_button",
    "label",
    "link_button",
    "muted_label",
    "primary_button",
    "rule",
    "scrolled",
    "secondary_button",
    "section_label",
    "set_accessible",
    "set_property",
    "strong_label",
    "title_label",
]


def rule(*, vertical: bool = False) -> QFrame:
    """A hair line."""
    line = QFrame()
    line.setProperty("rule", "vertical" if vertical else True)
    return line


class Card(QFrame):
    """A titled surface. Put chips and buttons into ``header``, everything else into ``body``."""

    clicked = Signal()

    def __init__(
        self,
        title: str | None = None,
        parent: QWidget | None = None,
        *,
        clickable: bool = False,
        tight: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._clickable = clickable
        outer = QVBoxLayout(self)
        side = Space.M if tight else Space.L
        outer.setContentsMargins(side, Space.M, side, Space.M if tight else Space.L)
        outer.setSpacing(Space.S)
        self.header = QHBoxLayout()
        self.header.setSpacing(Space.S)
        self.title = section_label(title or "")
        if title:
            self.title.setMinimumHeight(Size.CHIP)
            self.title.setWordWrap(False)
            self.header.addWidget(self.title)
            self.header.addStretch(1)
            self.setAccessibleName(title)
        outer.addLayout(self.header)
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        outer.addLayout(self.body, 1)
        if clickable:
            self.setProperty("clickable", True)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_tone(self, tone: str) -> None:
        """Colour the frame: accent, success, warning, danger or "" for none."""
        set_property(self, "tone", tone)

    def set_selected(self, selected: bool) -> None:
        """Show as the chosen one of its group."""
        set_property(self, "selected", selected)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        inside = self.rect().contains(event.position().toPoint())
        if self._clickable and inside and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clickable and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class Fold(QWidget):
    """A part that opens under a button with a chevron."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, opened: bool = False) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(Space.S)
        self.button = QPushButton(title)
        self.button.setProperty("fold", True)
        self.button.setCheckable(True)
        self.button.setAutoDefault(False)
        self.button.setIconSize(QSize(Size.ICON_SMALL, Size.ICON_SMALL))
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        set_accessible(self.button, title)
        self.content = QWidget()
        self.content.setProperty("plain", True)
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.S)
        outer.addWidget(self.button)
        outer.addWidget(self.content)
        self.button.toggled.connect(self._toggle)
        self.button.setChecked(opened)
        self._toggle(opened)

    def _toggle(self, opened: bool) -> None:
        self.content.setVisible(opened)
        self._draw()
        self.toggled.emit(opened)

    def _draw(self) -> None:
        name = "chevron-down" if self.button.isChecked() else "chevron-right"
        self.button.setIcon(icons.icon(name, colors_of(self).muted, Size.ICON_SMALL))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()


class PathRow(QWidget):
    """A path in one line with Reveal and Copy."""

    reveal = Signal(str)
    copy = Signal(str)

    def __init__(self, path: str, parent: QWidget | None = None, *, detail: str = "") -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.path = ElidedLabel(path, middle=True)
        self.path.setFont(mono_font())
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.path, 1)
        self.detail = caption_label(detail)
        self.detail.setWordWrap(False)
        self.detail.setVisible(bool(detail))
        row.addWidget(self.detail)
        self.reveal_button = icon_button("reveal", self.tr("Reveal in the file manager"))
        self.copy_button = icon_button("copy", self.tr("Copy the path"))
        self.reveal_button.clicked.connect(lambda: self.reveal.emit(self.path.full_text()))
        self.copy_button.clicked.connect(lambda: self.copy.emit(self.path.full_text()))
        row.addWidget(self.reveal_button)
        row.addWidget(self.copy_button)

    def set_path(self, path: str, detail: str = "") -> None:
        """Show another path."""
        self.path.set_full_text(path)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))


class KeyValueRow(QWidget):
    """A name on the left, its value on the right."""

    def __init__(self, key: str, value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self.key = muted_label(key)
        self.key.setWordWrap(False)
        self.key.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.value = body_label(value)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.key)
        row.addWidget(self.value, 1)

    def set_value(self, value: str, tone: str = "") -> None:
        """Show another value."""
        if value != self.value.text():
            self.value.setText(value)
        set_property(self.value, "tone", tone)


class SegmentedControl(QFrame):
    """A few choices side by side, one of them taken."""

    changed = Signal(str)

    def __init__(self, options: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        """``options``: (value, words)."""
        super().__init__(parent)
        self.setProperty("segments", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for value, words in options:
            button = QPushButton(words)
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.setAutoDefault(False)
            set_accessible(button, words)
            button.clicked.connect(self._emit(value))
            self._group.addButton(button)
            self._buttons[value] = button
            row.addWidget(button)

    def _emit(self, value: str) -> Callable[[], None]:
        return lambda: self.changed.emit(value)

    def value(self) -> str:
        """The taken choice."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Take a choice without telling anyone."""
        if value in self._buttons:
            self._buttons[value].setChecked(True)

    def clear(self) -> None:
        """Take none, as at first."""
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def button(self, value: str) -> QPushButton:
        """The button of a choice."""
        return self._buttons[value]


def scrolled(content: QWidget) -> QScrollArea:
    """``content`` in a frameless area that scrolls down."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    content.setProperty("plain", True)
    content.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    area.setWidget(content)
    return area
