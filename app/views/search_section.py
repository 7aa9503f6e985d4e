"""The Search section of the Method page: which options to vary, how often to try, and earlier searches."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QMenu, QSpinBox, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.axes import left_of, searchable, usual_axis
from app.forms.editors import CalmComboBox
from app.forms.fields import Field, value_at
from app.state.model import AppState
from app.state.search import SearchPlan
from app.ui import format
from app.ui.labels import pad_spin_box
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    Fold,
    body_label,
    caption_label,
    clear_layout,
    label,
    link_button,
    secondary_button,
    set_accessible,
)
from app.views.search_axis import AxisRow
from engine.contract.search import PRUNERS, Axis, Pruner, SearchReport, SearchWish

KEPT_SHOWN = 5
_PRUNER_LETTERS = 28


class SearchSection(Card):
    """Folded until somebody wants it: most runs need no search."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Search"), parent)
        self._intents = intents
        self._state: AppState | None = None
        self._fields: list[Field] = []
        self._for: tuple[object, object] = (None, None)  # the recipe and the schema that the fields are of
        self._shown: tuple[str, ...] | None = None
        self._kept: tuple[SearchReport, ...] | None = None
        self.rows: dict[str, AxisRow] = {}
        about = caption_label(self.tr("Trials find better options; the held-out loss decides."))
        self.header.insertWidget(1, about, 1)
        self.fold = Fold(self.tr("Expert: vary options"))
        self.fold.button.setToolTip(self.tr("Trains the recipe several times with other options each time"))
        self.body.addWidget(self.fold)
        self._axes = QVBoxLayout()
        self._axes.setSpacing(Space.S)
        self.fold.body.addLayout(self._axes)
        self.fold.body.addLayout(self._foot())
        self.fault = label("", "caption", tone="warning")
        self.fold.body.addWidget(self.fault)
        self._earlier = QVBoxLayout()
        self._earlier.setSpacing(Space.XS)
        self.fold.body.addLayout(self._earlier)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        self.add = secondary_button(
            self.tr("Vary an option") + " ▾", self.tr("Options of the method and the optimizer")
        )
        self.menu = QMenu(self.add)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(self.menu)
        self.trials = QSpinBox()
        self.trials.setRange(1, 1000)
        self.trials.setSuffix(" " + self.tr("trials"))
        pad_spin_box(self.trials)
        set_accessible(self.trials, self.tr("Trials"), self.tr("How often the recipe is trained"))
        self.trials.valueChanged.connect(lambda value: self._plan(trials=value))
        self.pruner = CalmComboBox()
        self.pruner.setMinimumContentsLength(_PRUNER_LETTERS)
        for name, words in self._pruners().items():
            self.pruner.addItem(words, name)
        set_accessible(
            self.pruner,
            self.tr("Ending trials early"),
            self.tr("A trial that is behind the others is given up, so that there is time for better ones"),
        )
        self.pruner.currentIndexChanged.connect(lambda: self._plan(pruner=self.pruner.currentData()))
        self.start = secondary_button(
            self.tr("Start the search"), self.tr("Every trial is kept; a search can go on later")
        )
        self.start.clicked.connect(self._start)
        for part in (self.add, self.trials, self.pruner):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.start)
        return row

    def _pruners(self) -> dict[Pruner, str]:
        words = {
            "median": self.tr("End what is worse than the median"),
            "hyperband": self.tr("End by Hyperband"),
            "none": self.tr("End no trial early"),
        }
        return {name: words[name] for name in PRUNERS}

    # ------------------------------------------------------------ showing

    def render_state(self, state: AppState) -> None:
        """Show the plan of the next search and the earlier ones."""
        self._state = state
        schema = state.engine.schema
        if schema is None:
            return
        plan = state.search.plan
        if self._for[0] is not state.draft.recipe or self._for[1] is not schema:
            self._for = (state.draft.recipe, schema)
            self._fields = searchable(state.draft.recipe, schema)
        axes = left_of(plan.axes, self._fields)
        paths = tuple(axis.path for axis in axes)
        if paths != self._shown:
            self._shown = paths
            self._show_axes(axes)
        self.trials.blockSignals(True)
        self.trials.setValue(plan.trials)
        self.trials.blockSignals(False)
        self.pruner.blockSignals(True)
        self.pruner.setCurrentIndex(self.pruner.findData(plan.pruner))
        self.pruner.blockSignals(False)
        fault = self._fault(state)
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        self.start.setEnabled(not fault)
        if state.search.kept is not self._kept:
            self._kept = state.search.kept
            self._show_kept(state.search.kept)

    def _fault(self, state: AppState) -> str:
        """Why no search can begin now."""
        if state.search_job.active:
            return self.tr("A search is in progress.")
        if not self.rows:
            return self.tr("Choose at least one option to vary.")
        held_out = value_at(state.draft.recipe, "data.validation") or {}
        if not any(held_out.get(name) for name in ("ratio", "count", "path", "column")):
            return self.tr("No rows are held out; set a validation share first.")
        return next((row.fault for row in self.rows.values() if row.fault), "")

    def _show_axes(self, axes: tuple[Axis, ...]) -> None:
        clear_layout(self._axes)
        by_path = {field.path: field for field in self._fields}
        self.rows = {axis.path: AxisRow(by_path[axis.path], axis, self._change) for axis in axes}
        for row in self.rows.values():
            self._axes.addWidget(row)

    def _show_kept(self, kept: tuple[SearchReport, ...]) -> None:
        clear_layout(self._earlier)
        if kept:
            self._earlier.addSpacing(Space.S)
            self._earlier.addWidget(caption_label(self.tr("Earlier searches")))
        for report in kept[:KEPT_SHOWN]:
            holder = QWidget()
            line = QHBoxLayout(holder)
            line.setContentsMargins(0, 0, 0, 0)
            done = sum(trial.state in ("completed", "pruned", "failed") for trial in report.trials)
            paths = ", ".join(axis.path for axis in report.wish.axes)
            words = self.tr("{0} of {1} trials over {2}, {3}").format(
                done, report.wish.trials, paths, format.ago(report.created)
            )
            line.addWidget(body_label(words), 1)
            show = link_button(self.tr("Show"), self.tr("Show the trials of this search"))
            show.clicked.connect(partial(self._intents.open_search, report.folder))
            line.addWidget(show)
            self._earlier.addWidget(holder)

    # ------------------------------------------------------------ acting

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.setToolTipsVisible(True)
        for field in self._fields:
            if field.path not in self.rows:
                action = self.menu.addAction(field.title, partial(self._add, field))
                action.setToolTip(field.help)

    def _add(self, field: Field) -> None:
        if self._state is not None:
            self._change(field.path, usual_axis(field, self._state.draft.recipe))

    def _change(self, path: str, axis: Axis | None) -> None:
        axes = {row.axis.path: row.axis for row in self.rows.values() if row.axis.path != path}
        if axis is not None:
            axes = {row: axes.get(row, axis) for row in [*self.rows, path]}
        self._plan(axes=tuple(axes.values()))

    def _plan(self, **changes: Any) -> None:
        if self._state is None:
            return
        plan = self._state.search.plan
        axes = left_of(plan.axes, self._fields)
        known = {"axes": axes, "trials": plan.trials, "pruner": plan.pruner}
        self._intents.plan_search(SearchPlan(**{**known, **changes}))

    def _start(self) -> None:
        axes = tuple(row.axis for row in self.rows.values())
        wish = SearchWish(axes=axes, trials=self.trials.value(), pruner=self.pruner.currentData())
        self._intents.start_search(wish)
