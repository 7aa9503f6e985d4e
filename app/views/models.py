"""The Models page: every base model on this computer, whoever put it there, and what can be done with each."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.state.store import Store
from app.ui import format
from app.ui.labels import caption_label, muted_label, set_accessible
from app.ui.theme import Size, Space, Theme
from app.ui.widgets import (
    EmptyState,
    ErrorBanner,
    SegmentedControl,
    Skeleton,
    scrolled,
    secondary_button,
)
from app.views.asks import FileAsks
from app.views.models_convert import ConvertCard
from app.views.models_download import DownloadCard
from app.views.models_row import ModelRow
from app.views.models_words import facts_of, origin_words
from app.views.page_frame import PageHead, page_column
from engine.contract.results import LocalModel

SHOWN = 100  # rows; whoever has more searches


class ModelsPage(QWidget):
    """Search over a list of cards; what is asked of a hub stands above it."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._intents = store, intents
        self._asks = FileAsks(self, intents)
        self.rows: dict[str, ModelRow] = {}
        self._listed: tuple[LocalModel, ...] = ()
        column = page_column(self)
        self.head = PageHead(self.tr("Models"))
        self._fill_head()
        column.addWidget(self.head)
        self.error = ErrorBanner()
        column.addWidget(self.error)
        self.download = DownloadCard(intents)
        column.addWidget(self.download)
        self.converting = ConvertCard(intents)
        column.addWidget(self.converting)
        column.addLayout(self._tools())
        self.empty = EmptyState(
            "models",
            self.tr("No model found yet"),
            self.tr(
                "Luthier looks in its own folder, in those of Hugging Face, LM Studio and Ollama, and in folders that "
                "you add. The starter model is small and trains on any computer."
            ),
            self.tr("Install the starter model"),
        )
        self.empty.clicked.connect(intents.install_starter)
        self.skeleton = Skeleton(8)
        column.addWidget(self.skeleton)
        column.addWidget(self.empty, 1)
        self.area = scrolled(self._list())
        column.addWidget(self.area, 1)

    def _fill_head(self) -> None:
        self.again = secondary_button(self.tr("Look again"), self.tr("Search all folders for models"))
        self.again.clicked.connect(self._intents.refresh_models)
        self.add = secondary_button(self.tr("Add a folder…"), self.tr("Also look in a folder of your own"))
        self.add.clicked.connect(self._add_folder)
        for button in (self.again, self.add):
            self.head.action_row.addWidget(button)

    def _tools(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search by name, architecture, licence or place"))
        set_accessible(
            self.search, self.tr("Search models"), self.tr("Shows only the models that hold every word")
        )
        self.search.textChanged.connect(lambda: self._show_rows())
        self.kind = SegmentedControl(
            [("all", self.tr("All")), ("train", self.tr("For training")), ("chat", self.tr("For chat"))]
        )
        self.kind.set_value("all")
        self.kind.changed.connect(lambda _: self._show_rows())
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.search, 1)
        row.addWidget(self.kind)
        self.tools = [self.search, self.kind]
        return row

    def _list(self) -> QWidget:
        holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, Space.XS, 0)
        self._column.setSpacing(Space.S)
        self.nothing = muted_label(self.tr("No model holds these words."))
        self.more = caption_label()
        self.about = caption_label(
            self.tr(
                "Read-only: Luthier changes nothing in the folders of other programs. The badges are predictions for "
                "what is free now: a conversation of 4,096 tokens; training with one example of 1,024 tokens at a time, "
                "with gradient checkpointing."
            )
        )
        for part in (self.nothing, self.more, self.about):
            self._column.addWidget(part)
        self._column.addStretch(1)
        holder.setMaximumWidth(Size.READING)
        return holder

    # ------------------------------------------------------------ showing

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``."""
        models, shelf = state.engine.models, state.models
        self.error.set_error(shelf.error)
        self.download.render_state(state)
        self.converting.render_state(state.convert_job)
        waiting = not models and not shelf.scanned and shelf.error is None
        self.skeleton.setVisible(waiting)
        self.empty.setVisible(not models and shelf.scanned)
        self.empty.button.setEnabled(not state.starter_job.active)
        self.area.setVisible(bool(models))
        for tool in self.tools:
            tool.setVisible(bool(models))
        self.again.setEnabled(not shelf.scanning)
        self.again.setText(self.tr("Looking…") if shelf.scanning else self.tr("Look again"))
        self._render_subtitle(models)
        if models != self._listed:
            self._rebuild(models)
        for path, row in self.rows.items():
            row.show_fit(shelf.fits.get(path))

    def _render_subtitle(self, models: tuple[LocalModel, ...]) -> None:
        total = sum(model.size_bytes for model in models)
        words = self.tr("{0} on this computer, {1}").format(format.number(len(models)), format.size(total))
        self.head.set_subtitle(words if models else self.tr("What this computer has to train and to talk to"))

    def _rebuild(self, models: tuple[LocalModel, ...]) -> None:
        """Rows of models that stayed as they were stay."""
        self._listed = models
        kept = {row.model: row for row in self.rows.values()}
        rows = {
            model.path: kept.pop(model) if model in kept else ModelRow(model, self._intents)
            for model in models
        }
        for row in kept.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = rows
        for place, row in enumerate(rows.values()):
            self._column.insertWidget(place, row)
        self._show_rows()

    def _show_rows(self) -> None:
        words, kind = self.search.text().lower().split(), self.kind.value()
        found = [row for row in self.rows.values() if _suits(row.model, kind) and _holds(row.model, words)]
        shown = set(map(id, found[:SHOWN]))
        for row in self.rows.values():
            row.setVisible(id(row) in shown)
        self.nothing.setVisible(not found)
        self.more.setVisible(len(found) > SHOWN)
        self.more.setText(self.tr("{0} more; search to find them.").format(format.number(len(found) - SHOWN)))

    def _add_folder(self) -> None:
        folder = self._asks.model_folder()
        folders = self._store.state.preferences.model_folders
        if folder and folder not in folders:
            self._intents.set_model_folders([*folders, folder])


def _suits(model: LocalModel, kind: str) -> bool:
    if kind == "train":
        return model.trainable or bool(model.converted)
    return kind != "chat" or model.trainable or model.format == "gguf"


def _holds(model: LocalModel, words: list[str]) -> bool:
    text = f"{model.name} {model.path} {facts_of(model)} {origin_words(model.origin)}".lower()
    return all(word in text for word in words)
