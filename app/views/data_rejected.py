"""The rows that cannot be used: file, line, column and why, however many there are."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format as human
from app.ui.engine_text import engine_text
from app.ui.widgets import Card, chip, chip_label, set_accessible
from engine.contract.results import InspectedFile, Rejection

Index = QModelIndex | QPersistentModelIndex
MOST_HEIGHT = 168
ROW_HEIGHT = 32


class RejectedModel(QAbstractTableModel):
    """Reads the engine's answer in place: a cell is worded when it is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, Rejection]] = []
        self._files: tuple[InspectedFile, ...] = ()

    def set_files(self, files: tuple[InspectedFile, ...]) -> None:
        """Show the rejections of ``files``."""
        if files == self._files:
            return
        self.beginResetModel()
        self._files = files
        self._rows = [(item.path, rejection) for item in files for rejection in item.rejected]
        self.endResetModel()

    def rejections(self) -> Sequence[tuple[str, Rejection]]:
        """(path, rejection) of every row."""
        return self._rows

    def rowCount(self, parent: Index | None = None) -> int:
        """One row a rejection."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """File, line, column, why."""
        return 0 if parent is not None and parent.isValid() else 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell; the whole sentence as its tooltip."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        path, rejection = self._rows[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{path}:{rejection.line}\n{engine_text(rejection.reason)}"
        return (
            Path(path).name,
            human.number(rejection.line),
            rejection.column or "",
            engine_text(rejection.reason),
        )[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("file"), self.tr("line"), self.tr("column"), self.tr("why"))[section]


class RejectedCard(Card):
    """Stands only where rows were rejected."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Rejected"), parent)
        self._intents = intents
        self.count = chip_label("", "danger")
        self.header.insertWidget(1, self.count)
        self.copy = chip(
            self.tr("Copy list"), clickable=True, tooltip=self.tr("Copy all rejected rows as a table")
        )
        self.copy.clicked.connect(self._copy)  # type: ignore[union-attr]
        self.header.addWidget(self.copy)
        self.model = RejectedModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setProperty("frameless", True)
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setTabKeyNavigation(False)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for section, width in enumerate((150, 64, 150)):
            head.resizeSection(section, width)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        set_accessible(self.table, self.tr("Rejected rows"), self.tr("Which rows cannot be used, and why"))
        self.body.addWidget(self.table)

    def show_state(self, state: AppState) -> None:
        """Show the rejected rows of the inspected files."""
        files = state.data.inspection.files if state.data.inspection else ()
        self.model.set_files(files)
        count = self.model.rowCount()
        self.setVisible(count > 0)
        self.count.setText(self.tr("{count} rows").format(count=human.number(count)))
        self.table.setFixedHeight(min(MOST_HEIGHT, ROW_HEIGHT * (count + 1) + 8))

    def _copy(self) -> None:
        lines = [
            f"{path}\t{item.line}\t{item.column or ''}\t{item.reason}"
            for path, item in self.model.rejections()
        ]
        self._intents.copy_text("\n".join(["file\tline\tcolumn\twhy", *lines]))
