"""The rows of the dataset as a table of any length: pages are asked for when they come into sight, and only a few are
kept. What is not here yet shows as dots."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from app.state.dataset import ROWS_A_PAGE, RowListing
from app.ui import format as human
from engine.contract.results import RowSummary

Index = QModelIndex | QPersistentModelIndex
SETTLE_MS = 40  # pages that only fly past are not asked for
IN_SIGHT = 2  # pages that a view may show at once
WAITING = "…"
NUMBER, PROMPT, ANSWER, TURNS, LENGTH, PLACE = range(6)


class RowsModel(QAbstractTableModel):
    """Reads a ``RowListing`` in place; ``need(offset)`` is called for pages that somebody looks at."""

    def __init__(self, need: Callable[[int], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._need = need
        self._listing = RowListing()
        self._count = 0
        self._wanted: list[int] = []
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._ask)

    # ------------------------------------------------------------ what it shows

    def set_listing(self, listing: RowListing) -> None:
        """Show another state of the list; the place that is looked at stays where it is."""
        if listing is self._listing:
            return
        before, self._listing = self._listing, listing
        count = listing.total or 0
        if before.query != listing.query:
            self.beginResetModel()
            self._count = count
            self.endResetModel()
            return
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()
        known = {(page.offset, id(page.rows)) for page in before.pages}
        for page in listing.pages:
            if before.edition != listing.edition or (page.offset, id(page.rows)) not in known:
                self._tell(page.offset, len(page.rows))
        if before.edition != listing.edition and not listing.pages:
            self._tell(0, count)

    def _tell(self, first: int, count: int) -> None:
        if count and first < self._count:
            last = min(first + count, self._count) - 1
            self.dataChanged.emit(self.index(first, 0), self.index(last, PLACE))

    def row(self, place: int) -> RowSummary | None:
        """The row at ``place`` of the list; if its page is not here, it is asked for."""
        found = self._listing.row(place)
        if found is None and 0 <= place < self._count:
            self._want(place // ROWS_A_PAGE * ROWS_A_PAGE)
        return found

    # ------------------------------------------------------------ Qt

    def rowCount(self, parent: Index | None = None) -> int:
        """As many as the engine found."""
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: Index | None = None) -> int:
        """Number, prompt, answer, turns, length, place."""
        return 0 if parent is not None and parent.isValid() else PLACE + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell; asks for the page of a row that is not here."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.row(index.row())
        if row is None:
            if role == Qt.ItemDataRole.ToolTipRole:
                return None
            return human.number(index.row() + 1) if index.column() == NUMBER else WAITING
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.prompt}\n\n{row.answer}\n\n{row.path}:{row.line}"
        return self._words(row, index.column())

    def _words(self, row: RowSummary, column: int) -> str:
        place = f"{Path(row.path).name}:{row.line}"
        return (
            human.number(row.index + 1),
            " ".join(row.prompt.split()),
            " ".join(row.answer.split()),
            human.number(row.turns),
            human.number(row.chars),
            place,
        )[column]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (
            self.tr("row"), self.tr("prompt"), self.tr("answer"), self.tr("turns"), self.tr("length"),
            self.tr("file and line"),
        )  # fmt: skip
        return names[section]

    # ------------------------------------------------------------ asking

    def _want(self, offset: int) -> None:
        if offset in self._wanted:
            self._wanted.remove(offset)
        self._wanted.append(offset)
        if not self._settle.isActive():
            self._settle.start()

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted[-IN_SIGHT:], []
        for offset in wanted:
            self._need(offset)


def _alignment(column: int) -> Qt.AlignmentFlag:
    """Figures stand right, words left."""
    right = column in (NUMBER, TURNS, LENGTH)
    return (
        Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter
