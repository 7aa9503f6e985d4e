"""The rows that cannot be used, by reason, each with what would mend it; and all of them as a list."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.models.rejections import RejectionsModel, groups_of
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.flow import FlowLayout
from app.ui.theme import Space
from app.ui.widgets import (
    Card,
    ElidedLabel,
    Fold,
    caption_label,
    chip,
    chip_label,
    clear_layout,
    label,
    rule,
    set_accessible,
)
from engine.contract.results import InspectedFile, RejectionGroup

MOST_HEIGHT = 232
ROW_HEIGHT = 30
MOST_GROUPS = 12


class GroupRow(QWidget):
    """One reason: how many rows, where the first stands, and a button for each way to mend them."""

    def __init__(
        self, source: int, file: InspectedFile, group: RejectionGroup, intents: Intents,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        self.count = chip_label(human.number(group.count), "danger")
        head.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.reason = label(engine_text(group.reason), "body")
        words.addWidget(self.reason)
        place = self.tr("{file}, first in line {line}").format(
            file=Path(file.path).name, line=human.number(group.first_line)
        )
        self.place = ElidedLabel(f"{place} · {group.column}" if group.column else place)
        self.place.setProperty("role", "caption")
        words.addWidget(self.place)
        head.addLayout(words, 1)
        column.addLayout(head)
        self.fixes = []
        if group.fixes:
            holder = QWidget()
            flow = FlowLayout(holder, spacing=Space.XS)
            for fix in group.fixes:
                title = engine_text(fix.title)
                tip = self.tr("{title}: changes how this file is read; can be undone").format(title=title)
                button = chip(title, clickable=True, tooltip=tip)
                button.clicked.connect(partial(self._mend, intents, source, fix.patch, title))
                flow.addWidget(button)
                self.fixes.append(button)
            column.addWidget(holder)
        column.addWidget(rule())

    @staticmethod
    def _mend(intents: Intents, source: int, patch: dict[str, object], title: str) -> None:
        intents.mend_source(source, patch, title)


class RejectedCard(Card):
    """Stands only where rows were rejected."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Rejected"), parent)
        self._intents = intents
        self._shown: tuple[InspectedFile, ...] | None = None
        self.count = chip_label("", "danger")
        self.header.insertWidget(1, self.count)
        self.copy = chip(
            self.tr("Copy list"), clickable=True, tooltip=self.tr("Copy all rejected rows as a table")
        )
        self.copy.clicked.connect(self._copy)
        self.header.addWidget(self.copy)
        self.groups: list[GroupRow] = []
        self._groups = QVBoxLayout()
        self._groups.setSpacing(Space.S)
        self.body.addLayout(self._groups)
        self.more = caption_label()
        self.body.addWidget(self.more)
        self.model = RejectionsModel(self)
        self.table = _table(self.model)
        set_accessible(self.table, self.tr("Rejected rows"), self.tr("Which rows cannot be used, and why"))
        self.fold = Fold(self.tr("Every rejected row"))
        self.fold.button.setToolTip(self.tr("File, line, column and reason of each"))
        self.fold.body.addWidget(self.table)
        self.cut = caption_label()
        self.fold.body.addWidget(self.cut)
        self.body.addWidget(self.fold)

    def show_state(self, state: AppState) -> None:
        """Show the rejected rows of the inspected files."""
        files = state.data.inspection.files if state.data.inspection else ()
        count = sum(file.rows - file.accepted for file in files)
        self.setVisible(count > 0)
        if self._shown is not None and files == self._shown:
            return
        self._shown = files
        self.count.setText(
            self.tr("1 row") if count == 1 else self.tr("{count} rows").format(count=human.number(count))
        )
        self._show_groups(files)
        self.model.set_files(files)
        told = self.model.rowCount()
        self.table.setFixedHeight(min(MOST_HEIGHT, ROW_HEIGHT * (told + 1) + 8))
        words = self.tr("{shown} of {count} are listed here.")
        self.cut.setText(words.format(shown=human.number(told), count=human.number(count)))
        self.cut.setVisible(told < count)

    def _show_groups(self, files: tuple[InspectedFile, ...]) -> None:
        clear_layout(self._groups)
        found = [(index, file, group) for index, file in enumerate(files) for group in groups_of(file)]
        found.sort(key=lambda item: -item[2].count)
        self.groups = [GroupRow(*item, self._intents) for item in found[:MOST_GROUPS]]
        for row in self.groups:
            self._groups.addWidget(row)
        rest = len(found) - len(self.groups)
        self.more.setText(self.tr("and {count} more reasons").format(count=rest))
        self.more.setVisible(rest > 0)

    def _copy(self) -> None:
        lines = [
            f"{path}\t{item.line}\t{item.column or ''}\t{item.reason}"
            for path, item in self.model.rejections()
        ]
        self._intents.copy_text("\n".join(["file\tline\tcolumn\twhy", *lines]))


def _table(model: RejectionsModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setProperty("frameless", True)
    table.setShowGrid(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.setTabKeyNavigation(False)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for section, width in enumerate((120, 58, 120)):
        head.resizeSection(section, width)
    head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
    return table
