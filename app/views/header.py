"""The strip above: where one is, and the way to everything by name."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from app.state.model import AppState
from app.ui.labels import label, muted_label, set_accessible
from app.ui.theme import Size, Space
from app.views import names


class Header(QFrame):
    """Project and page on the left, the command palette on the right."""

    search = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("shell", "header")
        self.setFixedHeight(Size.HEADER)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.XS, 0)
        row.setSpacing(Space.S)
        self.project = label("", "strong", wrap=False)
        self.page = muted_label()
        self.page.setWordWrap(False)
        self.command = QPushButton(self.tr("Ctrl+K  Search or run a command"))
        self.command.setProperty("shell", "command")
        set_accessible(
            self.command,
            self.tr("Search or run a command"),
            self.tr("Pages, actions, runs and options by name (Ctrl+K)"),
        )
        self.command.clicked.connect(self.search)
        row.addWidget(self.project)
        row.addWidget(self.page)
        row.addStretch(1)
        row.addWidget(self.command)

    def render_state(self, state: AppState) -> None:
        """Name project and page."""
        self.project.setText(names.project_title(state))
        self.page.setText("· " + names.page_title(state.page))
