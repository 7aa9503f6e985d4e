"""Help on the field in focus, at the right edge; F1 opens and closes it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.state.model import AppState
from app.ui.labels import body_label, caption_label, label
from app.ui.theme import Size, Space
from app.ui.widgets import icon_button, link_button, rule


class HelpPanel(QFrame):
    """Title and help of the field in focus, and the keys that work everywhere."""

    closed = Signal()
    about = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("shell", "help")
        self.setFixedWidth(Size.PANEL)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        column.setSpacing(Space.S)
        top = QHBoxLayout()
        heading = caption_label(self.tr("Help"))
        close = icon_button("close", self.tr("Close the help (F1)"))
        close.clicked.connect(self.closed)
        top.addWidget(heading, 1)
        top.addWidget(close)
        column.addLayout(top)
        self.title = label("", "heading")
        self.text = body_label()
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addSpacing(Space.M)
        column.addWidget(rule())
        column.addWidget(caption_label(self.tr("Ctrl+1 to Ctrl+8 change the page. Ctrl+K finds every command and option. "
                                               "Drop files anywhere in the window, or paste their paths.")))  # fmt: skip
        column.addStretch(1)
        self.more = link_button(
            self.tr("About Luthier"),
            self.tr("Versions, and the licences of everything that Luthier is made of"),
        )
        self.more.clicked.connect(self.about)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def render_state(self, state: AppState) -> None:
        """Show the help of the field in focus."""
        title, text = state.focus_help
        self.title.setText(title or self.tr("No field in focus"))
        self.text.setText(
            text or self.tr("Click a field or move to it with Tab; what it does is explained here.")
        )
