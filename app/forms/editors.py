"""One editor for each kind of field. All have ``changed(object)``, ``set_value`` and ``value``."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QWidget

from app.forms.fields import Field
from app.forms.number import NumberEdit
from app.ui import format
from app.ui.i18n import schema_text
from app.ui.theme import Size, Space
from app.ui.widgets import SegmentedControl, Switch, icon_button
from engine.contract.results import LocalModel

_SEGMENTS = 3
_SEGMENT_LETTERS = 24


class Editor(Protocol):
    """What the builder knows of an editor; each is a QWidget too."""

    @property
    def changed(self) -> SignalInstance:
        """The user gave another value."""

    def set_value(self, value: Any) -> None:
        """Show ``value`` without telling anyone."""

    def set_refused(self, reasons: Mapping[Any, str]) -> None:
        """Show which values cannot be taken now, and why; empty: all can."""


class SwitchEdit(QWidget):
    """True or false."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.switch = Switch(field.title, tooltip=field.help)
        self.switch.toggled.connect(lambda on: self.changed.emit(bool(on)))
        self.setFocusProxy(self.switch)
        self.setMinimumHeight(Size.CONTROL)
        row.addWidget(self.switch)
        row.addStretch(1)

    def value(self) -> bool:
        """Whether it is on."""
        return self.switch.isChecked()

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        if bool(value) != self.switch.isChecked():
            self.switch.set_on(bool(value))

    def set_refused(self, reasons: Mapping[Any, str]) -> None:
        """A switch whose other side cannot be taken stands still."""
        self.switch.setEnabled((not self.value()) not in reasons)


class CalmComboBox(QComboBox):
    """Does not change under a scrolling wheel unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ComboEdit(CalmComboBox):
    """One of several choices; None is a choice of its own where it is allowed."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if field.optional:
            self.addItem(self.tr("automatic"), None)
        for choice in field.choices:
            self.addItem(schema_text(choice), choice)
        self.activated.connect(lambda _: self.changed.emit(self.currentData()))

    def value(self) -> Any:
        """The taken choice."""
        return self.currentData()

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        self.setCurrentIndex(self.findData(value))

    def set_refused(self, reasons: Mapping[Any, str]) -> None:
        """Grey out what cannot be taken; the reason is its tooltip."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for row in range(self.count()):
            reason = reasons.get(self.itemData(row), "")
            model.item(row).setEnabled(not reason)
            model.item(row).setToolTip(reason)


class SegmentEdit(QWidget):
    """One of two or three short choices."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._choices = field.choices
        self.segments = SegmentedControl([(choice, schema_text(choice)) for choice in field.choices])
        self.segments.changed.connect(lambda value: self.changed.emit(value))
        self.setFocusProxy(self.segments.button(field.choices[0]))
        row.addWidget(self.segments)
        row.addStretch(1)

    def value(self) -> Any:
        """The taken choice."""
        return self.segments.value()

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        self.segments.set_value(str(value))

    def set_refused(self, reasons: Mapping[Any, str]) -> None:
        """Grey out what cannot be taken; the reason is its tooltip."""
        for choice in self._choices:
            button = self.segments.button(choice)
            button.setEnabled(choice not in reasons)
            button.setToolTip(reasons.get(choice, ""))


class TextEdit(QLineEdit):
    """A line of text; lists are written with commas."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._value: Any = field.default
        self.setAcceptDrops(False)
        if field.max_length is not None:
            self.setMaxLength(field.max_length)
        if field.optional:
            self.setPlaceholderText(self.tr("automatic"))
        self.editingFinished.connect(self._finish)

    def value(self) -> Any:
        """The value as the recipe takes it."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show ``value``; what is being typed is not disturbed."""
        self._value = value
        if self.isModified() and self.hasFocus():
            return
        words = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")
        if words != self.text():
            self.setText(words)
            self.setCursorPosition(0)

    def parsed(self) -> Any:
        """What the typed text means."""
        text = self.text().strip()
        parts = [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]
        if self._field.kind == "list" or (self._field.kind == "text_or_list" and len(parts) > 1):
            return parts
        return None if not text and self._field.optional else text

    def _finish(self) -> None:
        value = self.parsed()
        self.setModified(False)
        if value != self._value:
            self._value = value
            self.changed.emit(value)


