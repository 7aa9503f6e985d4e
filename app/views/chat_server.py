"""Connects to a server with models to talk to: its address, a key if it wants one, and one of its models."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, ChatState
from app.ui.labels import body_label, caption_label, set_accessible
from app.ui.theme import Size, Space
from app.ui.widgets import ErrorBanner, primary_button, secondary_button
from app.views.chat_models import Side

EXAMPLE = "http://127.0.0.1:11434/v1"


class ServerDialog(QDialog):
    """Stands beside the page, which stays usable; closes when a model is chosen."""

    def __init__(self, side: Side, intents: Intents, parent: QWidget) -> None:
        super().__init__(parent)
        self._side, self._intents = side, intents
        self._chat: ChatState | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Connect to a server"))
        self.url = QLineEdit()
        self.url.setPlaceholderText(EXAMPLE)
        set_accessible(self.url, self.tr("Address"), self.tr("Where the server is; it usually ends in /v1"))
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("only if the server wants one"))
        set_accessible(
            self.key,
            self.tr("Key"),
            self.tr("Sent to this server only, kept in a file that only you can read"),
        )
        self.connect_button = secondary_button(
            self.tr("Connect"), self.tr("Ask the server which models it has")
        )
        self.model = QComboBox()
        set_accessible(self.model, self.tr("Model"), self.tr("One of the models of the server"))
        self.load = primary_button(self.tr("Talk to this model"), self.tr("Put it in this column"))
        self.forget = secondary_button(self.tr("Forget"), self.tr("Remember neither the server nor its key"))
        self.error = ErrorBanner()
        self.connect_button.clicked.connect(self._connect)
        self.url.returnPressed.connect(self._connect)
        self.key.returnPressed.connect(self._connect)
        self.load.clicked.connect(self._load)
        self.forget.clicked.connect(lambda: intents.forget_server(self._url()))
        self.url.textChanged.connect(lambda: self._fill())
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(
            caption_label(
                self.tr(
                    "vLLM, SGLang, Ollama, LM Studio and every other server that speaks OpenAI's interface. What you "
                    "write in this column is sent there."
                )
            )
        )
        for words, part in (
            (self.tr("Address"), self.url),
            (self.tr("Key"), self.key),
            (self.tr("Model"), self.model),
        ):
            row = QHBoxLayout()
            name = body_label(words)
            name.setFixedWidth(Size.FORM_LABEL)
            row.addWidget(name)
            row.addWidget(part, 1)
            column.addLayout(row)
        column.addWidget(self.error)
        buttons = QHBoxLayout()
        buttons.addWidget(self.forget)
        buttons.addStretch(1)
        buttons.addWidget(self.connect_button)
        buttons.addWidget(self.load)
        column.addLayout(buttons)
        self.setMinimumWidth(Size.FORM_LABEL + Size.FORM_FIELD)

    def show_state(self, state: AppState) -> None:
        """Show what is known of the server."""
        if state.chat is self._chat:
            return
        first = self._chat is None
        before, self._chat = self._chat, state.chat
        if first and state.chat.servers:
            self.url.setText(state.chat.servers[-1].url)
        if before is not None and before.servers != state.chat.servers and len(state.chat.servers):
            newest = state.chat.servers[-1].url
            if newest.startswith(self._url()) and newest != self._url():
                self.url.setText(newest)  # as it is to be written
        asking = bool(state.chat.asking)
        self.connect_button.setEnabled(not asking)
        self.connect_button.setText(self.tr("Connecting…") if asking else self.tr("Connect"))
        self.error.set_error(None if first else state.chat.server_error)
        self._fill()

    def _fill(self) -> None:
        servers = self._chat.servers if self._chat else ()
        names = next((server.models for server in servers if server.url == self._url()), None)
        known = [self.model.itemText(place) for place in range(self.model.count())]
        if list(names or ()) != known:
            self.model.clear()
            self.model.addItems(list(names or ()))
        self.model.setEnabled(bool(names))
        self.load.setEnabled(bool(names))
        self.forget.setVisible(names is not None)

    def _url(self) -> str:
        return self.url.text().strip().rstrip("/")

    def _connect(self) -> None:
        if self._url():
            self._intents.connect_server(self._url(), self.key.text().strip())

    def _load(self) -> None:
        self._intents.load_chat(self._side, f"{self._url()}#{self.model.currentText()}")
        self.close()
