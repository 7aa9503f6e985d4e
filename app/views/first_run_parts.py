"""What every step of the first run has."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.state.model import AppState
from app.ui.theme import Space


class Step(QWidget):
    """``changed`` when ``can_go_on`` may have changed; ``area`` is what scrolls it."""

    changed = Signal()

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self.title, self.words = title, words
        self.area: QScrollArea
        self.first_focus: QWidget | None = None  # None: the button Next
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, Space.S, Space.XS, Space.S)
        self.column.setSpacing(Space.M)

    @property
    def can_go_on(self) -> bool:
        """Whether Next may be pressed."""
        return True

    def render_state(self, state: AppState) -> None:
        """Show ``state``."""

    def keep(self) -> None:
        """Next was pressed: let count what does not count at once."""
