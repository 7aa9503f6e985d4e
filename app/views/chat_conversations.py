"""The conversations that were had: found by a word of theirs, opened, deleted."""

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.state.model import KeptConversation
from app.ui.labels import caption_label, set_accessible
from app.ui.theme import Space
from app.ui.widgets import secondary_button

WIDTH, HEIGHT = 440, 420
SEARCH_MS = 150
_ID = Qt.ItemDataRole.UserRole


class ConversationsPopup(QFrame):
    """Opens under its button; Enter opens the marked conversation, Delete deletes it."""

    def __init__(self, intents: Intents, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._intents = intents
        self._kept: tuple[KeptConversation, ...] | None = None
        self.setProperty("card", True)
        self.setFixedSize(WIDTH, HEIGHT)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search what was said"))
        self.search.setClearButtonEnabled(True)
        set_accessible(self.search, self.tr("Search"), self.tr("Every word must be said in it"))
        self.list = QListWidget()
        self.list.setWordWrap(True)
        set_accessible(self.list, self.tr("Conversations"))
        self.empty = caption_label()
        self.open = secondary_button(
            self.tr("Open"), self.tr("Read it, and go on with the models that are loaded")
        )
        self.delete = secondary_button(
            self.tr("Delete"), self.tr("Take it out of the list; this can be undone")
        )
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._timer.timeout.connect(self._ask)
        self.search.textChanged.connect(self._timer.start)
        self.search.returnPressed.connect(self._open_marked)
        self.list.itemActivated.connect(lambda item: self._open_marked())
        self.list.currentRowChanged.connect(self._marked)
        self.open.clicked.connect(self._open_marked)
        self.delete.clicked.connect(self._delete_marked)
        QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list, self._delete_marked).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.S)
        for part in (self.search, self.empty):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(self.delete)
        row.addStretch(1)
        row.addWidget(self.open)
        column.addLayout(row)

    def open_under(self, button: QWidget) -> None:
        """Show the newest ones under ``button``."""
        self.search.clear()
        self._kept = None
        self._ask()
        place = button.mapToGlobal(button.rect().bottomRight())
        self.move(place.x() - WIDTH, place.y() + Space.XS)
        self.show()
        self.search.setFocus()

    def show_kept(self, kept: tuple[KeptConversation, ...]) -> None:
        """List what was found."""
        if kept is self._kept:
            return
        self._kept = kept
        self.list.clear()
        for one in kept:
            when = QDateTime.fromSecsSinceEpoch(int(one.changed))
            words = QLocale().toString(when, QLocale.FormatType.ShortFormat)
            item = QListWidgetItem(f"{one.title or self.tr('Without words')}\n{words}")
            item.setData(_ID, one.id)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if kept else -1)
        self._marked(self.list.currentRow())
        searched = bool(self.search.text().strip())
        self.empty.setText(
            self.tr("Nothing like this was said.")
            if searched
            else self.tr("What you talk about is kept here.")
        )
        self.empty.setVisible(not kept)

    def _ask(self) -> None:
        self._timer.stop()
        self._intents.search_conversations(self.search.text())

    def _marked(self, row: int) -> None:
        self.open.setEnabled(row >= 0)
        self.delete.setEnabled(row >= 0)

    def _chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_ID)) if item is not None else ""

    def _open_marked(self) -> None:
        if self._timer.isActive():  # what is marked does not belong to what is written yet
            self._ask()
            return
        if identity := self._chosen():
            self.hide()
            self._intents.open_conversation(identity)

    def _delete_marked(self) -> None:
        if identity := self._chosen():
            self._intents.delete_conversation(identity, self.search.text())
