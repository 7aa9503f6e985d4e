"""All rows as a list that is searched, sorted and walked through; the chosen one is shown, edited and taken out."""

from pathlib import Path
from typing import get_args

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QLineEdit, QSpinBox, QTableView, QWidget

from app.actions.intents import Intents
from app.models.rows import ANSWER, LENGTH, NUMBER, PLACE, PROMPT, TURNS, RowsModel
from app.state.dataset import RowListing
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.labels import pad_spin_box
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    Card,
    FlowLayout,
    Skeleton,
    chip,
    chip_label,
    icon_button,
    label,
    rule,
    set_accessible,
)
from app.views.data_panes import RowPanes
from app.views.data_row_edit import RowEditor
from app.views.data_words import sort_words, where_words
from engine.contract.messages import FindRows
from engine.contract.results import Preview, PreviewRow

PREVIEWED = 20  # rows that the engine renders at a time
ROW_HEIGHT = 28
ROWS_SHOWN = 7
TYPING_MS = 250
WIDTHS = {NUMBER: 58, TURNS: 52, LENGTH: 62, PLACE: 150}
NARROW = 640  # without the column of the place, which stands beneath the list too


class RowsTable(QTableView):
    """The list; Delete leaves the chosen row out."""

    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, then the keys of every list."""
        if event.key() == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)


class RowsCard(Card):
    """List above, the chosen row beneath it."""

    def __init__(self, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Rows"), parent)
        self._intents = intents
        self._preview: Preview | None = None
        self._listing = RowListing()
        self._place = 0
        self._asked: tuple[int, int] | None = None
        self._edited: frozenset[tuple[str, int]] = frozenset()
        self._build_tools()
        self._build_list()
        self._build_row(theme)
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typed.timeout.connect(self._search)

    # ------------------------------------------------------------ building

    def _build_tools(self) -> None:
        self.count = chip_label("")
        self.header.insertWidget(1, self.count)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search rows"))
        self.search.setClearButtonEnabled(True)
        set_accessible(self.search, self.tr("Search rows"), self.tr("Lists the rows that hold these words"))
        self.search.textChanged.connect(lambda _: self._typed.start())
        self.search.returnPressed.connect(self._search)
        self.where, self.sort = QComboBox(), QComboBox()
        for box, name, words, tip in (
            (self.where, "where", where_words, self.tr("In which part of a row to search")),
            (self.sort, "sort", sort_words, self.tr("In which order the rows are listed")),
        ):
            for choice in get_args(FindRows.model_fields[name].annotation):
                box.addItem(words(choice), choice)
            set_accessible(box, tip, tip)
            box.activated.connect(lambda _: self._search())
        tools = QHBoxLayout()
        tools.setSpacing(Space.S)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.where)
        tools.addWidget(self.sort)
        self.body.addLayout(tools)

    def _build_list(self) -> None:
        self.model = RowsModel(self._intents.need_rows, self)
        self.table = RowsTable()
        self.table.setModel(self.model)
        self.table.setProperty("frameless", True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        side = self.table.verticalHeader()
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(ROW_HEIGHT)
        head = self.table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in WIDTHS.items():
            head.resizeSection(column, width)
        for column in (PROMPT, ANSWER):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        set_accessible(
            self.table, self.tr("List of rows"), self.tr("Choose a row to see it beneath the list")
        )
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.table.deleted.connect(self._delete)
        self.trouble = label("", "caption", tone="danger")
        self.nothing = label(self.tr("No row holds these words."), "muted")
        self.body.addWidget(self.table)
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.nothing)
        self.body.addWidget(rule())

    def _build_row(self, theme: Theme) -> None:
        self.place = label("", "strong", wrap=False)
        self.turns, self.counts, self.cut, self.changed = (chip_label("") for _ in range(4))
        self.cut.setProperty("tone", "warning")
        self.changed.setProperty("tone", "accent")
        self.changed.setText(self.tr("edited"))
        self.facts = QWidget()
        facts = FlowLayout(self.facts)
        for mark in (self.turns, self.counts, self.cut, self.changed):
            facts.addWidget(mark)
        self.number = QSpinBox()
        pad_spin_box(self.number)
        self.number.setKeyboardTracking(False)
        self.number.setFixedWidth(92)
        set_accessible(
            self.number, self.tr("Row number"), self.tr("Type a number to go to that row of the list")
        )
        self.previous = icon_button("chevron-left", self.tr("Previous row"))
        self.next = icon_button("chevron-right", self.tr("Next row"))
        self.edit = chip(self.tr("Edit"), clickable=True, tooltip=self.tr("Change what this row says"))
        self.delete = icon_button(
            "trash", self.tr("Leave this row out (Delete in the list); undo brings it back")
        )
        self.restore = chip(
            self.tr("Restore"), clickable=True, tooltip=self.tr("Take back what was edited: as the file says")
        )
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(self.place)
        head.addStretch(1)
        for tool in (self.number, self.previous, self.next, self.restore, self.edit, self.delete):
            head.addWidget(tool)
        self.panes = RowPanes(theme)
        self.editor = RowEditor()
        self.editor.hide()
        self.waiting = Skeleton(4)
        self.body.addLayout(head)
        for part in (self.facts, self.editor, self.panes, self.waiting):
            self.body.addWidget(part)
        self.previous.clicked.connect(lambda: self.go(self._place - 1))
        self.next.clicked.connect(lambda: self.go(self._place + 1))
        self.number.valueChanged.connect(lambda value: self.go(value - 1))
        self.edit.clicked.connect(self._begin_edit)
        self.delete.clicked.connect(self._delete)
        self.restore.clicked.connect(self._restore)
        self.editor.saved.connect(self._save)
        self.editor.closed.connect(self._end_edit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the texts their room."""
        super().resizeEvent(event)
        self.table.setColumnHidden(PLACE, event.size().width() < NARROW)

    # ------------------------------------------------------------ showing

    def show_state(self, state: AppState) -> None:
        """Show the list and the chosen row of ``state``."""
        data = state.data
        if data.preview is not self._preview:
            self._asked = None
        self._listing, self._preview = data.listing, data.preview
        self._edited = edited_rows(state)
        self.model.set_listing(data.listing)
        total = self.total
        self.count.setText(human.number(total))
        self.count.setVisible(data.listing.total is not None)
        widest = max(total, self._preview.total if self._preview else 0)
        room = self.fontMetrics().horizontalAdvance(human.number(widest)) + 2 * Space.L
        self.table.setColumnWidth(NUMBER, max(WIDTHS[NUMBER], room))
        self.table.setFixedHeight(ROW_HEIGHT * min(max(total, 1), ROWS_SHOWN) + 34)
        self.table.setVisible(total > 0 and (data.listing.error is None or data.listing.total is not None))
        self.trouble.setText(engine_text(data.listing.error.message) if data.listing.error else "")
        self.trouble.setVisible(data.listing.error is not None)
        self.nothing.setVisible(data.listing.total == 0 and not data.listing.query.plain)
        if not self._typed.isActive() and not self.search.hasFocus():
            self._show_query(data.listing)
        self._place = min(self._place, max(0, total - 1))
        if total and not self.table.currentIndex().isValid():
            self._select(self._place)
        chosen = data.listing.row(self._place)
        if chosen is not None and "preview" not in data.busy:
            self._need_preview(chosen.index)  # the first one that was found, say
        self._show_row("preview" in data.busy)

    def _show_query(self, listing: RowListing) -> None:
        self.search.blockSignals(True)
        self.search.setText(listing.query.text)
        self.search.blockSignals(False)
        for box, choice in ((self.where, listing.query.where), (self.sort, listing.query.sort)):
            box.setCurrentIndex(max(0, box.findData(choice)))

    @property
    def total(self) -> int:
        """How many rows are listed; until the list is there, how many there are."""
        if self._listing.total is not None:
            return self._listing.total
        return self._preview.total if self._preview is not None and self._listing.query.plain else 0

    def _index(self) -> int | None:
        """The chosen row's place after cleaning; None until the list says."""
        row = self._listing.row(self._place)
        if row is not None:
            return row.index
        return self._place if self._listing.query.plain else None

    def row(self) -> PreviewRow | None:
        """The chosen row, if the engine has rendered it."""
        index = self._index()
        rows = self._preview.rows if self._preview else ()
        return next((row for row in rows if row.index == index), None)

    def _show_row(self, busy: bool) -> None:
        row, total = self.row(), self.total
        self.number.blockSignals(True)
        self.number.setRange(1, max(1, total))
        if not self.number.hasFocus() or self.number.value() == self._place + 1:
            self.number.setValue(self._place + 1)
        self.number.blockSignals(False)
        self.previous.setEnabled(self._place > 0)
        self.next.setEnabled(self._place + 1 < total)
        editing = not self.editor.isHidden()
        for part in (self.facts, self.panes):
            part.setVisible(row is not None and not editing)
        self.waiting.setVisible(row is None and busy)
        can_edit = row is not None and bool(row.messages)
        self.edit.setVisible(can_edit and not editing)
        self.delete.setVisible(row is not None and not editing)
        self.restore.setVisible(row is not None and (row.path, row.line) in self._edited and not editing)
        if row is not None:
            self._show_facts(row)
            self.panes.show_row(row)
        else:
            self.place.setText("")
            if not busy:
                self.panes.show_row(None)

    def _show_facts(self, row: PreviewRow) -> None:
        words = self.tr("{file}, line {line}")
        self.place.setText(words.format(file=Path(row.path).name, line=human.number(row.line)))
        turns = len(row.messages)
        self.turns.setText(self.tr("1 turn") if turns == 1 else self.tr("{count} turns").format(count=turns))
        self.turns.setVisible(turns > 0)
        words = self.tr("{tokens} tokens, {trained} trained")
        self.counts.setText(
            words.format(tokens=human.number(len(row.tokens)), trained=human.number(row.trained))
        )
        self.cut.setText(self.tr("{count} tokens cut off").format(count=human.number(row.truncated)))
        self.cut.setVisible(row.truncated > 0)
        self.changed.setVisible((row.path, row.line) in self._edited)

    # ------------------------------------------------------------ walking

    def go(self, place: int) -> None:
        """Choose the row at ``place`` of the list."""
        place = min(max(place, 0), max(0, self.total - 1))
        if place == self._place and self.row() is not None:
            return
        self._place = place
        self._end_edit()
        self._select(place)
        index = self._index()
        if index is None:
            self.model.row(place)  # asks for its page
        else:
            self._need_preview(index)
        self._show_row(True)

    def _need_preview(self, index: int) -> None:
        """Have the engine render the row at ``index``, unless it has or is about to."""
        wanted = (index // PREVIEWED * PREVIEWED, self._listing.edition)
        if self.row() is None and self.total and wanted != self._asked:
            self._asked = wanted
            self._intents.show_rows(wanted[0])

    def _select(self, place: int) -> None:
        index = self.model.index(place, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        model = self.table.selectionModel()
        model.blockSignals(True)
        model.setCurrentIndex(index, flags)
        model.blockSignals(False)
        self.table.scrollTo(index)
        self.table.viewport().update()

    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.go(current.row())

    def _search(self) -> None:
        self._typed.stop()
        where, sort = str(self.where.currentData()), str(self.sort.currentData())
        self._place = 0
        self._intents.search_rows(self.search.text().strip(), where, sort)

    # ------------------------------------------------------------ editing

    def _begin_edit(self) -> None:
        row = self.row()
        if row is not None and row.messages:
            self.editor.show()
            self.editor.show_row(row)
            self._show_row(False)

    def _end_edit(self) -> None:
        if not self.editor.isHidden():
            self.editor.hide()
            self._show_row(False)

    def _save(self, messages: list[dict[str, object]], rejected: list[dict[str, object]]) -> None:
        row = self.row()
        if row is not None:
            self._intents.edit_row(row, messages, rejected)

    def _delete(self) -> None:
        row = self.row()
        if row is not None:
            self._intents.delete_row(row)

    def _restore(self) -> None:
        row = self.row()
        if row is not None:
            self._intents.restore_row(row.path, row.line)


def edited_rows(state: AppState) -> frozenset[tuple[str, int]]:
    """(file, line) of the rows that were edited by hand."""
    steps = state.draft.recipe.get("data", {}).get("steps") or ()
    return frozenset((edit["path"], edit["line"]) for step in steps for edit in step.get("edits") or ())
