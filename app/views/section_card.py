"""One section of the recipe as a card: the choice among its variants, where there are any, and its options."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.forms.builder import Form, OnChange, OnFocus
from app.forms.fields import Choice, SectionSchema
from app.forms.limits import bounds_of, refused_variants
from app.state.model import AppState
from app.ui.engine_text import engine_text
from app.ui.grid import ColumnGrid
from app.ui.i18n import schema_text
from app.ui.labels import caption_label, label, set_accessible, strong_label
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
        self.reason = label("", "caption", tone="warning")
        self.reason.hide()
        self.body.addWidget(self.reason)
        self.body.addStretch(1)
        self._title, self._summary = title, summary
        set_accessible(self, title, summary)

    def set_reason(self, reason: str) -> None:
        """Why it cannot be chosen now; "" where it can."""
        if reason == self.reason.text():
            return
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.setEnabled(not reason)
        set_accessible(self, self._title, f"{self._summary}\n{reason}".strip())


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
        self._render_limits(section, state)
        if self.form is not None:
            self.form.set_models(state.engine.models)
            self.form.set_errors(state.draft.errors)

    def _render_limits(self, section: SectionSchema, state: AppState) -> None:
        """What the rest of the recipe leaves of the choices and the options, with its reasons."""
        schema = state.engine.schema
        if schema is None:
            return
        recipe = state.draft.recipe
        refused = refused_variants(recipe, self.name, schema) if self.choices else {}
        for name, card in self.choices.items():
            card.set_reason(engine_text(refused.get(name, "")))
        if self.form is not None:
            self.form.set_values(recipe)
            self.form.set_bounds(bounds_of(recipe, section.fields, schema))
