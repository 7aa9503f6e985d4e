"""The Method page: every option of the recipe, made from the schema, and what a run with them would cost."""

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.builder import FieldRow
from app.forms.fields import SectionSchema, sections_of
from app.state.model import AppState
from app.state.store import Store
from app.ui import format
from app.ui.labels import set_accessible
from app.ui.theme import Size, Space, Theme
from app.ui.widgets import (
    Card,
    ErrorBanner,
    ProgressRow,
    Skeleton,
    icon_button,
    primary_button,
    scrolled,
    secondary_button,
)
from app.views import names
from app.views.advice import AdviceCard
from app.views.asks import FileAsks
from app.views.next_step import next_step
from app.views.page_frame import PageHead, page_column
from app.views.plan_panel import HelpCard, PlanCard
from app.views.search_section import SearchSection
from app.views.section_card import SectionCard
from engine.contract.results import SchemaReply


class MethodPage(QWidget):
    """Cards of options at the left, plan and help at the right, one button that starts."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._intents = store, intents
        self._asks = FileAsks(self, intents)
        self._schema: object = None
        self.cards: dict[str, SectionCard] = {}
        column = page_column(self)
        self.head = PageHead(self.tr("Method"))
        self._fill_head()
        column.addWidget(self.head)
        self.starter = ProgressRow(cancellable=False)
        self.starter_card = Card()
        self.starter_card.body.addWidget(self.starter)
        column.addWidget(self.starter_card)
        self.starter_error = ErrorBanner()
        column.addWidget(self.starter_error)
        columns = QHBoxLayout()
        columns.setSpacing(Space.L)
        column.addLayout(columns, 1)
        self._forms = QWidget()
        self._forms.setMaximumWidth(Size.READING)
        self._sections = QVBoxLayout(self._forms)
        self._sections.setContentsMargins(0, 0, Space.XS, 0)
        self._sections.setSpacing(Space.L)
        self.advice = AdviceCard(intents)
        self._sections.addWidget(self.advice)
        self.skeleton = Skeleton(8)
        self._sections.addWidget(self.skeleton)
        self.search = SearchSection(intents)
        self._sections.addWidget(self.search)
        self._sections.addStretch(1)
        self.area: QScrollArea = scrolled(self._forms)
        columns.addWidget(self.area, 1)
        columns.addWidget(self._panel())

    def _fill_head(self) -> None:
        row = self.head.action_row
        undo = icon_button("undo", self.tr("Undo the last change of the recipe (Ctrl+Z)"))
        undo.clicked.connect(self._intents.undo_draft)
        redo = icon_button("redo", self.tr("Redo (Ctrl+Shift+Z)"))
        redo.clicked.connect(self._intents.redo_draft)
        self.recipe_button = secondary_button(
            self.tr("Recipe") + " ▾", self.tr("Open all options from a file, or save them to one")
        )
        self.recipe_menu = QMenu(self.recipe_button)
        self.recipe_button.setMenu(self.recipe_menu)
        self._fill_menu(None)
        self.start = primary_button(self.tr("Start training"))
        self.start.clicked.connect(self._go)
        for part in (undo, redo, self.recipe_button, self.start):
            row.addWidget(part)

    def _fill_menu(self, schema: SchemaReply | None) -> None:
        """The forms for other programs are known with the schema."""
        menu = self.recipe_menu
        menu.clear()
        menu.addAction(self.tr("Open a recipe…"), self._asks.open_recipe)
        menu.addAction(self.tr("Save the recipe…"), self._asks.save_recipe)
        if schema is not None and schema.recipe_forms:
            menu.addSeparator()
        for form in schema.recipe_forms if schema is not None else ():
            menu.addAction(
                self.tr("Save as {0}…").format(form.title), partial(self._asks.export_recipe, form)
            )

    def _panel(self) -> QWidget:
        self.plan = PlanCard(self._intents)
        self.help = HelpCard()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addWidget(self.plan)
        column.addWidget(self.help)
        column.addStretch(1)
        area = scrolled(holder)
        area.setFixedWidth(Size.PANEL_WIDE)
        return area

    # ------------------------------------------------------------ showing

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``."""
        self._render_head(state)
        self._render_starter(state)
        self._render_sections(state)
        self.plan.render_state(state)
        self.help.render_state(state)

    def _render_head(self, state: AppState) -> None:
        recipe = state.draft.recipe
        parts = []
        kind = str((recipe.get("method") or {}).get("kind", ""))
        if kind:
            parts.append(names.method_title(kind, state))
        path = str((recipe.get("model") or {}).get("path", ""))
        if path:
            parts.append(names.model_name(path, state))
        rows = names.row_count(state)
        if rows is not None:
            parts.append(self.tr("{0} rows").format(format.number(rows)))
        self.head.set_subtitle(" · ".join(parts))
        step = next_step(state)
        self.start.setText(step.text)
        self.start.setEnabled(step.act != "wait")
        set_accessible(self.start, step.text, step.why)

    def _render_starter(self, state: AppState) -> None:
        job = state.starter_job
        self.starter_card.setVisible(job.active)
        self.starter_error.set_error(job.error if not job.active else None)
        if job.active:
            self.starter.set_progress(
                names.job_title(job.kind or "starter"),
                job.progress_done, job.progress_total, job.progress_unit, eta_s=job.eta_s,
            )  # fmt: skip

    def _render_sections(self, state: AppState) -> None:
        schema = state.engine.schema
        self.skeleton.setVisible(schema is None)
        self.advice.setVisible(schema is not None)
        self.advice.render_state(state)
        self.search.setVisible(schema is not None)
        self.search.render_state(state)
        for card in self.cards.values():
            card.setVisible(schema is not None)
        if schema is None:
            return
        sections = [
            item
            for item in sections_of(schema.recipe_schema, state.draft.recipe)
            if item.fields or item.choices
        ]
        if schema is not self._schema:
            self._schema = schema
            self._fill_menu(schema)
            self._build(_in_order(sections))
        for section in sections:
            self.cards[section.name].render_state(section, state)

    def _build(self, sections: list[SectionSchema]) -> None:
        for card in self.cards.values():
            self._sections.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {}
        for place, section in enumerate(sections, start=1):  # under the advice
            card = SectionCard(section, self._change, self._choose, self._intents.set_focus_help)
            self.cards[section.name] = card
            self._sections.insertWidget(place, card)

    # ------------------------------------------------------------ acting

    def _change(self, path: str, value: Any) -> None:
        self._intents.set_option(path, value)

    def _choose(self, section: str, kind: str) -> None:
        if (self._store.state.draft.recipe.get(section) or {}).get("kind") != kind:
            self._intents.choose_variant(section, kind)  # type: ignore[arg-type]

    def _go(self) -> None:
        step = next_step(self._store.state)
        actions = {
            "data": partial(self._intents.show_page, "data"),
            "running": partial(self._intents.show_page, "train"),
            "fault": self._show_fault,
            "start": self._intents.start_run,
        }
        if step.act in actions:
            actions[step.act]()  # type: ignore[operator]

    def _show_fault(self) -> None:
        self.focus_option(self._store.state.draft.errors[0].path)

    def focus_option(self, path: str) -> None:
        """Scroll to the field at ``path`` and put the cursor into it."""
        for card in self.cards.values():
            row = card.form.focus_field(path) if card.form is not None else None
            if row is not None:
                QTimer.singleShot(0, self, partial(self._scroll_to, row))
                return

    def _scroll_to(self, row: FieldRow) -> None:
        self.area.ensureWidgetVisible(row, 0, Space.XXL * 2)


def _in_order(sections: list[SectionSchema]) -> list[SectionSchema]:
    """Choices first (what is trained and how), then the options of everything else in the recipe's order."""
    return sorted(sections, key=lambda section: not section.choices)
