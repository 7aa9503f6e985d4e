"""How one dataset file is read: its format, which column holds what, how much of it, and what comes of that."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.builder import FieldRow
from app.forms.editors import CalmComboBox
from app.forms.fields import field_at
from app.state.model import AppState
from app.ui.flow import FlowLayout
from app.ui.grid import ColumnGrid
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import ElidedLabel, caption_label, chip, clear_layout, label, set_accessible
from app.views.data_row_edit import role_words
from engine.contract.errors import FieldError
from engine.contract.results import FormatInfo, InspectedFile, PreviewRow, SchemaReply

AUTO = "auto"
NONE = "–"
AMOUNTS = ("weight", "max_samples")
MAPPINGS = ("roles", "fill")
MOST_EXAMPLE = 160
LABEL = 84


class SourceEditor(QWidget):
    """Unfolds under a file. Every choice takes effect at once and can be undone."""

    def __init__(self, index: int, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._intents = index, intents
        self._source: Mapping[str, Any] = {}
        self._found: InspectedFile | None = None
        self._shown: tuple[Any, ...] = ()
        self.columns: dict[str, CalmComboBox] = {}
        self.examples: dict[str, ElidedLabel] = {}
        self.amounts: dict[str, FieldRow] = {}
        self.format = CalmComboBox()
        set_accessible(self.format, self.tr("Format"), self.tr("The shape of the rows; auto detects it"))
        self.format.activated.connect(self._choose_format)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.XS, 0, Space.S)
        column.setSpacing(Space.S)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnMinimumWidth(0, LABEL)
        self._grid.setColumnStretch(1, 1)
        top = QGridLayout()
        top.setHorizontalSpacing(Space.S)
        top.setColumnMinimumWidth(0, LABEL)
        top.setColumnStretch(1, 1)
        top.addWidget(caption_label(self.tr("Format")), 0, 0)
        top.addWidget(self.format, 0, 1)
        column.addLayout(top)
        column.addLayout(self._grid)
        self.given = QWidget()
        self._given = FlowLayout(self.given)
        column.addWidget(self.given)
        self._amounts = ColumnGrid(120, most=2)
        column.addWidget(self._amounts)
        self.read_as = caption_label(self.tr("The first row, as it is read"))
        self.reading = label("", "body")
        column.addWidget(self.read_as)
        column.addWidget(self.reading)

    # ------------------------------------------------------------ showing

    def show_source(self, source: Mapping[str, Any], found: InspectedFile | None, state: AppState) -> None:
        """Show how the file is read now; ``found`` is what the engine says of it."""
        schema = state.engine.schema
        self._source, self._found = source, found
        self._show_reading(state)
        self.show_errors(state.draft.errors)
        if schema is None or self._shown == (source, found, schema.version):
            return
        self._shown = (source, found, schema.version)
        self._show_formats(schema)
        self._show_columns(schema)
        self._show_given()
        self._show_amounts(schema)

    def _show_formats(self, schema: SchemaReply) -> None:
        given = str(self._source.get("format") or AUTO)
        self.format.clear()
        found = self._found
        self.format.addItem(self.tr("auto: {family}").format(family=found.family) if found else AUTO, AUTO)
        for known in schema.data_formats:
            self.format.addItem(known.family, known.family)
            self.format.setItemData(
                self.format.count() - 1, schema_text(known.summary), Qt.ItemDataRole.ToolTipRole
            )
        self.format.setCurrentIndex(max(0, self.format.findData(given)))

    def _format_info(self, schema: SchemaReply) -> FormatInfo | None:
        given = str(self._source.get("format") or AUTO)
        family = self._found.family if self._found and given == AUTO else given
        return next((item for item in schema.data_formats if item.family == family), None)

    def _show_columns(self, schema: SchemaReply) -> None:
        info, found = self._format_info(schema), self._found
        if found is None or info is None:
            return
        if list(self.columns) != list(info.names):
            self._build_columns(info)
        chosen = {**found.mapping, **(self._source.get("columns") or {})}
        for name, box in self.columns.items():
            column = str(chosen.get(name, ""))
            items = ["", *found.columns] + ([column] if column and column not in found.columns else [])
            if [box.itemData(place) for place in range(box.count())] != items:
                box.clear()
                for item in items:
                    box.addItem(item or NONE, item)
            box.setCurrentIndex(max(0, box.findData(column)))
            self._show_example(name, column)

    def _build_columns(self, info: FormatInfo) -> None:
        clear_layout(self._grid)
        self.columns, self.examples = {}, {}
        for row, name in enumerate(info.names):
            box = CalmComboBox()
            set_accessible(box, name, self.tr("Which column of the file holds {name}").format(name=name))
            box.activated.connect(partial(self._map, name))
            example = ElidedLabel()
            example.setProperty("role", "caption")
            self._grid.addWidget(caption_label(name), 2 * row, 0)
            self._grid.addWidget(box, 2 * row, 1)
            self._grid.addWidget(example, 2 * row + 1, 1)
            self.columns[name], self.examples[name] = box, example

    def _show_example(self, name: str, column: str) -> None:
        rows = self._found.examples if self._found else ()
        cell = next((value for row in rows if (value := _cell(row, column)) not in (None, "")), None)
        words = " ".join(str(cell).split())[:MOST_EXAMPLE] if cell is not None else ""
        self.examples[name].set_full_text(words)
        self.examples[name].setVisible(bool(words))

    def _show_given(self) -> None:
        """Words that were mapped to roles, and what empty cells are filled with: a click takes one back."""
        clear_layout(self._given)
        for kind in MAPPINGS:
            for name, value in (self._source.get(kind) or {}).items():
                mark = chip(
                    f"{name} → {value}  ×", clickable=True,
                    tooltip=self.tr("Take back: {name} counts as {value}").format(name=name, value=value),
                )  # fmt: skip
                mark.clicked.connect(partial(self._forget, kind, name))
                self._given.addWidget(mark)
        self.given.setVisible(self._given.count() > 0)

    def _show_amounts(self, schema: SchemaReply) -> None:
        if not self.amounts:
            for name in AMOUNTS:
                field = field_at(schema.recipe_schema, f"data.sources[{self._index}].{name}")
                if field is not None:
                    self.amounts[name] = FieldRow(field, self._intents.set_option)
            self._amounts.set_widgets(list(self.amounts.values()))
        for name, row in self.amounts.items():
            row.set_value(self._source.get(name, row.field.default))

    def show_errors(self, errors: tuple[FieldError, ...]) -> None:
        """Say beside an amount what is wrong with it."""
        by_path = {error.path: error for error in errors}
        for row in self.amounts.values():
            row.set_error(by_path.get(row.field.path))

    def _show_reading(self, state: AppState) -> None:
        """The first previewed row of this file, turn by turn."""
        rows = state.data.preview.rows if state.data.preview else ()
        own = self._found.path if self._found else str(self._source.get("path", ""))
        row = next((row for row in rows if Path(row.path) == Path(own)), None)
        self.read_as.setVisible(row is not None)
        self.reading.setVisible(row is not None)
        if row is not None:
            self.reading.setText(_as_read(row))

    # ------------------------------------------------------------ choosing

    def _map(self, name: str, _row: int) -> None:
        column = str(self.columns[name].currentData())
        self._show_example(name, column)
        self._intents.map_column(self._index, name, column)

    def _choose_format(self, _row: int) -> None:
        self._intents.set_source_format(self._index, str(self.format.currentData()))

    def _forget(self, kind: str, name: str) -> None:
        rest = {key: value for key, value in (self._source.get(kind) or {}).items() if key != name}
        self._intents.set_option(f"data.sources[{self._index}].{kind}", rest)


def _cell(row: Mapping[str, Any], column: str) -> Any:
    """The cell of a column, which may be a dotted place in nested rows."""
    if column in row or not column:
        return row.get(column)
    place: Any = row
    for part in column.split("."):
        place = place.get(part) if isinstance(place, Mapping) else None
    return place


def _as_read(row: PreviewRow) -> str:
    if not row.messages:
        return row.rendered[:MOST_EXAMPLE]
    lines = []
    for turn in row.messages[:4]:
        text = " ".join(str(turn.get("content", "")).split())
        lines.append(f"{role_words(str(turn.get('role', '')))}: {text[:MOST_EXAMPLE]}")
    return "\n".join([*lines, *(["…"] if len(row.messages) > 4 else [])])
