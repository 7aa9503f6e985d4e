"""Cleaning as a list of reversible steps with what each of them did."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.builder import Form
from app.forms.fields import Field, sections_of
from app.state.model import AppState
from app.ui import format as human
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ElidedLabel,
    Switch,
    icon_button,
    label,
    muted_label,
    rule,
    set_accessible,
    strong_label,
)
from engine.contract.results import SchemaReply, StepCount, VariantInfo

Step = dict[str, Any]


def step_fields(schema: SchemaReply, kind: str) -> list[Field]:
    """The options of one step, with their bare names as paths."""
    whole = schema.recipe_schema
    targets = [
        {"$ref": f"#/$defs/{name}"}
        for name, target in whole.get("$defs", {}).items()
        if target.get("properties", {}).get("kind", {}).get("const") == kind
    ]
    if not targets:
        return []
    alone = {"$defs": whole["$defs"], "properties": {"step": {"oneOf": targets[:1]}}}
    return [field for section in sections_of(alone, {"step": {"kind": kind}}) for field in section.fields]


class StepRow(QWidget):
    """One step: on or off, its effect, and its options beneath."""

    def __init__(
        self, info: VariantInfo, schema: SchemaReply, card: "CleaningCard", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = info.kind
        self._card = card
        title = schema_text(info.title)
        self.switch = Switch(title, tooltip=schema_text(info.summary))
        self.switch.toggled.connect(lambda on: card.toggle(self.kind, on))
        self.title = ElidedLabel(title)
        self.detail = ElidedLabel(schema_text(info.summary))
        self.detail.setProperty("role", "caption")
        self.count = label("", "muted", wrap=False)
        self.more = icon_button("method", self.tr("Options of {name}").format(name=title))
        self.more.setCheckable(True)
        self.form = Form(step_fields(schema, info.kind), self._changed, card.focus_help, opened=True)
        self.form.hide()
        self.more.toggled.connect(self.form.setVisible)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        row.addWidget(self.switch)
        row.addLayout(words, 1)
        row.addWidget(self.count)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(row)
        column.addWidget(self.form)
        column.addWidget(rule())

    def _changed(self, path: str, value: Any) -> None:
        self._card.change(self.kind, path.rpartition(".")[2], value)

    def show_step(self, step: Step | None, count: StepCount | None) -> None:
        """Show whether the step is on, and what it did."""
        self.switch.set_on(step is not None)
        self.more.setVisible(step is not None and bool(self.form.rows))
        if step is None:
            self.more.setChecked(False)
            self.count.setText("")
            return
        self.form.set_values({"step": step})
        if count is None:
            self.count.setText("…")
            return
        removed = count.before - count.after
        words = (
            f"−{human.number(removed)}"
            if removed or not count.changed
            else f"{human.number(count.changed)} ✎"
        )
        self.count.setText(words)
        spoken = self.tr("{removed} rows removed, {changed} changed")
        self.count.setToolTip(
            spoken.format(removed=human.number(removed), changed=human.number(count.changed))
        )


class CleaningCard(Card):
    """Every step the engine knows; those that are on stand in the draft, in their order."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Cleaning"), parent)
        self._intents = intents
        self._steps: list[Step] = []
        self._schema: SchemaReply | None = None
        self.rows: dict[str, StepRow] = {}
        self.rows_in = muted_label()
        self.rows_out = strong_label()
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.body.addWidget(self.rows_in)
        self.body.addLayout(self._list)
        self.body.addWidget(self.rows_out)
        set_accessible(
            self,
            self.tr("Cleaning"),
            self.tr("Each step can be turned off again; the files stay as they are"),
        )

    @property
    def focus_help(self) -> Callable[[str, str], None]:
        """Where the forms of the steps say which field is in focus."""
        return self._intents.set_focus_help

    def show_state(self, state: AppState) -> None:
        """Show the draft's steps with the counts of the newest report."""
        schema = state.engine.schema
        if schema is not None and schema is not self._schema:
            self._build(schema)
        data = state.draft.recipe.get("data", {})
        self._steps = [dict(step) for step in data.get("steps") or ()]
        report = state.data.report
        fresh = report is not None and "statistics" not in state.data.busy
        counts = {item.kind: item for item in report.steps} if report and fresh else {}
        by_kind = {str(step.get("kind")): step for step in self._steps}
        for kind, row in self.rows.items():
            row.show_step(by_kind.get(kind), counts.get(kind))
        before = report.steps[0].before if report and report.steps else report.rows if report else None
        self.rows_in.setText(
            self.tr("{rows} rows in, reversible in any order").format(rows=human.number(before))
            if before is not None
            else self.tr("Reversible in any order; the files stay as they are")
        )
        self.rows_out.setText(
            self.tr("{rows} rows out").format(rows=human.number(report.rows)) if report else ""
        )

    def _build(self, schema: SchemaReply) -> None:
        self._schema = schema
        for row in self.rows.values():
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = {}
        for info in schema.steps:
            self.rows[info.kind] = StepRow(info, schema, self)
            self._list.addWidget(self.rows[info.kind])

    def toggle(self, kind: str, on: bool) -> None:
        """Turn a step on (at its place among the others) or off."""
        others = [step for step in self._steps if step.get("kind") != kind]
        if on:
            order = list(self.rows)
            place = sum(order.index(str(step.get("kind"))) < order.index(kind) for step in others)
            others.insert(place, {"kind": kind})
        self._send(others)

    def change(self, kind: str, option: str, value: Any) -> None:
        """Set an option of a step that is on."""
        self._send([{**step, option: value} if step.get("kind") == kind else step for step in self._steps])

    def _send(self, steps: Sequence[Step]) -> None:
        self._intents.set_steps(list(steps))
