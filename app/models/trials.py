"""The trials of a search as a table: one line a trial, a column for each varied option."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.ui import format as human
from app.ui.engine_text import engine_text
from engine.contract.results import Scalar
from engine.contract.search import Trial

Index = QModelIndex | QPersistentModelIndex
translate = QCoreApplication.translate


def state_words(state: str) -> str:
    """What became of a trial, with a shape."""
    return {
        "running": translate("Trials", "● running"),
        "stopped": translate("Trials", "‖ waits"),
        "completed": translate("Trials", "✓ completed"),
        "pruned": translate("Trials", "✂ ended early"),
        "failed": translate("Trials", "✕ failed"),
    }[state]


def value_words(value: Scalar) -> str:
    """A value of a varied option."""
    if isinstance(value, bool):
        return translate("FieldRow", "on") if value else translate("FieldRow", "off")
    if isinstance(value, float):
        return human.scientific(float(f"{value:.3g}"))
    return str(value)


class TrialsModel(QAbstractTableModel):
    """Number, state, loss, the varied options, time. ``titles``: what the options are called."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trials: tuple[Trial, ...] = ()
        self._titles: dict[str, str] = {}
        self._best: int | None = None

    def set_trials(self, trials: tuple[Trial, ...], titles: dict[str, str], best: int | None) -> None:
        """Show ``trials``, the newest ones below."""
        same = len(trials) == len(self._trials) and titles == self._titles
        if not same:
            self.beginResetModel()
        self._trials, self._titles, self._best = trials, titles, best
        if same:
            self.dataChanged.emit(self.index(0, 0), self.index(len(trials) - 1, self.columnCount() - 1))
        else:
            self.endResetModel()

    def trial(self, row: int) -> Trial | None:
        """The trial of a line."""
        return self._trials[row] if 0 <= row < len(self._trials) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """One a trial."""
        return 0 if parent is not None and parent.isValid() else len(self._trials)

    def columnCount(self, parent: Index | None = None) -> int:
        """The options and four more."""
        return 0 if parent is not None and parent.isValid() else len(self._titles) + 4

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell; why a trial failed as its tooltip."""
        if not index.isValid():
            return None
        trial = self._trials[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return engine_text(trial.reason) or trial.run_dir
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        mark = " ★" if trial.number == self._best else ""
        loss = human.loss(trial.value) if trial.value is not None else "–"
        params = [value_words(trial.params[path]) if path in trial.params else "–" for path in self._titles]
        words = (
            f"{trial.number + 1}{mark}",
            state_words(trial.state),
            loss,
            *params,
            human.duration(trial.seconds),
        )
        return words[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (
            self.tr("trial"),
            self.tr("state"),
            self.tr("held-out loss"),
            *self._titles.values(),
            self.tr("time"),
        )
        return names[section]
