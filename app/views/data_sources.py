"""The dataset files of the draft: what each was taken for, how much of it is usable, and ways to put that right."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.forms.builder import FieldRow
from app.forms.fields import field_at
from app.state.dataset import SkippedFile
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ElidedLabel,
    Fold,
    caption_label,
    chip,
    clear_layout,
    icon_button,
    label,
    link_button,
    rule,
    set_accessible,
)
from app.views.asks import ask_data_files, take_clipboard
from app.views.data_source_editor import AUTO, SourceEditor
from engine.contract.results import InspectedFile

SURE, LIKELY = 0.9, 0.6
MIX = "data.mix"
FEW = 5  # files that are shown at first
MOST_TOLD = 40  # names in a tooltip
_RIGHT, _TOP = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignTop


class SourceRow(QWidget):
    """One file: name, format and rows; how it is read unfolds beneath."""

    def __init__(self, index: int, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._index, self._intents = index, intents
        self._shown: tuple[Any, ...] = ()
        self.name = ElidedLabel()
        self.taken_for = ElidedLabel()
        self.stored = ElidedLabel()
        for line in (self.taken_for, self.stored):
            line.setProperty("role", "caption")
        self.notes = label("", "caption", tone="warning")
        self.rows = label("", "body", wrap=False)
        self.rejected = label("", "caption", wrap=False, tone="danger")
        self.edit = icon_button("edit", self.tr("Change how this file is read: format, columns, amount"))
        self.edit.setCheckable(True)
        self.remove = icon_button("close", self.tr("Take this file out; the file itself stays where it is"))
        self.remove.clicked.connect(lambda: self._intents.remove_source(self._index))
        self.editor = SourceEditor(index, intents)
        self.editor.hide()
        self.edit.toggled.connect(self.editor.setVisible)
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        for line in (self.name, self.taken_for, self.stored):
            words.addWidget(line)
        counts = QVBoxLayout()
        counts.setSpacing(1)
        for figure in (self.rows, self.rejected):
            counts.addWidget(figure, 0, _RIGHT)
        counts.addStretch(1)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        tools.addWidget(self.edit)
        tools.addWidget(self.remove)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addLayout(words, 1)
        row.addLayout(counts)
        row.addLayout(tools)
        row.setAlignment(tools, _TOP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(row)
        column.addWidget(self.notes)
        column.addWidget(self.editor)
        column.addWidget(rule())

    def show_source(
        self, source: Mapping[str, Any], found: InspectedFile | None, state: AppState, busy: bool
    ) -> None:
        """Show the file as the draft names it and as the engine found it."""
        self.editor.show_source(source, found, state)
        if self._shown == (source, found, busy):
            return
        self._shown = (source, found, busy)
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
            self.rows.setToolTip(
                self.tr("{count} rows can be used").format(count=human.number(found.accepted))
            )
            self.stored.set_full_text(self._stored(found))
        self.stored.setVisible(found is not None)
        bad = found.rows - found.accepted if found else 0
        self.rejected.setText(self.tr("{count} rejected").format(count=human.number(bad)) if bad else "")
        self.rejected.setVisible(bad > 0)
        notes = "\n".join(engine_text(note) for note in found.notes) if found else ""
        self.notes.setText(notes)
        self.notes.setVisible(bool(notes))

    def _words(self, found: InspectedFile, given: str) -> str:
        if given != AUTO:
            sure = self.tr("as given")
        elif found.confidence >= SURE:
            sure = self.tr("sure")
        else:
            sure = self.tr("likely") if found.confidence >= LIKELY else self.tr("a guess, please check")
        columns = ", ".join(dict.fromkeys(found.mapping.values())) or ", ".join(found.columns[:3])
        return f"{found.family} · {sure} ({columns})" if columns else f"{found.family} · {sure}"

    def _stored(self, found: InspectedFile) -> str:
        words = [found.format.upper()]
        words += [found.encoding.upper()] if found.encoding else []
        if found.delimiter:
            mark = {"\t": self.tr("tab"), " ": self.tr("space")}.get(found.delimiter, found.delimiter)
            words.append(self.tr("separated by {mark}").format(mark=mark))
        words += [human.size(found.size_bytes)] if found.size_bytes else []
        return " · ".join(words)


class SkippedPart(Fold):
    """What of a drop is no dataset, and why."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._shown: tuple[SkippedFile, ...] = ()
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        self.body.addLayout(self._list)
        self.dismiss = chip(
            self.tr("Dismiss"),
            clickable=True,
            tooltip=self.tr("Show this list no longer; no file is touched"),
        )
        self.dismiss.clicked.connect(intents.dismiss_skipped)
        self.body.addWidget(self.dismiss)

    def show_files(self, files: tuple[SkippedFile, ...]) -> None:
        """List ``files``; hidden when there are none."""
        self.setVisible(bool(files))
        if files == self._shown:
            return
        self._shown = files
        words = self.tr("Skipped: {count}").format(count=human.number(len(files)))
        self.button.setText(words)
        set_accessible(self.button, words, self.tr("Files that were dropped but hold no dataset, and why"))
        clear_layout(self._list)
        reasons: dict[str, list[str]] = {}
        for file in files:
            reasons.setdefault(engine_text(file.reason), []).append(file.path)
        for reason, paths in reasons.items():
            self._list.addWidget(label(reason, "body"))
            shown = ElidedLabel(", ".join(_short_name(path) for path in paths))
            shown.setProperty("role", "caption")
            shown.setToolTip("\n".join(paths[:MOST_TOLD]))
            self._list.addWidget(shown)


