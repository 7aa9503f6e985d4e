"""The dataset files of the draft: what each was taken for, and how to put that right."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ElidedLabel,
    caption_label,
    chip,
    clear_layout,
    icon_button,
    label,
    rule,
    set_accessible,
)
from engine.contract.results import FormatInfo, InspectedFile

SURE, LIKELY = 0.9, 0.6
AUTO = "auto"


class SourceRow(QWidget):
    """One file: name, format and rows; its format and columns unfold beneath."""

    def __init__(self, index: int, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._intents = index, intents
        self._shown: tuple[Any, ...] = ()
        self.name = ElidedLabel()
        self.taken_for = ElidedLabel()
        self.taken_for.setProperty("role", "caption")
        self.rows = label("", "body", wrap=False)
        self.rejected = label("", "caption", wrap=False, tone="danger")
        self.edit = icon_button("edit", self.tr("Change the format or the columns of this file"))
        self.edit.setCheckable(True)
        self.remove = icon_button("close", self.tr("Take this file out; the file itself stays where it is"))
        self.remove.clicked.connect(lambda: self._intents.remove_source(self._index))
        self.editor = QWidget()
        self.editor.hide()
        self.edit.toggled.connect(self.editor.setVisible)
        self.format = QComboBox()
        self.columns: dict[str, QComboBox] = {}
        self._grid = QGridLayout(self.editor)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.taken_for)
        words.addWidget(self.rejected)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addLayout(words, 1)
        row.addWidget(self.rows)
        row.addWidget(self.edit)
        row.addWidget(self.remove)
        self._grid.setContentsMargins(0, Space.XS, 0, Space.S)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(row)
        column.addWidget(self.editor)
        column.addWidget(rule())

    def show_source(
        self,
        source: Mapping[str, Any],
        found: InspectedFile | None,
        formats: tuple[FormatInfo, ...],
        busy: bool,
    ) -> None:
        """Show the file as the draft names it and as the engine found it."""
        if self._shown == (source, found, formats, busy):
            return
        self._shown = (source, found, formats, busy)
        path = str(source.get("path", ""))
        self.name.set_full_text(Path(path).name)
        self.name.setToolTip(path)
        given = str(source.get("format") or AUTO)
        if found is None:
            self.taken_for.set_full_text(self.tr("Reading…") if busy else "")
            self.rows.setText("")
        else:
            self.taken_for.set_full_text(self._words(found, given))
            self.taken_for.setToolTip(engine_text(found.reason))
            self.rows.setText(human.number(found.rows))
        bad = found.rows - found.accepted if found else 0
        self.rejected.setText(self.tr("{count} rejected").format(count=human.number(bad)) if bad else "")
        self.rejected.setVisible(bad > 0)
        self._show_editor(source, found, formats, given)

    def _words(self, found: InspectedFile, given: str) -> str:
        if given != AUTO:
            sure = self.tr("as you chose")
        elif found.confidence >= SURE:
            sure = self.tr("sure")
        else:
            sure = self.tr("likely") if found.confidence >= LIKELY else self.tr("a guess, please check")
        columns = ", ".join(dict.fromkeys(found.mapping.values())) or ", ".join(found.columns[:3])
        return f"{found.family} · {sure} ({columns})" if columns else f"{found.family} · {sure}"

    # ------------------------------------------------------------ the mapping editor

    def _show_editor(
        self,
        source: Mapping[str, Any],
        found: InspectedFile | None,
        formats: tuple[FormatInfo, ...],
        given: str,
    ) -> None:
        clear_layout(self._grid)
        self.format = QComboBox()
        set_accessible(self.format, self.tr("Format"), self.tr("The shape of the rows; auto detects it"))
        self.format.addItem(self.tr("auto: {family}").format(family=found.family) if found else AUTO, AUTO)
        for known in formats:
            self.format.addItem(known.family, known.family)
            self.format.setItemData(
                self.format.count() - 1, schema_text(known.summary), Qt.ItemDataRole.ToolTipRole
            )
        self.format.setCurrentIndex(max(0, self.format.findData(given)))
        self.format.activated.connect(self._choose_format)
        self._grid.addWidget(caption_label(self.tr("Format")), 0, 0)
        self._grid.addWidget(self.format, 0, 1)
        self.columns = {}
        family = found.family if found and given == AUTO else given
        info = next((item for item in formats if item.family == family), None)
        if found is None or info is None:
            return
        chosen = {**found.mapping, **(source.get("columns") or {})}
        for row, name in enumerate(info.names, start=1):
            self.columns[name] = self._column_box(name, found, chosen.get(name, ""))
            self._grid.addWidget(caption_label(name), row, 0)
            self._grid.addWidget(self.columns[name], row, 1)

    def _column_box(self, name: str, found: InspectedFile, column: str) -> QComboBox:
        box = QComboBox()
        set_accessible(box, name, self.tr("Which column of the file holds {name}").format(name=name))
        box.addItem("–", "")
        for item in found.columns:
            box.addItem(item, item)
        if column and box.findData(column) < 0:
            box.addItem(column, column)
        box.setCurrentIndex(max(0, box.findData(column)))
        box.activated.connect(partial(self._map, name, box))
        return box

    def _map(self, name: str, box: QComboBox, _row: int) -> None:
        self._intents.map_column(self._index, name, str(box.currentData()))

    def _choose_format(self, _row: int) -> None:
        self._intents.set_source_format(self._index, str(self.format.currentData()))


class SourcesCard(Card):
    """All files of the draft. ``add`` asks for more."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Sources"), parent)
        self._intents = intents
        self.add = chip(
            self.tr("+ Add or drop files"), clickable=True, tooltip=self.tr("Add dataset files (Ctrl+O)")
        )
        self.add.clicked.connect(self.ask)  # type: ignore[union-attr]
        self.header.addWidget(self.add)
        self.rows: list[SourceRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.body.addLayout(self._list)
        self.hint: QLabel = caption_label(self.tr("Files can be dropped anywhere in the window."))
        self.body.addWidget(self.hint)

    def ask(self) -> None:
        """Let the user choose files."""
        kinds = self.tr(
            "Datasets (*.json *.jsonl *.ndjson *.csv *.tsv *.parquet *.txt *.md *.gz);;All files (*)"
        )
        paths, _ = QFileDialog.getOpenFileNames(self.window(), self.tr("Add dataset files"), "", kinds)
        if paths:
            self._intents.import_files(paths)

    def show_state(self, state: AppState) -> None:
        """Show the draft's files."""
        sources = state.draft.recipe.get("data", {}).get("sources") or ()
        schema = state.engine.schema
        formats = schema.data_formats if schema else ()
        busy = "inspect" in state.data.busy
        while len(self.rows) < len(sources):
            row = SourceRow(len(self.rows), self._intents)
            self.rows.append(row)
            self._list.addWidget(row)
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(sources))
            if index < len(sources):
                found = inspected(state, str(sources[index].get("path", "")), index)
                row.show_source(sources[index], found, formats, busy)


def inspected(state: AppState, path: str, index: int) -> InspectedFile | None:
    """What the engine found in the draft's file ``index``, if it has answered for this very file."""
    files = state.data.inspection.files if state.data.inspection else ()
    if index < len(files) and Path(files[index].path) == Path(path):
        return files[index]
    return next((item for item in files if Path(item.path) == Path(path)), None)