class PathEdit(QWidget):
    """A path that can be typed or chosen."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picks = field.picks
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.line = TextEdit(field)
        self.line.changed.connect(self.changed)
        self.browse = icon_button("folder", self.tr("Choose in a dialog"))
        self.browse.clicked.connect(self._ask)
        self.setFocusProxy(self.line)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)

    def value(self) -> Any:
        """The path or None."""
        return self.line.value()

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        self.line.set_value(value)

    def _ask(self) -> None:
        title = self.line.accessibleName() or self.browse.toolTip()
        if self._picks == "folder":
            path = QFileDialog.getExistingDirectory(self.window(), title, str(self.value() or ""))
        else:
            kinds = self.tr("Python files (*.py)") if self._picks == "python" else ""
            path, _ = QFileDialog.getOpenFileName(self.window(), title, str(self.value() or ""), kinds)
        if path:
            self.set_value(path)
            self.changed.emit(path)


class ModelEdit(QWidget):
    """The base model: one that was found on this computer, or a folder."""

    changed = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._default = str(field.default or "")
        self._value = self._default
        self._models: tuple[LocalModel, ...] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        self.combo = CalmComboBox()
        self.combo.activated.connect(lambda _: self._take(self.combo.currentData()))
        self.browse = icon_button("folder", self.tr("Choose a model folder"))
        self.browse.clicked.connect(self._ask)
        self.setFocusProxy(self.combo)
        row.addWidget(self.combo, 1)
        row.addWidget(self.browse)
        self.set_models(())

    def value(self) -> str:
        """The path, or the name of the model that comes with Luthier."""
        return self._value

    def set_models(self, models: tuple[LocalModel, ...]) -> None:
        """Offer ``models`` that can be trained, the one that comes with Luthier first."""
        usable = tuple(model for model in models if model.trainable)
        if usable == self._models:
            return
        self._models = usable
        self.combo.clear()
        own = next((model for model in usable if model.origin == "starter"), None)
        if self._default:
            self.combo.addItem(own.name if own else self.tr("Starter model"), self._default)
        for model in usable:
            if model.origin == "starter" and self._default:
                continue
            self.combo.addItem(f"{model.name} · {format.size(model.size_bytes)}", model.path)
            self.combo.setItemData(self.combo.count() - 1, model.path, Qt.ItemDataRole.ToolTipRole)
        self.set_value(self._value)

    def set_value(self, value: Any) -> None:
        """Show ``value``; an unknown folder becomes an entry of its own."""
        self._value = str(value or "")
        index = self.combo.findData(self._value)
        if index < 0 and self._value:
            self.combo.addItem(self._value.replace("\\", "/").rstrip("/").rpartition("/")[2], self._value)
            index = self.combo.count() - 1
        self.combo.setCurrentIndex(index)
        self.combo.setToolTip(self._value)

    def _take(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.changed.emit(value)

    def _ask(self) -> None:
        path = QFileDialog.getExistingDirectory(self.window(), self.browse.toolTip())
        if path:
            self.set_value(path)
            self.changed.emit(path)


def make_editor(field: Field) -> QWidget:
    """The editor for ``field``."""
    if field.kind in ("integer", "number"):
        return NumberEdit(field)
    if field.kind == "boolean":
        return SwitchEdit(field)
    if field.kind == "choice":
        letters = sum(len(schema_text(choice)) for choice in field.choices)
        short = len(field.choices) <= _SEGMENTS and letters <= _SEGMENT_LETTERS and not field.optional
        return SegmentEdit(field) if short else ComboEdit(field)
    if field.kind == "path":
        return PathEdit(field)
    return ModelEdit(field) if field.kind == "model" else TextEdit(field)


def as_editor(widget: QWidget) -> Editor:
    """The same object, seen as an editor."""
    return cast(Editor, widget)
