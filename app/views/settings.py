"""The Settings page: appearance, models, where things live, the engine and this machine, shortcuts, about."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.state.store import Store
from app.ui.labels import body_label, chip_label, muted_label
from app.ui.theme import Size, Space, Theme
from app.ui.widgets import Card, SegmentedControl, chip, scrolled
from app.views.asks import FileAsks
from app.views.page_frame import PageHead, page_column
from app.views.settings_about import AboutCard
from app.views.settings_api import ApiCard
from app.views.settings_machine import MachineCard, PlacesCard
from app.views.settings_models import ModelsCard
from app.views.settings_runtimes import RuntimesCard


class AppearanceCard(Card):
    """Theme and language."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self.header.insertWidget(0, _heading(self.tr("Appearance")))
        self.theme = SegmentedControl(
            [("system", self.tr("System")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))]
        )
        self.theme.changed.connect(intents.set_theme)
        self.language = SegmentedControl(
            [("system", self.tr("System")), ("en", "English"), ("zh_CN", "简体中文")]
        )
        self.language.changed.connect(intents.set_language)
        for words, control in ((self.tr("Theme"), self.theme), (self.tr("Language"), self.language)):
            row = QHBoxLayout()
            name = body_label(words)
            name.setFixedWidth(Size.FORM_LABEL)
            row.addWidget(name)
            row.addWidget(control)
            row.addStretch(1)
            self.body.addLayout(row)
        self.again = chip(
            self.tr("Show the welcome again"),
            clickable=True,
            tooltip=self.tr("Language, folders, the check of this computer, found models, and the sample"),
        )
        self.again.clicked.connect(lambda: intents.show_welcome("look"))
        self.body.addWidget(self.again)

    def render_state(self, state: AppState) -> None:
        """Show what is chosen."""
        self.theme.set_value(state.preferences.theme)
        self.language.set_value(state.preferences.language)


class ShortcutsCard(Card):
    """The keys, in a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self.header.insertWidget(0, _heading(self.tr("Shortcuts")))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        rows = (
            ("Ctrl+1 … Ctrl+8", self.tr("Change the page")),
            ("Ctrl+K", self.tr("Find pages, actions, runs and options")),
            ("Ctrl+O", self.tr("Add data files")),
            ("Ctrl+V", self.tr("Import the files whose paths are on the clipboard")),
            ("Ctrl+Z / Ctrl+Shift+Z", self.tr("Undo and redo changes of the recipe")),
            ("Ctrl+,", self.tr("Settings")),
            ("F1", self.tr("Help on the field in focus")),
        )
        for place, (keys, words) in enumerate(rows):
            grid.addWidget(chip_label(keys), place, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(muted_label(words), place, 1)
        self.body.addLayout(grid)


def _heading(text: str) -> QWidget:
    from app.ui.labels import section_label

    result = section_label(text)
    result.setWordWrap(False)
    return result


class SettingsPage(QWidget):
    """Two columns of cards where there is room, one below."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        asks = FileAsks(self, intents)
        outer = page_column(self)
        outer.addWidget(PageHead(self.tr("Settings")))
        content = QWidget()
        content.setMaximumWidth(Size.READING)
        columns = QHBoxLayout(content)
        columns.setContentsMargins(0, 0, Space.XS, 0)
        columns.setSpacing(Space.L)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(Space.L)
            columns.addLayout(column, 1)
        self.appearance = AppearanceCard(intents)
        self.models = ModelsCard(intents, asks)
        self.places = PlacesCard(intents)
        self.machine = MachineCard(intents)
        self.api = ApiCard(intents)
        self.runtimes = RuntimesCard(intents, asks)
        self.shortcuts = ShortcutsCard()
        self.about = AboutCard(store, intents)
        for card in (self.appearance, self.models, self.runtimes, self.shortcuts):
            left.addWidget(card)
        for other in (self.api, self.machine, self.places, self.about):
            right.addWidget(other)
        left.addStretch(1)
        right.addStretch(1)
        outer.addWidget(scrolled(content), 1)

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``."""
        self.appearance.render_state(state)
        self.models.render_state(state)
        self.places.render_state(state)
        self.api.render_state(state)
        self.runtimes.render_state(state)
        self.machine.render_state(state)
        self.about.render_state(state)
