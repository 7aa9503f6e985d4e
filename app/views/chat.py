"""The Chat page: one prompt to the base and to the tuned model, their answers side by side."""

from PySide6.QtWidgets import QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.state.store import Store
from app.ui.theme import Theme
from app.views.page_frame import PageHead, page_column


class ChatPage(QWidget):
    """Two columns with one composer beneath them."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._store, self._intents, self._theme = store, intents, theme
        self.head = PageHead(self.tr("Chat"))
        column = page_column(self)
        column.addWidget(self.head)
        column.addStretch(1)

    def render(self, state: AppState) -> None:  # type: ignore[override]
        """Show ``state``; called on each change while the page is visible."""
        seed = state.chat.sampling.seed
        self.head.set_subtitle(self.tr("Same prompt, same seed {0}").format(seed))
