"""The advisor on the Method page: what the training is for, and its proposal as changes to take or leave."""

from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format
from app.ui.engine_text import engine_text
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ErrorBanner,
    Fold,
    IconLabel,
    SegmentedControl,
    Skeleton,
    body_label,
    caption_label,
    clear_layout,
    icon_button,
    label,
    muted_label,
    secondary_button,
    set_accessible,
    strong_label,
)
from app.views.advice_words import goal_words, value_words
from engine.contract.advice import GOALS, Advice, Caution, Choice


class ChoiceRow(QWidget):
    """One proposed change: a box to take it, what it changes, and why."""

    def __init__(self, choice: Choice, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        title = schema_text(choice.title)
        self.box = QCheckBox()
        self.box.setChecked(choice.changed)
        if not choice.changed:
            self.box.hide()
        set_accessible(self.box, title, self.tr("Take this change over"))
        before, value = (value_words(choice, item, state) for item in (choice.before, choice.value))
        words = self.tr("{0} → {1}").format(before, value) if choice.changed else value
        grid = QGridLayout(self)
        grid.setContentsMargins(0, Space.XS, 0, Space.XS)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.box, 0, 0)
        name = strong_label(title)
        name.setToolTip(choice.path)
        name.setWordWrap(False)
        grid.addWidget(name, 0, 1)
        self.change = body_label(words)
        grid.addWidget(self.change, 0, 2)
        why = muted_label(engine_text(choice.sentence))
        grid.addWidget(why, 1, 1, 1, 2)
        self.source = caption_label(self.tr("Source: {0}").format(engine_text(choice.source)))
        grid.addWidget(self.source, 2, 1, 1, 2)
        grid.setColumnStretch(2, 1)

    def set_possible(self, possible: bool) -> None:
        """Whether what this change needs is taken."""
        self.box.setEnabled(possible)
        reason = "" if possible else self.tr("It needs another change of this list")
        self.box.setToolTip(reason or self.tr("Take this change over"))

    @property
    def taken(self) -> bool:
        """Whether it is to be taken over."""
        return self.choice.changed and self.box.isChecked() and self.box.isEnabled()


class AdviceCard(Card):
    """Asks for the goal, shows the proposal, and hands back what the user takes of it."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self._shown: Advice | None = None
        self.rows: list[ChoiceRow] = []
        self.setAccessibleName(self.tr("Advise me"))
        self.title.setText(self.tr("Advise me"))
        self.header.addWidget(IconLabel("spark", tone="accent"))
        self.header.addWidget(self.title)
        self.header.addWidget(caption_label(self.tr("What is the training for?")))
        self.goals = SegmentedControl([(goal, goal_words(goal)[0]) for goal in GOALS])
        for goal in GOALS:
            self.goals.button(goal).setToolTip(goal_words(goal)[1])
        self.goals.changed.connect(intents.ask_advice)
        self.header.addStretch(1)
        self.header.addWidget(self.goals)
        self.close_button = icon_button("close", self.tr("Close the advice and change nothing"))
        self.close_button.clicked.connect(intents.close_advice)
        self.header.addWidget(self.close_button)
        self.error = ErrorBanner()
        self.waiting = Skeleton(4)
        self.facts = muted_label()
        self._list = QWidget()
        self._column = QGridLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        for part in (self.error, self.waiting, self.facts, self._list, self._foot()):
            self.body.addWidget(part)

    def _foot(self) -> QWidget:
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self.apply = secondary_button(
            self.tr("Nothing to apply"), self.tr("Set the chosen options; Undo takes all of them back")
        )
        self.apply.clicked.connect(self._apply)
        self.memory = caption_label()
        row.addWidget(self.apply)
        row.addWidget(self.memory, 1)
        return self.foot

    def render_state(self, state: AppState) -> None:
        """Show the question, the wait, the proposal or why there is none."""
        advice = state.advice
        found = advice.found
        if advice.goal:
            self.goals.set_value(advice.goal)
        else:
            self.goals.clear()
        self.close_button.setVisible(bool(advice.goal))
        self.error.set_error(advice.error)
        self.waiting.setVisible(advice.asking)
        for part in (self.facts, self._list, self.foot):
            part.setVisible(found is not None)
        if found is not None and found is not self._shown:
            self._show(found, state)
        self._shown = found

    def _show(self, found: Advice, state: AppState) -> None:
        clear_layout(self._column)
        changed = [choice for choice in found.choices if choice.changed]
        kept = [choice for choice in found.choices if not choice.changed]
        self.rows = [ChoiceRow(choice, state) for choice in changed]
        parts: list[QWidget] = [*map(_caution, found.cautions), *self.rows]
        if kept:
            fold = Fold(self.tr("As it is already ({0})").format(len(kept)))
            for choice in kept:
                fold.body.addWidget(ChoiceRow(choice, state))
            parts.append(fold)
        for place, part in enumerate(parts):
            self._column.addWidget(part, place, 0)
        for row in self.rows:
            row.box.toggled.connect(self._count)
        sizes = format.size(found.memory_bytes), format.size(found.available_bytes)
        words = (
            self.tr("Then {0} of {1} free: it fits")
            if found.fits
            else self.tr("Then {0} of {1} free: it does not fit")
        )
        self.memory.setText(words.format(*sizes))
        self.facts.setText(self._about(found))
        self._count()

    def _about(self, found: Advice) -> str:
        parameters = self.tr("{0} parameters").format(format.short_count(found.parameters))
        if not found.rows:
            return parameters
        kinds = {
            "conversation": self.tr("{0} conversations"),
            "text": self.tr("{0} texts"),
            "pair": self.tr("{0} pairs of answers"),
            "verdict": self.tr("{0} answers with a verdict"),
        }
        return f"{kinds[found.kind].format(format.number(found.rows))} · {parameters}"

    def _count(self) -> None:
        chosen = {row.choice.path for row in self.rows if row.box.isChecked()}
        for row in self.rows:
            row.set_possible(row.choice.needs in ("", *chosen))
        count = sum(row.taken for row in self.rows)
        text = self.tr("Apply {0} changes").format(count) if count else self.tr("Nothing to apply")
        self.apply.setText(text)
        self.apply.setEnabled(bool(count))
        set_accessible(self.apply, text)

    def _apply(self) -> None:
        self._intents.apply_advice([row.choice.path for row in self.rows if row.taken])


def _caution(caution: Caution) -> QWidget:
    holder = QWidget()
    row = QGridLayout(holder)
    row.setContentsMargins(0, Space.XS, 0, Space.XS)
    row.setHorizontalSpacing(Space.M)
    row.setVerticalSpacing(0)
    row.addWidget(IconLabel("warning", tone="warning", size=16), 0, 0)
    row.addWidget(label(engine_text(caution.sentence), "body"), 0, 1)
    if caution.source:
        row.addWidget(caption_label(engine_text(caution.source)), 1, 1)
    row.setColumnStretch(1, 1)
    return holder
