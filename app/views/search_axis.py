"""One varied option: its name, and from where to where, or which of its choices."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.forms.fields import Field
from app.forms.number import NumberEdit
from app.ui.flow import FlowLayout
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import Switch, caption_label, icon_button, label, set_accessible
from engine.contract.results import Scalar
from engine.contract.search import Axis

_NAME_WIDTH, _NUMBER_WIDTH = 190, 110


class AxisRow(QWidget):
    """Hands every change to ``on_change``, and None when it is to be varied no more."""

    def __init__(
        self,
        field: Field,
        axis: Axis,
        on_change: Callable[[str, Axis | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.axis = axis
        self._field, self._on_change = field, on_change
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        name = label(field.title, "body", wrap=False)
        name.setToolTip(f"{field.help}\n{field.path}".strip())
        name.setFixedWidth(_NAME_WIDTH)
        row.addWidget(name)
        self.boxes: dict[Scalar, QCheckBox] = {}
        if axis.choices:
            row.addWidget(self._choices(), 1)
        else:
            self._add_numbers(row)
        self.remove = icon_button("close", self.tr("Vary this option no more"))
        self.remove.clicked.connect(lambda: on_change(field.path, None))
        row.addWidget(self.remove)

    def _add_numbers(self, row: QHBoxLayout) -> None:
        field = replace(self._field, optional=False)
        self.low, self.high = NumberEdit(field), NumberEdit(field)
        for edit, value, words in (
            (self.low, self.axis.low, self.tr("Smallest value of {0}")),
            (self.high, self.axis.high, self.tr("Largest value of {0}")),
        ):
            edit.setFixedWidth(_NUMBER_WIDTH)
            edit.set_value(int(value) if self.axis.whole else value)
            set_accessible(edit, words.format(field.title), field.help)
            edit.changed.connect(self._numbers_changed)
        row.addWidget(self.low)
        row.addWidget(caption_label(self.tr("to")))
        row.addWidget(self.high)
        self.log = Switch(
            self.tr("by magnitudes"), tooltip=self.tr("As many trials from 1e-5 to 1e-4 as from 1e-4 to 1e-3")
        )
        self.log.set_on(self.axis.log)
        self.log.toggled.connect(self._numbers_changed)
        row.addWidget(self.log)
        row.addWidget(caption_label(self.tr("by magnitudes")))
        row.addStretch(1)

    def _choices(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder)
        known: tuple[Scalar, ...] = (False, True) if self._field.kind == "boolean" else self._field.choices
        for value in known:
            words = (
                (self.tr("on") if value else self.tr("off"))
                if isinstance(value, bool)
                else schema_text(str(value))
            )
            box = QCheckBox(words)
            set_accessible(box, f"{self._field.title}: {words}", self.tr("Try this value"))
            box.setChecked(value in self.axis.choices)
            box.toggled.connect(self._choices_changed)
            self.boxes[value] = box
            flow.addWidget(box)
        return holder

    def _numbers_changed(self, *_: object) -> None:
        low, high = (float(edit.value() or 0) for edit in (self.low, self.high))
        changes = {"low": low, "high": high, "log": self.log.isChecked() and low > 0}
        self._changed(self.axis.model_copy(update=changes))

    def _choices_changed(self, *_: object) -> None:
        chosen = tuple(value for value, box in self.boxes.items() if box.isChecked())
        if chosen:
            self._changed(self.axis.model_copy(update={"choices": chosen}))

    def _changed(self, axis: Axis) -> None:
        self.axis = axis
        self._on_change(axis.path, axis)

    @property
    def fault(self) -> str:
        """What is wrong with it; "" where nothing is."""
        if self.axis.choices:
            few = len(self.axis.choices) < 2
            return self.tr("{0}: choose at least two values").format(self._field.title) if few else ""
        wrong = self.axis.low >= self.axis.high
        return (
            self.tr("{0}: the first number must be the smaller one").format(self._field.title)
            if wrong
            else ""
        )
