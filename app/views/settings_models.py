"""Which base models were found on this computer, and in which folders Luthier looks."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format
from app.ui.labels import body_label, caption_label, chip_label, clear_layout, muted_label, section_label
from app.ui.switch import Switch
from app.ui.theme import Space
from app.ui.widgets import Card, ElidedLabel, PathRow, chip, icon_button, rule
from app.views.asks import FileAsks
from app.views.models_words import origin_words
from engine.contract.results import LocalModel


class ModelRow(QWidget):
    """Name, size and origin over the path."""

    def __init__(self, model: LocalModel, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        name = ElidedLabel(model.name)
        name.setProperty("role", "strong")
        top.addWidget(name, 1)
        if not model.trainable:
            top.addWidget(chip_label(self.tr("chat only"), tooltip=self.tr("This format cannot be trained.")))
        top.addWidget(chip_label(origin_words(model.origin)))
        column.addLayout(top)
        facts = [model.architecture, f"{format.short_count(model.parameters)}" if model.parameters else ""]
        facts += [format.size(model.size_bytes) if model.size_bytes else "", model.licence]
        column.addWidget(caption_label(" · ".join(fact for fact in facts if fact)))
        path = PathRow(model.path)
        path.reveal.connect(intents.reveal)
        path.copy.connect(intents.copy_text)
        column.addWidget(path)


class ModelsCard(Card):
    """The found models and the user's own folders."""

    def __init__(self, intents: Intents, asks: FileAsks, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents, self._asks = intents, asks
        self._folders: tuple[str, ...] = ()
        self._shown: object = None
        heading = section_label(self.tr("Base models on this computer"))
        heading.setWordWrap(False)
        self.header.addWidget(heading)
        self.header.addStretch(1)
        refresh = chip(
            self.tr("Look again"), clickable=True, tooltip=self.tr("Search all folders for models")
        )
        refresh.clicked.connect(intents.refresh_models)
        add = chip(
            self.tr("+ Add a folder"), clickable=True, tooltip=self.tr("Also look in a folder of your own")
        )
        add.clicked.connect(self._add)
        shelf = chip(
            self.tr("All about them"),
            clickable=True,
            tooltip=self.tr("The Models page: what each takes, downloads, conversion, code of their own"),
        )
        shelf.clicked.connect(lambda: intents.show_page("models"))
        self.header.addWidget(shelf)
        self.header.addWidget(refresh)
        self.header.addWidget(add)
        offline = QHBoxLayout()
        offline.setSpacing(Space.S)
        self.offline = Switch(
            self.tr("Stay offline"),
            tooltip=self.tr("While it is on, Luthier fetches nothing from the network"),
        )
        self.offline.clicked.connect(lambda on: intents.set_offline(bool(on)))
        offline.addWidget(
            muted_label(self.tr("Stay offline: no model is fetched; everything else works as before")), 1
        )
        offline.addWidget(self.offline)
        self.body.addLayout(offline)
        self.list = QVBoxLayout()
        self.list.setSpacing(Space.S)
        self.body.addLayout(self.list)

    def render_state(self, state: AppState) -> None:
        """Show what was found."""
        self.offline.set_on(state.preferences.offline)
        key = (state.engine.models, state.preferences.model_folders)
        if key == self._shown:
            return
        self._shown = key
        self._folders = state.preferences.model_folders
        clear_layout(self.list)
        if not state.engine.models:
            self.list.addWidget(
                muted_label(self.tr("None found yet. The starter model is installed with the sample."))
            )
        for model in state.engine.models:
            self.list.addWidget(ModelRow(model, self._intents))
            self.list.addWidget(rule())
        if self._folders:
            self.list.addWidget(caption_label(self.tr("Folders of your own")))
        for folder in self._folders:
            row = QHBoxLayout()
            row.setSpacing(Space.S)
            path = body_label(folder)
            remove = icon_button("close", self.tr("Do not look here any more; nothing is deleted"))
            remove.clicked.connect(lambda _=False, folder=folder: self._remove(folder))
            row.addWidget(path, 1)
            row.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
            self.list.addLayout(row)

    def _add(self) -> None:
        folder = self._asks.model_folder()
        if folder and folder not in self._folders:
            self._intents.set_model_folders([*self._folders, folder])
            self._intents.refresh_models()

    def _remove(self, folder: str) -> None:
        self._intents.set_model_folders([item for item in self._folders if item != folder])
        self._intents.refresh_models()
