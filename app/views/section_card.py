"""One section of the recipe as a card: the choice among its variants, where there are any, and its options."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.forms.builder import Form, OnChange, OnFocus
from app.forms.fields import Choice, SectionSchema
from app.state.model import AppState
from app.ui.grid import ColumnGrid
from app.ui.i18n import schema_text
from app.ui.labels import caption_label, set_accessible, strong_label
from app.ui.theme import Space
from app.ui.widgets import Card

_CHOICE_WIDTH = 230
OnChoose = Callable[[str, str], None]


class ChoiceCard(Card):
    """One variant: what it is called and what it does."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, clickable=True, tight=True)
        self.kind = choice.kind
        title, summary = schema_text(choice.raw_title), schema_text(choice.raw_summary)
        self.body.setSpacing(Space.XS)
        self.body.addWidget(strong_label(title))
        self.body.addWidget(caption_label(summary))
        self.body.addStretch(1)
        set_accessible(self, title, summary)


class SectionCard(Card):
    """Rebuilt when its fields become others, that is when another variant was chosen."""

    def __init__(
        self,
        section: SectionSchema,
        on_change: OnChange,
        on_choose: OnChoose,
        on_focus: OnFocus,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(section.title, parent)
        self.name = section.name
        self._on_change, self._on_focus = on_change, on_focus
        self.setToolTip("")
        if section.help:
            self.header.insertWidget(1, caption_label(section.help), 1)
        self.choices: dict[str, ChoiceCard] = {}
        if section.choices:
            grid = ColumnGrid(_CHOICE_WIDTH, most=4)
            for choice in section.choices:
                card = ChoiceCard(choice)
                card.clicked.connect(lambda kind=choice.kind: on_choose(section.name, kind))
                self.choices[choice.kind] = card
                grid.add(card)
            self.body.addWidget(grid)
            if section.fields:
                self.body.addSpacing(Space.S)
        self._holder = QVBoxLayout()
        self.body.addLayout(self._holder)
        self.form: Form | None = None
        self._build(section)

    def _build(self, section: SectionSchema) -> None:
        opened = False
        if self.form is not None:
            opened = self.form.fold is not None and self.form.fold.button.isChecked()
            self._holder.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self._paths = tuple(field.path for field in section.fields)
        self.form = None
        if section.fields:
            self.form = Form(section.fields, self._on_change, self._on_focus, opened=opened)
            self._holder.addWidget(self.form)

    def render_state(self, section: SectionSchema, state: AppState) -> None:
        """Show the draft's options of this section and what is wrong with them."""
        if tuple(field.path for field in section.fields) != self._paths:
            self._build(section)
        kind = (state.draft.recipe.get(self.name) or {}).get("kind") if self.choices else None
        for name, card in self.choices.items():
            card.set_selected(name == kind)
        if self.form is not None:
            self.form.set_models(state.engine.models)
            self.form.set_values(state.draft.recipe)
            self.form.set_errors(state.draft.errors)
