"""The trials of one search on the Home page: folded away under its name, each a card as any other run."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import RunSummary
from app.ui import format
from app.ui.grid import ColumnGrid
from app.ui.labels import caption_label, set_accessible
from app.ui.theme import Space
from app.ui.widgets import Fold, icon_button, link_button
from engine.contract.search import SearchReport


class SearchGroup(QWidget):
    """``grid`` holds the cards, which the page makes and keeps."""

    def __init__(
        self, folder: str, intents: Intents, *, card_width: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        name = PurePath(folder.replace("\\", "/")).name
        self.fold = Fold(self.tr("Search {0}").format(name))
        self.fold.button.setToolTip(self.tr("Show the trials of this search as runs"))
        self.grid = ColumnGrid(card_width, most=5, gap=Space.L)
        self.fold.body.addWidget(self.grid)
        self.figures = caption_label()
        self.figures.setWordWrap(False)
        self.show_button = link_button(
            self.tr("Show the search"), self.tr("Show how its trials went, and take the best one over")
        )
        self.show_button.clicked.connect(lambda: intents.open_search(folder))
        more = icon_button("more", self.tr("Reveal or delete this search"))
        self.menu = QMenu(more)
        self.menu.addAction(self.tr("Reveal in the file manager"), lambda: intents.reveal(folder))
        self.menu.addAction(self.tr("Delete with all trials"), lambda: intents.delete_search(folder))
        more.clicked.connect(lambda: self.menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        set_accessible(self, self.fold.button.text(), folder)
        self._lay_out(more)

    def _lay_out(self, more: QWidget) -> None:
        """The figures stand between the name and the cards, whether these are folded away or not."""
        row = QHBoxLayout()
        row.setContentsMargins(Space.XL, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.show_button)
        row.addWidget(more)
        row.addStretch(1)
        inner = self.fold.layout()
        assert isinstance(inner, QVBoxLayout)
        inner.insertLayout(1, row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold)

    def show_trials(
        self, trials: Sequence[RunSummary], cards: list[QWidget], report: SearchReport | None
    ) -> None:
        """Show ``cards`` of ``trials``, and what is known of the search as a whole."""
        size = format.size(sum(run.disk_bytes for run in trials))
        best = (
            next((trial for trial in report.trials if trial.number == report.best), None) if report else None
        )
        if best is not None and best.value is not None:
            words = self.tr("{0} trials · lowest held-out loss {1} · {2}")
            text = words.format(format.number(len(trials)), format.loss(best.value), size)
        else:
            text = self.tr("{0} trials · {1}").format(format.number(len(trials)), size)
        self.figures.setText(text)
        if cards != self.grid.widgets():
            self.grid.set_widgets(cards)
