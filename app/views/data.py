"""The Data page: what goes in, what is cleaned away, what is cut, and what exactly is trained."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.state.store import Store
from app.ui import format as human
from app.ui.theme import Space, Theme
from app.ui.widgets import (
    EmptyState,
    ErrorBanner,
    caption_label,
    icon_button,
    primary_button,
    scrolled,
    secondary_button,
    title_label,
)
from app.views.data_cleaning import CleaningCard
from app.views.data_facts import ContentsCard, SplitCard
from app.views.data_lengths import LengthCard
from app.views.data_rejected import RejectedCard
from app.views.data_rows import RowCard
from app.views.data_sources import SourcesCard
from engine.contract.errors import ErrorCode, ErrorInfo

WIDE = 1080  # from here on three columns


class DataPage(QWidget):
    """Everything about the draft's dataset."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._store, self._intents, self._theme = store, intents, theme
        self._stack = QStackedLayout(self)
        self._build_cards()
        self._stack.addWidget(self._build_empty())
        self._stack.addWidget(scrolled(self._build_content()))

    def _build_empty(self) -> QWidget:
        self.empty = EmptyState(
            "data",
            self.tr("Drop a dataset here"),
            self.tr(
                "JSON, JSONL, CSV, Parquet or text. Its shape is recognised, its rows are checked, and nothing leaves this computer."
            ),
            self.tr("Add files"),
        )
        self.empty.clicked.connect(self.sources.ask)
        self.sample = secondary_button(
            self.tr("Try the sample"),
            self.tr("A small dataset and a small model, to see the whole way in minutes"),
        )
        self.sample.clicked.connect(self._intents.use_sample)
        self.empty.extra.addStretch(1)
        self.empty.extra.addWidget(self.sample)
        self.empty.extra.addStretch(1)
        return self.empty

    def _build_cards(self) -> None:
        self.error = ErrorBanner()
        self.sources = SourcesCard(self._intents)
        self.cleaning = CleaningCard(self._intents)
        self.lengths = LengthCard(self._intents, self._theme)
        self.row = RowCard(self._intents, self._theme)
        self.rejected = RejectedCard(self._intents)
        self.split = SplitCard(self._intents)
        self.contents = ContentsCard()

    def _build_header(self) -> QHBoxLayout:
        self.heading = title_label(self.tr("Data"))
        self.sub = caption_label()
        self.undo = icon_button("undo", self.tr("Undo the last change of the draft (Ctrl+Z)"))
        self.redo = icon_button("redo", self.tr("Redo (Ctrl+Shift+Z)"))
        self.undo.clicked.connect(self._intents.undo_draft)
        self.redo.clicked.connect(self._intents.redo_draft)
        self.use = primary_button(
            self.tr("Use this data"), self.tr("Go on to the choice of model and method")
        )
        self.use.clicked.connect(lambda: self._intents.show_page("method"))
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self.heading)
        words.addWidget(self.sub)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addLayout(words, 1)
        for button in (self.undo, self.redo, self.use):
            row.addWidget(button)
        return row

    def _build_content(self) -> QWidget:
        content = QWidget()
        self._left, self._middle, self._right = QWidget(), QWidget(), QWidget()
        for holder, cards in (
            (self._left, ((self.sources, 0), (self.cleaning, 0))),
            (self._middle, ((self.lengths, 0), (self.row, 1), (self.rejected, 0))),
            (self._right, ((self.split, 0), (self.contents, 0))),
        ):
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(Space.L)
            for card, stretch in cards:
                column.addWidget(card, stretch)
            if holder is not self._middle:
                column.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.L)
        outer = QVBoxLayout(content)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        outer.setSpacing(Space.L)
        outer.addLayout(self._build_header())
        outer.addWidget(self.error)
        outer.addLayout(self._grid, 1)
        self._columns = 0
        self._arrange(3)
        return content

    def _arrange(self, columns: int) -> None:
        """Three columns where there is room; two where the figures go under the steps."""
        if columns == self._columns:
            return
        self._columns = columns
        for holder in (self._left, self._middle, self._right):
            self._grid.removeWidget(holder)
        wide = columns == 3
        self._grid.addWidget(self._left, 0, 0)
        self._grid.addWidget(self._middle, 0, 1, 1 if wide else 2, 1)
        self._grid.addWidget(self._right, 0 if wide else 1, 2 if wide else 0)
        for column, stretch in enumerate((32, 58, 20) if wide else (40, 56, 0)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setRowStretch(0, 1 if wide else 0)
        self._grid.setRowStretch(1, 0 if wide else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the columns for the room there is."""
        super().resizeEvent(event)
        self._arrange(3 if event.size().width() >= WIDE else 2)

    # ------------------------------------------------------------ showing

    def render(self, state: AppState) -> None:  # type: ignore[override]
        """Show ``state``; called on each change while the page is visible."""
        if not state.draft.recipe.get("data", {}).get("sources"):
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        self.sub.setText(" · ".join(self._facts(state)))
        self.error.set_error(state.data.error or self._nothing_trained(state))
        for card in (
            self.sources,
            self.cleaning,
            self.lengths,
            self.row,
            self.rejected,
            self.split,
            self.contents,
        ):
            card.show_state(state)
        known = state.data.error is None or state.data.report is not None
        for card in (self.lengths, self.row, self.contents):
            card.setVisible(known)
        self._show_button(state)

    def _facts(self, state: AppState) -> list[str]:
        words = []
        files = len(state.draft.recipe["data"]["sources"])
        words.append(self.tr("1 file") if files == 1 else self.tr("{count} files").format(count=files))
        inspection, report = state.data.inspection, state.data.report
        if report is not None:
            read = sum(item.rows for item in inspection.files) if inspection else report.rows
            text = self.tr("{rows} of {read} rows")
            words.append(
                text.format(rows=human.number(report.rows), read=human.number(max(read, report.rows)))
            )
            if report.content_hash:
                words.append(
                    self.tr("content hash {hash}").format(
                        hash=f"{report.content_hash[:4]}…{report.content_hash[-2:]}"
                    )
                )
        if state.data.busy:
            words.append(self.tr("counting…") if "statistics" in state.data.busy else self.tr("reading…"))
        return words

    def _nothing_trained(self, state: AppState) -> ErrorInfo | None:
        report = state.data.report
        if report is None or state.data.busy or (report.rows and report.trained_tokens):
            return None
        if not report.rows:
            return ErrorInfo(
                code=ErrorCode.DATA_EMPTY,
                message=self.tr("All rows were rejected or cleaned away."),
                hint=self.tr("Look at the rejected rows, or turn off a cleaning step."),
            )
        return ErrorInfo(
            code=ErrorCode.NOTHING_TRAINED,
            message=self.tr("The rows hold no answer that could be learnt."),
            hint=self.tr("Check the column mapping: the answers must stand in the column of the assistant."),
        )

    def _show_button(self, state: AppState) -> None:
        report = state.data.report
        ready = report is not None and report.trained_tokens > 0 and state.data.error is None
        self.use.setEnabled(ready)
        if ready or (report is None and not state.data.busy):
            self.use.setText(self.tr("Use this data"))
        else:
            self.use.setText(self.tr("Counting rows…") if state.data.busy else self.tr("No rows to train on"))
