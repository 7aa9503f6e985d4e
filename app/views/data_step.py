"""One cleaning step of the list: on or off, what it did, its options, and a handle to move it by."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.forms.builder import Form
from app.forms.fields import Field, sections_of
from app.ui import format as human
from app.ui.i18n import schema_text
from app.ui.parts import IconButton
from app.ui.theme import Space
from app.ui.widgets import ElidedLabel, Switch, chip, icon_button, rule
from engine.contract.errors import FieldError
from engine.contract.results import SchemaReply, StepCount, VariantInfo

Step = dict[str, Any]
GRIP_WIDTH = 18


class StepOwner(Protocol):
    """What a row asks of the list it stands in."""

    def toggle(self, place: int, on: bool) -> None: ...
    def change(self, place: int, option: str, value: Any) -> None: ...
    def reorder(self, place: int, to: int) -> None: ...
    def remove(self, place: int) -> None: ...
    def look(self, place: int, what: str) -> None: ...
    def drag(self, place: int, where: QPoint) -> None: ...
    def drop(self, place: int, where: QPoint) -> None: ...
    @property
    def focus_help(self) -> Callable[[str, str], None]: ...


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


class Grip(IconButton):
    """Takes hold of a step: dragged with the mouse, moved with the arrow keys."""

    dragged = Signal(QPoint)  # global place of the mouse
    dropped = Signal(QPoint)
    moved = Signal(int)  # -1 up, 1 down

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__("grip", words, parent)
        self.setProperty("grip", True)
        self.setFixedWidth(GRIP_WIDTH)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._from: QPoint | None = None
        self._dragging = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, once the mouse has moved enough to mean it."""
        if self._from is None:
            return
        place = event.globalPosition().toPoint()
        self._dragging = self._dragging or (place - self._from).manhattanLength() > Space.XS
        if self._dragging:
            self.dragged.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        dragging, self._dragging, self._from = self._dragging, False, None
        if dragging:
            self.dropped.emit(event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move the step by one place."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class StepRow(QWidget):
    """Made anew when another kind of step takes its place; its form is made when it is first opened."""

    def __init__(
        self,
        place: int,
        info: VariantInfo,
        schema: SchemaReply,
        owner: StepOwner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self.place = info.kind, place
        self._owner = owner
        self._summary = schema_text(info.summary)
        self._fields = step_fields(schema, info.kind)
        self._step: Step = {}
        self._faults: tuple[FieldError, ...] = ()
        title = schema_text(info.title)
        self.grip = Grip(self.tr("Move {name}: drag, or use the arrow keys").format(name=title))
        self.grip.dragged.connect(lambda where: owner.drag(place, where))
        self.grip.dropped.connect(lambda where: owner.drop(place, where))
        self.grip.moved.connect(lambda by: owner.reorder(place, place + by))
        self.switch = Switch(title, tooltip=self._summary)
        self.switch.toggled.connect(lambda on: owner.toggle(place, on))
        self.title = ElidedLabel(title)
        self.detail = ElidedLabel(self._summary)
        self.detail.setProperty("role", "caption")
        self.count = chip("…", clickable=True, tooltip=self.tr("Look at the rows that this step touched"))
        self._what = "removed"
        self.count.clicked.connect(lambda: owner.look(place, self._what))
        self.more = icon_button("chevron-down", self.tr("Options of {name}").format(name=title))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self.form: Form | None = None
        self.under = QWidget()
        self.under.hide()
        self._lay_out(title)

    def _lay_out(self, title: str) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self.grip)
        row.addWidget(self.switch)
        row.addSpacing(Space.XS)
        row.addLayout(words, 1)
        row.addWidget(self.count)
        row.addWidget(self.more)
        self._under = QVBoxLayout(self.under)
        self._under.setContentsMargins(GRIP_WIDTH + Space.S, 0, 0, Space.S)
        self._under.setSpacing(Space.S)
        self.up = chip(
            self.tr("Up"), clickable=True, tooltip=self.tr("Run {name} earlier").format(name=title)
        )
        self.down = chip(
            self.tr("Down"), clickable=True, tooltip=self.tr("Run {name} later").format(name=title)
        )
        self.gone = chip(
            self.tr("Remove"),
            clickable=True,
            tooltip=self.tr("Take {name} out of the list").format(name=title),
        )
        self.up.clicked.connect(lambda: self._owner.reorder(self.place, self.place - 1))
        self.down.clicked.connect(lambda: self._owner.reorder(self.place, self.place + 1))
        self.gone.clicked.connect(lambda: self._owner.remove(self.place))
        tools = QHBoxLayout()
        tools.setSpacing(Space.XS)
        for tool in (self.up, self.down, self.gone):
            tools.addWidget(tool)
        tools.addStretch(1)
        self._under.addLayout(tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(row)
        column.addWidget(self.under)
        column.addWidget(rule())

    def _unfold(self, opened: bool) -> None:
        self.under.setVisible(opened)
        self.more.set_icon_name("chevron-up" if opened else "chevron-down")
        if opened and self.form is None and self._fields:
            self.form = Form(
                self._fields, self._changed, self._owner.focus_help, opened=len(self._fields) < 6
            )
            self._under.insertWidget(0, self.form)
            self.form.set_values({"step": self._step})
            self.form.set_errors(self._faults)

    def _changed(self, path: str, value: Any) -> None:
        self._owner.change(self.place, path.rpartition(".")[2], value)

    # ------------------------------------------------------------ showing

    def show_step(
        self, step: Step, on: bool, count: StepCount | None, *, last: int, faults: tuple[FieldError, ...] = ()
    ) -> None:
        """Show whether the step is on, how it is set and what it did; ``last`` is the last place of the list."""
        self._step, self._faults = step, faults
        self.switch.set_on(on)
        self.detail.set_full_text(self._told(step))
        self.up.setEnabled(self.place > 0)
        self.down.setEnabled(self.place < last)
        if self.form is not None:
            self.form.set_values({"step": step})
            self.form.set_errors(faults)
        if faults and not self.more.isChecked():
            self.more.setChecked(True)
        self.count.setVisible(on)
        self._show_count(count)

    def _told(self, step: Step) -> str:
        """How the step is set where that is not usual; else what it does."""
        words = []
        for field in self._fields:
            value = step.get(field.path.rpartition(".")[2], field.default)
            if value == field.default or value in (None, "", [], ()):
                continue
            shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            words.append(field.title if value is True else f"{field.title}: {schema_text(shown)}")
        return " · ".join(words) or self._summary

    def _show_count(self, count: StepCount | None) -> None:
        button = self.count
        assert isinstance(button, QPushButton)
        if count is None:
            button.setText("…")
            button.setEnabled(False)
            return
        removed = count.before - count.after
        words = [f"−{human.number(removed)}"] if removed > 0 else []
        words += [f"{human.number(count.changed)} ✎"] if count.changed else []
        words += [f"+{human.number(-removed)}"] if removed < 0 else []
        button.setText(" · ".join(words) or "0")
        button.setEnabled(removed > 0 or count.changed > 0)
        self._what = "removed" if removed > 0 else "changed"
        spoken = self.tr("{removed} rows removed, {changed} changed: look at them")
        button.setToolTip(
            spoken.format(removed=human.number(max(0, removed)), changed=human.number(count.changed))
        )
        button.setAccessibleName(button.toolTip())
