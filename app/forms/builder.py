"""Fields to widgets: the only place that turns the recipe's schema into a form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.forms.editors import ModelEdit, as_editor, make_editor
from app.forms.fields import Field, value_at
from app.forms.limits import Bounds
from app.ui import format
from app.ui.engine_text import engine_text
from app.ui.grid import ColumnGrid
from app.ui.i18n import schema_text
from app.ui.labels import caption_label, label, set_accessible, set_property
from app.ui.theme import Size, Space
from app.ui.widgets import Fold
from engine.contract.errors import FieldError
from engine.contract.results import LocalModel

OnChange = Callable[[str, Any], None]
OnFocus = Callable[[str, str], None]
_FEW = 3


class FieldRow(QWidget):
    """Label over editor, and beneath it what is wrong."""

    def __init__(self, field: Field, on_change: OnChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        top = QHBoxLayout()
        top.setSpacing(Space.XS)
        self.name = label(field.title, "body", wrap=False)
        self.name.setToolTip(field.help)
        unit = caption_label(format.unit(field.unit))
        unit.setWordWrap(False)
        top.addWidget(self.name)
        top.addWidget(unit)
        top.addStretch(1)
        column.addLayout(top)
        self._bounds = Bounds()
        self.editor = make_editor(field)
        as_editor(self.editor).changed.connect(lambda value: on_change(field.path, value))
        self.name.setBuddy(self.editor)
        column.addWidget(self.editor)
        self.error: QLabel = label("", "caption", tone="danger")
        self.error.hide()
        column.addWidget(self.error)
        self.reason: QLabel = label("", "caption", tone="muted")
        self.reason.hide()
        column.addWidget(self.reason)
        column.addStretch(1)
        self._name_parts()

    def _name_parts(self) -> None:
        words = f"{self.field.help}\n{self.field.path}" if self.field.help else self.field.path
        for part in (self.editor, *self.editor.findChildren(QWidget)):
            if not part.accessibleName():
                set_accessible(part, self.field.title, words)

    def set_value(self, value: Any) -> None:
        """Show ``value``."""
        as_editor(self.editor).set_value(value)

    def set_bounds(self, bounds: Bounds) -> None:
        """Grey out what the rest of the recipe leaves no room for, and say why."""
        if bounds == self._bounds:
            return
        self._bounds = bounds
        reasons = {value: engine_text(reason) for value, reason in bounds.refused.items()}
        if self.field.choices or self.field.kind == "boolean":
            as_editor(self.editor).set_refused(reasons)
        self.editor.setEnabled(not bounds.fixed)
        words = [engine_text(bounds.fixed)] if bounds.fixed else []
        for reason in dict.fromkeys(reasons.values()):
            names = ", ".join(_spelled(value) for value, why in reasons.items() if why == reason)
            words.append(self.tr("Not now: {0}. {1}").format(names, reason))
        self.reason.setText("\n".join(words))
        self.reason.setVisible(bool(words))

    def set_error(self, error: FieldError | None) -> None:
        """Show what is wrong, or that nothing is."""
        words = ""
        if error is not None:
            words = f"⚠ {engine_text(error.reason)}"
            if error.suggestion:
                words += " " + self.tr("Did you mean {0}?").format(error.suggestion)
        self.error.setText(words)
        self.error.setVisible(bool(words))
        for part in (self.editor, *self.editor.findChildren(QWidget)):
            set_property(part, "invalid", bool(words))


class Form(QWidget):
    """Basic fields in columns, expert ones folded behind them and made only when the fold is opened."""

    def __init__(
        self,
        fields: Sequence[Field],
        on_change: OnChange,
        on_focus: OnFocus,
        parent: QWidget | None = None,
        *,
        opened: bool = False,
    ) -> None:
        super().__init__(parent)
        self.fields = tuple(fields)
        self.rows: dict[str, FieldRow] = {}
        self._on_change, self._on_focus = on_change, on_focus
        self._recipe: Mapping[str, Any] | None = None
        self._errors: Sequence[FieldError] = ()
        self._bounds: Mapping[str, Bounds] = {}
        self._models: tuple[LocalModel, ...] = ()
        self._focused: FieldRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)
        self.fold: Fold | None = None
        basic = [field for field in fields if not field.expert]
        expert = [field for field in fields if field.expert]
        if not basic and len(expert) <= _FEW:  # a fold over next to nothing helps nobody
            basic, expert = expert, []
        self._expert = expert
        if basic:
            self._column.addWidget(self._grid(basic))
        if expert:
            self._add_fold(opened)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _add_fold(self, opened: bool) -> None:
        self.fold = Fold(self.tr("Expert options ({0})").format(len(self._expert)))
        self.fold.button.setToolTip(self.tr("Options that most runs leave alone"))
        self.fold.toggled.connect(self._unfold)
        self._column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)
        self.fold.button.setChecked(opened)

    def _unfold(self, opened: bool) -> None:
        if not opened or self.fold is None or self._expert[0].path in self.rows:
            return
        self.fold.body.addWidget(self._grid(self._expert))
        self.set_models(self._models)
        if self._recipe is not None:
            self.set_values(self._recipe)
        self.set_errors(self._errors)
        self.set_bounds(self._bounds)

    def _grid(self, fields: Sequence[Field]) -> ColumnGrid:
        grid = ColumnGrid(Size.FORM_FIELD, most=4, gap=Space.L)
        for field in fields:
            self.rows[field.path] = FieldRow(field, self._on_change)
        grid.set_widgets([self.rows[field.path] for field in fields])
        return grid

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        place: QWidget | None = new
        while place is not None and not isinstance(place, FieldRow):
            place = place.parentWidget()
        if place is None or self.rows.get(place.field.path) is not place:
            self._focused = None
        elif place is not self._focused:
            self._focused = place
            self._on_focus(place.field.title, f"{place.field.help}\n\n{place.field.path}".strip())

    def set_values(self, recipe: Mapping[str, Any]) -> None:
        """Show the options of ``recipe``."""
        self._recipe = recipe
        for path, row in self.rows.items():
            row.set_value(value_at(recipe, path, row.field.default))

    def set_errors(self, errors: Sequence[FieldError]) -> None:
        """Show each fault beside its field; a fault behind the fold opens it."""
        self._errors = errors
        by_path = {error.path: error for error in errors}
        if self.fold is not None and any(field.path in by_path for field in self._expert):
            self.fold.button.setChecked(True)
        for path, row in self.rows.items():
            row.set_error(by_path.get(path))

    def set_bounds(self, bounds: Mapping[str, Bounds]) -> None:
        """Show what is left of each field."""
        self._bounds = bounds
        for path, row in self.rows.items():
            row.set_bounds(bounds.get(path, Bounds()))

    def set_models(self, models: tuple[LocalModel, ...]) -> None:
        """Offer the models that were found."""
        self._models = models
        for row in self.rows.values():
            if isinstance(row.editor, ModelEdit):
                row.editor.set_models(models)

    def focus_field(self, path: str) -> FieldRow | None:
        """Bring the field at ``path`` into focus, unfolding it; None if it is not here."""
        if self.fold is not None and any(field.path == path for field in self._expert):
            self.fold.button.setChecked(True)
        row = self.rows.get(path)
        if row is not None:
            row.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return row


def _spelled(value: Any) -> str:
    """A value as the form writes it."""
    if isinstance(value, bool):
        on, off = QCoreApplication.translate("FieldRow", "on"), QCoreApplication.translate("FieldRow", "off")
        return on if value else off
    return schema_text(str(value))
