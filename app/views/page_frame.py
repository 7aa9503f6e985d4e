"""What every page of forms and cards starts with: title, one line beneath it, and the actions at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.labels import muted_label, title_label
from app.ui.theme import Space


class PageHead(QWidget):
    """Title and subtitle left, ``actions`` right."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = title_label(title)
        self.subtitle = muted_label(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        row.addLayout(words, 1)
        self.action_row = QHBoxLayout()
        self.action_row.setSpacing(Space.S)
        row.addLayout(self.action_row)
        row.setAlignment(self.action_row, Qt.AlignmentFlag.AlignVCenter)

    def set_subtitle(self, text: str) -> None:
        """Show another line beneath the title."""
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))


def page_column(page: QWidget) -> QVBoxLayout:
    """The outermost layout of a page with its margins."""
    column = QVBoxLayout(page)
    column.setContentsMargins(Space.XL, Space.L + 2, Space.XL, Space.L)
    column.setSpacing(Space.L)
    return column
