"""What one cleaning step removed or changed, row by row, as a text to read."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.dataset import EffectsState
from app.state.model import AppState
from app.ui import diff
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.i18n import schema_text
from app.ui.theme import Space, colors_of, mono_font
from app.ui.widgets import (
    Card,
    SegmentedControl,
    Skeleton,
    caption_label,
    chip,
    clear_layout,
    icon_button,
    label,
    muted_label,
    rule,
    secondary_button,
)
from app.views.data_rows import edited_rows
from engine.contract.results import StepEffect

MOST_SHOWN = 1200  # characters of a row that was removed whole


class EffectRow(QWidget):
    """One row before and after."""

    def __init__(self, effect: StepEffect, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._effect = effect
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.head = QHBoxLayout()
        self.head.setSpacing(Space.S)
        place = self.tr("{file}, line {line}").format(
            file=Path(effect.path).name, line=human.number(effect.line)
        )
        self.place = caption_label(place)
        self.place.setWordWrap(False)
        self.head.addWidget(self.place)
        self.head.addStretch(1)
        column.addLayout(self.head)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setWordWrap(True)
        self.text.setFont(mono_font())
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.text)
        column.addWidget(rule())
        self._draw()

    def _draw(self) -> None:
        effect = self._effect
        if effect.after is None:
            shown = effect.before[:MOST_SHOWN] + ("…" if len(effect.before) > MOST_SHOWN else "")
            pieces: list[diff.Part] = [("same", shown)]
            spoken = effect.before
        else:
            pieces = diff.parts(effect.before, effect.after)
            spoken = f"{effect.before}\n→\n{effect.after}"
        self.text.setText(diff.as_html(pieces, colors_of(self)))
        self.text.setAccessibleName(spoken)

    def changeEvent(self, event: QEvent) -> None:
        """The colours of the marks follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "text"):
            self._draw()


class EffectsCard(Card):
    """Stands on top of the page's middle while somebody looks at a step."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What a step did"), parent)
        self._intents = intents
        self._shown = EffectsState()
        self._rows_of: tuple[StepEffect, ...] = ()
        self.what = SegmentedControl([("removed", self.tr("Removed")), ("changed", self.tr("Changed"))])
        self.what.changed.connect(lambda what: intents.show_effects(self._shown.step, what))
        self.close_button = icon_button("close", self.tr("Close this view; the step stays as it is"))
        self.close_button.clicked.connect(lambda: intents.show_effects(-1, "removed"))
        self.header.addWidget(self.what)
        self.header.addWidget(self.close_button)
        self.total = muted_label()
        self.waiting = Skeleton(3)
        self.trouble = label("", "body", tone="danger")
        self.rows: list[EffectRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.more = secondary_button(self.tr("Show more"), self.tr("The next rows that this step touched"))
        self.more.clicked.connect(intents.more_effects)
        for part in (self.total, self.trouble, self.waiting):
            self.body.addWidget(part)
        self.body.addLayout(self._list)
        self.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_state(self, state: AppState) -> None:
        """Show what the step that is looked at did."""
        effects, busy = state.data.effects, "effects" in state.data.busy
        self.setVisible(effects.step >= 0)
        if effects.step < 0:
            return
        schema = state.engine.schema
        title = next((item.title for item in schema.steps if item.kind == effects.kind), "") if schema else ""
        self.title.setText(schema_text(title))
        self.what.set_value(effects.what)
        self.waiting.setVisible(busy and not effects.rows)
        self.trouble.setText(engine_text(effects.error.message) if effects.error else "")
        self.trouble.setVisible(effects.error is not None)
        self.total.setText(self._sentence(effects))
        self.total.setVisible(effects.total is not None)
        self._shown = effects
        if effects.rows != self._rows_of:
            self._show_rows(effects, state)
        left = (effects.total or 0) - len(effects.rows)
        self.more.setVisible(left > 0 and bool(effects.rows))
        self.more.setEnabled(not busy)

    def _sentence(self, effects: EffectsState) -> str:
        count = effects.total or 0
        if effects.what == "removed":
            words = self.tr("1 row removed") if count == 1 else self.tr("{count} rows removed")
        else:
            words = self.tr("1 row changed") if count == 1 else self.tr("{count} rows changed")
        return words.format(count=human.number(count))

    def _show_rows(self, effects: EffectsState, state: AppState) -> None:
        kept = len(self._rows_of) if effects.rows[: len(self._rows_of)] == self._rows_of else 0
        if not kept:
            clear_layout(self._list)
            self.rows = []
        self._rows_of = effects.rows
        edited = edited_rows(state) if _holds_edits(state, effects.step) else frozenset()
        for effect in effects.rows[kept:]:
            row = EffectRow(effect)
            if (effect.path, effect.line) in edited:
                self._add_restore(row, effect)
            self.rows.append(row)
            self._list.addWidget(row)

    def _add_restore(self, row: EffectRow, effect: StepEffect) -> None:
        button = chip(
            self.tr("Restore"), clickable=True, tooltip=self.tr("Take back what was edited: as the file says")
        )
        button.clicked.connect(lambda: self._intents.restore_row(effect.path, effect.line))
        row.head.addWidget(button)


def _holds_edits(state: AppState, step: int) -> bool:
    steps = state.draft.recipe.get("data", {}).get("steps") or ()
    return step < len(steps) and bool(steps[step].get("edits"))
