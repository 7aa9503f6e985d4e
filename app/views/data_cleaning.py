"""Cleaning as a list of reversible steps: turned on and off, moved, set, looked at, proposed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.dataset import ProposedStep, rows_in, rows_out
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.feedback import set_banner
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    caption_label,
    chip,
    clear_layout,
    label,
    link_button,
    muted_label,
    set_accessible,
    strong_label,
)
from app.views.data_add_step import AddStepPopup
from app.views.data_step import Step, StepRow
from engine.contract.errors import FieldError
from engine.contract.results import SchemaReply, StepCount, VariantInfo


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a step of the recipe, on or off. ``index`` is its place in the recipe."""

    step: Step
    index: int = -1

    @property
    def on(self) -> bool:
        """Whether the step is applied."""
        return bool(self.step.get("enabled", True))


def entries_of(state: AppState) -> list[Entry]:
    """The recipe's steps in their order."""
    steps = state.draft.recipe.get("data", {}).get("steps") or ()
    return [Entry(dict(step), index) for index, step in enumerate(steps)]


class ProposalPart(QFrame):
    """What "Clean for me" did, and why."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_banner(self, "info")
        self._intents = intents
        self._shown: tuple[ProposedStep, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        self.heading = strong_label()
        column.addWidget(self.heading)
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        column.addLayout(self._list)
        self.undo = link_button(self.tr("Undo"), self.tr("Take these steps back, all at once"))
        self.close_button = link_button(self.tr("Good"), self.tr("Keep the steps and close this message"))
        self.undo.clicked.connect(self._undo)
        self.close_button.clicked.connect(intents.dismiss_proposal)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.undo)
        foot.addWidget(self.close_button)
        column.addLayout(foot)

    def show_steps(self, steps: tuple[ProposedStep, ...], titles: dict[str, str]) -> None:
        """Show the reasons; hidden when there are none."""
        self.setVisible(bool(steps))
        if steps == self._shown:
            return
        self._shown = steps
        count = len(steps)
        words = self.tr("1 step was put in") if count == 1 else self.tr("{count} steps were put in")
        self.heading.setText(words.format(count=count))
        clear_layout(self._list)
        for step in steps:
            title = schema_text(titles.get(step.kind, step.kind))
            self._list.addWidget(caption_label(f"{title}: {engine_text(step.reason)}"))

    def _undo(self) -> None:
        self._intents.undo_draft()
        self._intents.dismiss_proposal()


class CleaningCard(Card):
    """The draft's steps in their order."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Cleaning"), parent)
        self._intents = intents
        self._entries: list[Entry] = []
        self._schema: SchemaReply | None = None
        self._focus: int | None = None  # the place whose grip takes the focus when the list is next drawn
        self.rows: list[StepRow] = []
        self.popup: AddStepPopup | None = None
        self.clean = chip(
            self.tr("Clean for me"), "accent", clickable=True,
            tooltip=self.tr("Look at the rows and put in the steps that suit them; one undo takes all of it back"),
        )  # fmt: skip
        self.clean.clicked.connect(intents.clean_for_me)
        self.header.addWidget(self.clean)
        self.rows_in, self.rows_out = muted_label(), strong_label()
        self.rows_out.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.proposal = ProposalPart(intents)
        self.nothing = label(
            self.tr("No step yet: the rows go in as they are. The files themselves are never changed."),
            "muted",
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.add = chip(
            self.tr("+ Add step"), clickable=True, tooltip=self.tr("Choose among all cleaning steps")
        )
        self.add.clicked.connect(self.open_steps)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addWidget(self.rows_out, 1)
        for part in (self.rows_in, self.proposal, self.nothing):
            self.body.addWidget(part)
        self.body.addLayout(self._list)
        self.body.addLayout(foot)
        self._mark = QFrame(self)
        self._mark.setProperty("dropmark", True)
        self._mark.setFixedHeight(2)
        self._mark.hide()
        set_accessible(
            self,
            self.tr("Cleaning"),
            self.tr("Each step can be turned off again; the files stay as they are"),
        )

    @property
    def focus_help(self) -> Callable[[str, str], None]:
        """Where the forms of the steps say which field is in focus."""
        return self._intents.set_focus_help

    # ------------------------------------------------------------ showing

    def show_state(self, state: AppState) -> None:
        """Show the draft's steps with the counts of the newest report."""
        schema = state.engine.schema
        if schema is None:
            return
        if schema is not self._schema:
            self._schema = schema
            self._clear()
        self._entries = entries_of(state)
        report, busy = state.data.report, state.data.busy
        fresh = report is not None and "statistics" not in busy
        counts = report.steps if report and fresh else ()
        self._match_rows(schema)
        for row, entry in zip(self.rows, self._entries, strict=True):
            count = _count_of(counts, entry)
            faults = _faults_of(state.draft.errors, entry)
            row.show_step(entry.step, entry.on, count, last=len(self.rows) - 1, faults=faults)
        if self._focus is not None and self._focus < len(self.rows):
            self.rows[self._focus].grip.setFocus(Qt.FocusReason.OtherFocusReason)
            self._focus = None
        self.nothing.setVisible(not self.rows)
        self.proposal.show_steps(state.data.proposed, {item.kind: item.title for item in schema.steps})
        looking = "suggest" in busy
        self.clean.setEnabled(not looking)
        self.clean.setText(self.tr("Looking at the rows…") if looking else self.tr("Clean for me"))
        self._show_totals(state)

    def _show_totals(self, state: AppState) -> None:
        report = state.data.report
        before = rows_in(report) if report else None
        words = self.tr("{rows} rows in, reversible in any order")
        self.rows_in.setText(words.format(rows=human.number(before)) if before is not None else "")
        self.rows_in.setVisible(before is not None)
        words = self.tr("{rows} rows out")
        self.rows_out.setText(words.format(rows=human.number(rows_out(report))) if report else "")

    def _match_rows(self, schema: SchemaReply) -> None:
        """A row for each entry; those that show the right kind stay, with what is opened in them."""
        infos = {info.kind: info for info in schema.steps}
        for place, entry in enumerate(self._entries):
            kind = str(entry.step.get("kind", ""))
            if place < len(self.rows) and self.rows[place].kind == kind:
                continue
            if place < len(self.rows):
                self._drop_row(place)
            info = infos.get(kind) or VariantInfo(kind=kind, title=kind, summary="")
            row = StepRow(place, info, schema, self)
            self.rows.insert(place, row)
            self._list.insertWidget(place, row)
        while len(self.rows) > len(self._entries):
            self._drop_row(len(self.rows) - 1)

    def _drop_row(self, place: int) -> None:
        row = self.rows.pop(place)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _clear(self) -> None:
        while self.rows:
            self._drop_row(0)

    # ------------------------------------------------------------ what a row asks for

    def toggle(self, place: int, on: bool) -> None:
        """Turn a step on or off where it stands."""
        entry = self._entries[place]
        words = self.tr("{name} on") if on else self.tr("{name} off")
        step = {name: value for name, value in entry.step.items() if name != "enabled"}
        changed = Entry(step if on else {**step, "enabled": False})
        self._send(self._with(place, changed), words.format(name=self._title(entry)))

    def change(self, place: int, option: str, value: Any) -> None:
        """Set an option of a step."""
        entry = self._entries[place]
        changed = Entry({**entry.step, option: value})
        self._send(self._with(place, changed), self.tr("option of {name}").format(name=self._title(entry)))

    def reorder(self, place: int, to: int) -> None:
        """Let a step run earlier or later."""
        if not 0 <= to < len(self._entries) or to == place:
            return
        entries = list(self._entries)
        entry = entries.pop(place)
        entries.insert(to, entry)
        self._focus = to
        self._send(entries, self.tr("order of {name}").format(name=self._title(entry)))

    def remove(self, place: int) -> None:
        """Take a step out of the list."""
        entry = self._entries[place]
        entries = self._entries[:place] + self._entries[place + 1 :]
        self._send(entries, self.tr("removed {name}").format(name=self._title(entry)))

    def look(self, place: int, what: str) -> None:
        """Show what a step did."""
        self._intents.show_effects(self._entries[place].index, what)

    def add_step(self, kind: str) -> None:
        """Put a step at the end of the list."""
        entry = Entry({"kind": kind})
        self._send([*self._entries, entry], self.tr("added {name}").format(name=self._title(entry)))

    def open_steps(self) -> None:
        """Open the list of all steps."""
        if self._schema is None:
            return
        self.popup = AddStepPopup(offered(self._schema), self)
        self.popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.popup.chosen.connect(self.add_step)
        self.popup.open_at(self.add)

    def _with(self, place: int, entry: Entry) -> list[Entry]:
        return [*self._entries[:place], entry, *self._entries[place + 1 :]]

    def _send(self, entries: list[Entry], what: str) -> None:
        self._intents.set_steps([entry.step for entry in entries], what)

    def _title(self, entry: Entry) -> str:
        kind = str(entry.step.get("kind", ""))
        infos = self._schema.steps if self._schema else ()
        return schema_text(next((info.title for info in infos if info.kind == kind), kind))

    # ------------------------------------------------------------ dragging

    def drag(self, place: int, where: QPoint) -> None:
        """Show where the step would land."""
        gap = self._gap(where)
        if gap < len(self.rows):
            y = self.rows[gap].mapTo(self, QPoint(0, 0)).y() - Space.XS - 1
        else:
            last = self.rows[-1]
            y = last.mapTo(self, QPoint(0, last.height())).y() + Space.XS - 1
        self._mark.setGeometry(Space.L, y, self.width() - 2 * Space.L, 2)
        self._mark.show()
        self._mark.raise_()

    def drop(self, place: int, where: QPoint) -> None:
        """Let the step land."""
        self._mark.hide()
        gap = self._gap(where)
        self.reorder(place, gap - 1 if gap > place else gap)

    def _gap(self, where: QPoint) -> int:
        """Before which row ``where`` (a place on the screen) is."""
        y = self.mapFromGlobal(where).y()
        middles = [row.mapTo(self, QPoint(0, row.height() // 2)).y() for row in self.rows]
        return sum(middle < y for middle in middles)


def offered(schema: SchemaReply) -> tuple[VariantInfo, ...]:
    """The steps that a user may add; those that the app fills in by itself are hidden."""
    hidden = {
        definition.get("properties", {}).get("kind", {}).get("const")
        for definition in schema.recipe_schema.get("$defs", {}).values()
        if definition.get("widget") == "hidden"
    }
    return tuple(info for info in schema.steps if info.kind not in hidden)


def _count_of(counts: tuple[StepCount, ...], entry: Entry) -> StepCount | None:
    found = counts[entry.index] if 0 <= entry.index < len(counts) else None
    return found if found is not None and found.kind == entry.step.get("kind") else None


def _faults_of(errors: tuple[FieldError, ...], entry: Entry) -> tuple[FieldError, ...]:
    """The faults of one step, under the names that its form knows."""
    if entry.index < 0:
        return ()
    starts = (f"data.steps[{entry.index}].", f"data.steps.{entry.index}.")
    found = [error for error in errors if error.path.startswith(starts)]
    return tuple(
        error.model_copy(update={"path": f"step.{error.path.rpartition('.')[2]}"}) for error in found
    )
