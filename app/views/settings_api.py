"""The local API: a switch, the model it serves, and what other programs need to know to use it."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import ApiState, AppState
from app.ui.labels import body_label, caption_label, pad_spin_box, section_label, set_accessible
from app.ui.switch import Switch
from app.ui.theme import Size, Space
from app.ui.widgets import Card, ElidedLabel, ErrorBanner, icon_button
from app.views.chat_models import choices

PORT = 8615


class CopyRow(QWidget):
    """A name, a value, and a button that copies it."""

    def __init__(self, name: str, tooltip: str, copy: Callable[[str], None]) -> None:
        super().__init__()
        self.value = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        words = body_label(name)
        words.setFixedWidth(Size.FORM_LABEL)
        self.shown = ElidedLabel("", middle=True)
        self.button = icon_button("copy", tooltip)
        self.button.clicked.connect(lambda: copy(self.value))
        row.addWidget(words)
        row.addWidget(self.shown, 1)
        row.addWidget(self.button)

    def show_value(self, value: str, shown: str = "") -> None:
        """Show ``value``, or ``shown`` in its place."""
        self.value = value
        self.shown.set_full_text(shown or value)


class ApiCard(Card):
    """Starts and stops the local API."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self._api: ApiState | None = None
        title = section_label(self.tr("Local API"))
        title.setWordWrap(False)
        self.header.insertWidget(0, title)
        self.switch = Switch(
            self.tr("Local API"), tooltip=self.tr("Let other programs of this computer talk to a model")
        )
        self.switch.clicked.connect(self._switched)
        self.header.addWidget(self.switch)
        self.body.addWidget(
            caption_label(
                self.tr(
                    "Programs that speak OpenAI's interface can use a model from here: on this computer only, with a "
                    "token that is new at each start, and for as long as Luthier is open."
                )
            )
        )
        self.model = QComboBox()
        set_accessible(self.model, self.tr("Model"), self.tr("Which model other programs talk to"))
        self.port = QSpinBox()
        self.port.setRange(0, (1 << 16) - 1)
        self.port.setValue(PORT)
        self.port.setSpecialValueText(self.tr("any that is free"))
        set_accessible(self.port, self.tr("Port"), self.tr("Where it listens; 0 takes any port that is free"))
        pad_spin_box(self.port)
        self.state = caption_label()
        self.error = ErrorBanner()
        self._lay_out()

    def _lay_out(self) -> None:
        for words, control in ((self.tr("Model"), self.model), (self.tr("Port"), self.port)):
            row = QHBoxLayout()
            label = body_label(words)
            label.setFixedWidth(Size.FORM_LABEL)
            row.addWidget(label)
            row.addWidget(control, 1)
            self.body.addLayout(row)
        copy = self._intents.copy_text
        self.address = CopyRow(self.tr("Address"), self.tr("Copy the address"), copy)
        self.token = CopyRow(self.tr("Access token"), self.tr("Copy the token"), copy)
        self.name = CopyRow(self.tr("Model's name"), self.tr("Copy what programs call the model"), copy)
        self.details = QWidget()
        rows = QVBoxLayout(self.details)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS)
        for line in (self.address, self.token, self.name):
            rows.addWidget(line)
        for part in (self.state, self.details, self.error):
            self.body.addWidget(part)

    def render_state(self, state: AppState) -> None:
        """Show whether it answers, and where."""
        self._fill(state)
        api = state.api
        if api is self._api:
            return
        self._api = api
        active, answers = api.job.active, bool(api.address)
        self.switch.set_on(active)
        self.switch.setEnabled((active or self.model.count() > 0) and api.job.status != "stopping")
        self.model.setEnabled(not active)
        self.port.setEnabled(not active)
        self.details.setVisible(answers)
        self.address.show_value(api.address)
        self.token.show_value(api.token, "•" * 12)
        self.name.show_value(api.name)
        self.state.setText(self._words(api))
        self.state.setVisible(bool(self.state.text()))
        self.error.set_error(None if active else api.job.error)

    def _words(self, api: ApiState) -> str:
        if api.job.status == "stopping":
            return self.tr("Stopping…")
        if api.job.active and not api.address:
            return self.tr("Loading the model…")
        return self.tr("Answering. Requests wait for each other.") if api.address else ""

    def _fill(self, state: AppState) -> None:
        """The models on offer; the chosen one stays."""
        offered = [
            (choice.title, choice.path)
            for choice in choices(state, "tuned")
            if choice.group not in ("server", "launched")
        ]
        known = [(self.model.itemText(at), self.model.itemData(at)) for at in range(self.model.count())]
        if offered == known:
            return
        chosen = self.model.currentData()
        self.model.clear()
        for title, path in offered:
            self.model.addItem(title, path)
        self.model.setCurrentIndex(max(0, self.model.findData(chosen)))
        self._api = None

    def _switched(self, on: bool) -> None:
        if on:
            self._intents.start_api(str(self.model.currentData() or ""), self.port.value())
        else:
            self._intents.stop_api()
