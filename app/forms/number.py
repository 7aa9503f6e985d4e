"""A number field that knows magnitudes: it reads and shows 1e-4, and its arrows step 1, 2, 5, 10."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from app.forms.fields import Field
from app.ui import format
from app.ui.labels import pad_spin_box
from app.ui.theme import Size, tabular

Number = int | float | None
_LADDER = (1.0, 2.0, 5.0, 10.0)


def parse(text: str, field: Field) -> tuple[bool, Number]:
    """(whether ``text`` is a value of ``field``, that value); an empty text is None where None is allowed."""
    text = text.strip().replace(",", "").replace("_", "").replace("，", "")
    if not text:
        return field.optional, None
    try:
        value: int | float = int(text) if field.kind == "integer" else float(text)
    except ValueError:
        return False, None
    return math.isfinite(value) and within(value, field), value


def within(value: float, field: Field) -> bool:
    """Whether ``value`` keeps the bounds of ``field``."""
    if field.low is not None and (value < field.low or (field.low_open and value == field.low)):
        return False
    return not (field.high is not None and (value > field.high or (field.high_open and value == field.high)))


def show(value: Number, field: Field) -> str:
    """``value`` as its users write it."""
    if value is None:
        return ""
    return str(int(value)) if field.kind == "integer" else format.scientific(float(value))


def stepped(value: Number, steps: int, field: Field) -> Number:
    """The value ``steps`` arrows away: whole numbers by one (large ones along 1-2-5), shares by 0.01, else 1-2-5."""
    start = value if value is not None else (field.default if field.default is not None else field.low or 1)
    if field.kind == "integer":
        result: Number = (
            _ladder(start, steps) if abs(start) >= 100 and field.widget == "log" else int(start) + steps
        )
        if abs(start) >= 128 and field.high is not None and field.high > 2048:
            result = int(start) + 64 * steps
    elif field.widget != "log" and field.low is not None and field.high is not None and field.high <= 1:
        result = round(float(start) + 0.01 * steps, 6)
    elif field.widget == "log" or 0 < abs(start) < 0.1:
        result = _ladder(start, steps)
    else:
        result = round(float(start) + steps, 6)
    return result if result is not None and within(result, field) else value


def _ladder(value: float, steps: int) -> float:
    value = abs(value) or 1e-6
    for _ in range(abs(steps)):
        exponent = math.floor(math.log10(value) + 1e-9)
        mantissa = value / 10**exponent
        if steps > 0:
            mantissa = next((rung for rung in _LADDER if rung > mantissa * 1.001), 20.0)
        else:
            mantissa = next((rung for rung in reversed((0.5, *_LADDER)) if rung < mantissa * 0.999), 0.5)
        value = float(f"{mantissa * 10**exponent:.6g}")
    return value


class NumberEdit(QAbstractSpinBox):
    """Edits one number; ``changed`` when a valid value was entered (not at each key)."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: Number = field.default
        self.setFont(tabular(self.font()))
        self.setAcceptDrops(False)
        self.lineEdit().setAcceptDrops(False)
        pad_spin_box(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if field.optional:
            self.lineEdit().setPlaceholderText(self.tr("automatic"))
        self.editingFinished.connect(self._finish)
        self.set_value(field.default)

    def value(self) -> Number:
        """The last valid value."""
        return self._value

    def set_value(self, value: Number) -> None:
        """Show ``value`` without telling anyone; what is being typed is not disturbed."""
        self._value = value
        if not self.lineEdit().isModified() or not self.hasFocus():
            self.lineEdit().setText(show(value, self._field))

    def sizeHint(self) -> QSize:
        return QSize(Size.FORM_FIELD // 2, Size.CONTROL)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        valid, _ = parse(text, self._field)
        return (QValidator.State.Acceptable if valid else QValidator.State.Intermediate, text, position)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    def stepBy(self, steps: int) -> None:
        valid, value = parse(self.lineEdit().text(), self._field)
        result = stepped(value if valid else self._value, steps, self._field)
        if result != self._value:
            self._value = result
            self.lineEdit().setText(show(result, self._field))
            self.changed.emit(result)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # scrolling a form must not change it

    def _finish(self) -> None:
        valid, value = parse(self.lineEdit().text(), self._field)
        if not valid:
            self.lineEdit().setText(show(self._value, self._field))
        elif value != self._value:
            self._value = value
            self.changed.emit(value)
        self.lineEdit().setModified(False)
