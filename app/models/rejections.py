"""Rejected rows as a table: reads the engine's answer in place, so that a cell is worded when it is shown."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.ui import format as human
from app.ui.engine_text import engine_text
from engine.contract.results import InspectedFile, Rejection, RejectionGroup

Index = QModelIndex | QPersistentModelIndex


class RejectionsModel(QAbstractTableModel):
    """One line a rejected row."""

    def __init__(self, parent: QObject | None = None) -> None:
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
        """(path, rejection) of every row that was told."""
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


def groups_of(file: InspectedFile) -> tuple[RejectionGroup, ...]:
    """The rejections of ``file`` by kind; gathered from the list where the engine did not."""
    if file.groups:
        return file.groups
    found: dict[tuple[str, str | None], list[Rejection]] = {}
    for item in file.rejected:
        found.setdefault((item.code, item.column), []).append(item)
    return tuple(
        RejectionGroup(
            code=code, column=column, reason=items[0].reason, count=len(items), first_line=items[0].line
        )
        for (code, column), items in found.items()
    )
