"""What of the recipe can be changed so that it fits, each with its price and a button, and the cards it would fit on."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.ui import format
from app.ui.engine_text import engine_text
from app.ui.labels import body_label, caption_label, chip_label, clear_layout, muted_label, set_accessible
from app.ui.theme import Space
from app.ui.widgets import Fold, secondary_button
from engine.contract.results import CardFit, Change, Plan

translate = QCoreApplication.translate


class ChangeRow(QWidget):
    """One change: what it is, what it saves and costs, and the button that makes it."""

    def __init__(
        self, change: Change, intents: Intents, parent: QWidget | None = None, *, fits_already: bool = False
    ) -> None:
        super().__init__(parent)
        self.change = change
        title = engine_text(change.title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XS, 0, Space.XS)
        column.setSpacing(Space.XS)
        column.addWidget(body_label(title))
        column.addWidget(caption_label(engine_text(change.cost)))
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        saves = muted_label(self.tr("saves {0}").format(format.size(change.saves_bytes)))
        saves.setWordWrap(False)
        line.addWidget(saves)
        if change.fits and not fits_already:
            line.addWidget(chip_label(self.tr("then it fits"), "success"))
        line.addStretch(1)
        self.apply = secondary_button(self.tr("Apply"), self.tr("Change the recipe so; Undo takes it back"))
        set_accessible(self.apply, self.tr("Apply: {0}").format(title), self.apply.toolTip())
        self.apply.clicked.connect(lambda: intents.apply_change(change.options))
        line.addWidget(self.apply)
        column.addLayout(line)


class ChangeList(QWidget):
    """All changes, the best first."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self.rows: list[ChangeRow] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.note = muted_label()
        outer.addWidget(self.note)
        self._column = QVBoxLayout()
        self._column.setSpacing(Space.XS)
        outer.addLayout(self._column)

    def show_plan(self, plan: Plan, *, shown: bool) -> None:
        """Show the changes of ``plan``, or a word while they are looked for, or that there are none."""
        fits = plan.memory_bytes <= plan.available_bytes
        self.show_changes(plan.changes if shown else (), fits_already=fits)
        self.setVisible(shown)
        self.note.setVisible(not plan.changes)
        self.note.setText(
            self.tr("Nothing that may be changed takes noticeably less.")
            if plan.asked_changes
            else self.tr("Looking for changes that take less memory …")
        )

    def show_changes(self, changes: tuple[Change, ...], *, fits_already: bool = False) -> None:
        """A row for each of ``changes``."""
        clear_layout(self._column)
        self.rows = [ChangeRow(change, self._intents, fits_already=fits_already) for change in changes]
        for row in self.rows:
            self._column.addWidget(row)


class Smaller(QWidget):
    """Where a recipe fits: what would take less memory all the same, for somebody who wants the rest for something else."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fold = Fold(self.tr("Take less memory"))
        self.changes = ChangeList(intents)
        self.fold.body.addWidget(self.changes)
        self.fold.toggled.connect(intents.plan_for_changes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)

    def show_plan(self, plan: Plan, *, too_large: bool) -> None:
        """Show the changes of ``plan``, which are counted when the fold is opened; hidden where they stand openly."""
        self.setVisible(not too_large)
        self.changes.show_plan(plan, shown=not too_large)


class CardList(QWidget):
    """Named graphics cards, present or not: whether the recipe fits on each, and what it would take there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = muted_label(self.tr("Counting for graphics cards …"))
        self._box = QWidget()
        self._grid = QGridLayout(self._box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.note)
        column.addWidget(self._box)

    def show_cards(self, cards: tuple[CardFit, ...]) -> None:
        """Show ``cards``; a word of waiting while there are none."""
        clear_layout(self._grid)
        self.note.setVisible(not cards)
        for row, card in enumerate(cards):
            mark = chip_label("✓" if card.fits else "✕", "success" if card.fits else "danger")
            words = self.tr("fits") if card.fits else self.tr("does not fit")
            set_accessible(mark, f"{card.name}: {words}")
            needed = caption_label(format.size(card.needed_bytes))
            needed.setWordWrap(False)
            needed.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(caption_label(card.name), row, 0)
            self._grid.addWidget(needed, row, 1)
            self._grid.addWidget(mark, row, 2)