class SourcesCard(Card):
    """All files of the draft. ``add`` asks for more."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Sources"), parent)
        self._intents = intents
        self.add = chip(
            self.tr("+ Add files"), clickable=True, tooltip=self.tr("Add dataset files of any type (Ctrl+O)")
        )
        self.add.clicked.connect(self.ask)
        self.folder = icon_button("folder", self.tr("Add all datasets of a folder"))
        self.folder.clicked.connect(self.ask_folder)
        self.paste = icon_button("paste", self.tr("Paste copied rows, or the path of a file (Ctrl+V)"))
        self.paste.clicked.connect(lambda: take_clipboard(QGuiApplication.clipboard(), self._intents))
        for tool in (self.paste, self.folder, self.add):
            self.header.addWidget(tool)
        self.rows: list[SourceRow] = []
        self._state: AppState | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.body.addLayout(self._list)
        self.all = link_button("", self.tr("Every file of the dataset, or the first few"))
        self.all.setCheckable(True)
        self.all.toggled.connect(lambda _: self._state is not None and self.show_state(self._state))
        self.body.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        self.skipped = SkippedPart(intents)
        self.body.addWidget(self.skipped)
        self.mix: FieldRow | None = None
        self.hint: QLabel = caption_label(self.tr("Files can be dropped anywhere in the window."))
        self.body.addWidget(self.hint)

    def ask(self) -> None:
        """Let the user choose files."""
        paths = ask_data_files(self)
        if paths:
            self._intents.import_files(paths)

    def ask_folder(self) -> None:
        """Let the user choose a folder."""
        path = QFileDialog.getExistingDirectory(self.window(), self.tr("Add a folder of datasets"))
        if path:
            self._intents.import_files([path])

    def show_state(self, state: AppState) -> None:
        """Show the draft's files."""
        self._state = state
        sources = state.draft.recipe.get("data", {}).get("sources") or ()
        busy = "inspect" in state.data.busy
        while len(self.rows) < len(sources):
            row = SourceRow(len(self.rows), self._intents)
            self.rows.append(row)
            self._list.addWidget(row)
        hidden = 0 if self.all.isChecked() else max(0, len(sources) - FEW)
        self.all.setVisible(len(sources) > FEW)
        words = self.tr("Show all {count} files") if hidden else self.tr("Show fewer files")
        self.all.setText(words.format(count=human.number(len(sources))))
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(sources) - hidden)
            if index < len(sources):
                found = inspected(state, str(sources[index].get("path", "")), index)
                row.show_source(sources[index], found, state, busy)
        self.skipped.show_files(state.data.skipped)
        self._show_mix(state, len(sources))

    def _show_mix(self, state: AppState, count: int) -> None:
        schema = state.engine.schema
        if self.mix is None and schema is not None and count > 1:
            field = field_at(schema.recipe_schema, MIX)
            if field is not None:
                self.mix = FieldRow(field, self._intents.set_option)
                self.body.insertWidget(3, self.mix)
        if self.mix is not None:
            self.mix.setVisible(count > 1)
            self.mix.set_value(state.draft.recipe.get("data", {}).get("mix", self.mix.field.default))


def _short_name(path: str) -> str:
    """The file's name; of an entry in a list of datasets, the entry's."""
    return path.rpartition(": ")[2] if ": " in path else Path(path).name


def inspected(state: AppState, path: str, index: int) -> InspectedFile | None:
    """What the engine found in the draft's file ``index``, if it has answered for this very file."""
    files = state.data.inspection.files if state.data.inspection else ()
    if index < len(files) and Path(path) in (Path(files[index].path), *Path(files[index].path).parents):
        return files[index]
    return next((item for item in files if Path(item.path) == Path(path)), None)
