"""First step: language and theme, which change the window at once."""

from PySide6.QtWidgets import QHBoxLayout

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui.labels import body_label, caption_label
from app.ui.theme import Size
from app.ui.widgets import Card, SegmentedControl
from app.views.first_run_parts import Step


class LookStep(Step):
    """Both choices stand in the Settings as well."""

    def __init__(self, intents: Intents) -> None:
        super().__init__("", "")
        self.title = self.tr("Welcome to Luthier")
        self.words = self.tr(
            "Make a language model your own, on this computer. Five short steps; each can be skipped."
        )
        card = Card()
        self.language = SegmentedControl(
            [("system", self.tr("As the system")), ("en", "English"), ("zh_CN", "简体中文")]
        )
        self.language.changed.connect(intents.set_language)
        self.theme = SegmentedControl(
            [("system", self.tr("As the system")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))]
        )
        self.theme.changed.connect(intents.set_theme)
        for words, control in ((self.tr("Language"), self.language), (self.tr("Theme"), self.theme)):
            control.setAccessibleName(words)
            row = QHBoxLayout()
            name = body_label(words)
            name.setFixedWidth(Size.FORM_LABEL)
            row.addWidget(name)
            row.addWidget(control)
            row.addStretch(1)
            card.body.addLayout(row)
        self.column.addWidget(card)
        self.column.addWidget(
            caption_label(self.tr("Keys: Enter goes on, Esc skips the rest, Alt+Left goes back. Everything here can be changed later in the Settings."))
        )  # fmt: skip
        self.column.addStretch(1)

    def render_state(self, state: AppState) -> None:
        self.language.set_value(state.preferences.language)
        self.theme.set_value(state.preferences.theme)
