"""The Data page: what goes in, what is cleaned away, what is cut, and what exactly is trained."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.state.store import Store
from app.ui.theme import Space, Theme
from app.ui.widgets import EmptyState, ErrorBanner, scrolled, secondary_button
from app.views.data_cleaning import CleaningCard
from app.views.data_effects import EffectsCard
from app.views.data_facts import ContentsCard
from app.views.data_head import DataHead, ReadingPart
from app.views.data_lengths import LengthCard
from app.views.data_rejected import RejectedCard
from app.views.data_rows import RowsCard
from app.views.data_sources import SkippedPart, SourcesCard
from app.views.data_split import SplitCard
from app.views.data_versions import BuildPart, VersionsCard
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

    @property
    def use(self) -> QWidget:
        """The one next step."""
        return self.head.use

    def _build_empty(self) -> QWidget:
        self.empty = EmptyState(
            "data",
            self.tr("Drop a dataset here"),
            self.tr(
                "Files or whole folders of any kind: tables, JSON, documents, archives. Their shape is recognised, "
                "their rows are checked, and nothing leaves this computer."
            ),
            self.tr("Add files"),
        )
        self.empty.clicked.connect(self.sources.ask)
        self.sample = secondary_button(
            self.tr("Try the sample"),
            self.tr("A small dataset and a small model, to see the whole way in minutes"),
        )
        self.sample.clicked.connect(self._intents.use_sample)
        self.empty_folder = secondary_button(
            self.tr("Add a folder"), self.tr("Every dataset in a folder and the folders in it")
        )
        self.empty_folder.clicked.connect(self.sources.ask_folder)
        self.empty.extra.addStretch(1)
        for button in (self.empty_folder, self.sample):
            self.empty.extra.addWidget(button)
        self.empty.extra.addStretch(1)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        self.empty_reading = ReadingPart(self._intents)
        self.empty_skipped = SkippedPart(self._intents)
        column.addWidget(self.empty_reading)
        column.addWidget(self.empty, 1)
        column.addWidget(self.empty_skipped)
        return holder

    def _build_cards(self) -> None:
        self.head = DataHead(self._intents)
        self.error = ErrorBanner()
        self.reading = ReadingPart(self._intents)
        self.build = BuildPart(self._intents)
        self.sources = SourcesCard(self._intents)
        self.cleaning = CleaningCard(self._intents)
        self.effects = EffectsCard(self._intents)
        self.lengths = LengthCard(self._intents, self._theme)
        self.rows = RowsCard(self._intents, self._theme)
        self.rejected = RejectedCard(self._intents)
        self.split = SplitCard(self._intents)
        self.contents = ContentsCard()
        self.versions = VersionsCard(self._intents)

    def _build_content(self) -> QWidget:
        content = QWidget()
        self._left, self._middle, self._right = QWidget(), QWidget(), QWidget()
        for holder, cards in (
            (self._left, (self.sources, self.cleaning)),
            (self._middle, (self.effects, self.lengths, self.rows, self.rejected)),
            (self._right, (self.split, self.contents, self.versions)),
        ):
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(Space.L)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.L)
        outer = QVBoxLayout(content)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
        outer.setSpacing(Space.L)
        for part in (self.head, self.error, self.reading, self.build):
            outer.addWidget(part)
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
        for column, stretch in enumerate((32, 56, 22) if wide else (40, 56, 0)):
            self._grid.setColumnStretch(column, stretch)
        self._grid.setRowStretch(0, 1 if wide else 0)
        self._grid.setRowStretch(1, 0 if wide else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the columns for the room there is."""
        super().resizeEvent(event)
        self._arrange(3 if event.size().width() >= WIDE else 2)

    # ------------------------------------------------------------ showing

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``; called on each change while the page is visible."""
        if not state.draft.recipe.get("data", {}).get("sources"):
            self.empty_reading.show_state(state)
            self.empty_skipped.show_files(state.data.skipped)
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        report = state.data.report
        ready = report is not None and report.trained_tokens > 0 and state.data.error is None
        self.head.show_state(state, ready=ready)
        self.error.set_error(state.data.error or self._nothing_trained(state))
        for card in (
            self.reading,
            self.build,
            self.sources,
            self.cleaning,
            self.effects,
            self.lengths,
            self.rows,
            self.rejected,
            self.split,
            self.contents,
            self.versions,
        ):
            card.show_state(state)
        known = state.data.error is None or report is not None
        for card in (self.lengths, self.rows, self.contents):
            card.setVisible(known)

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
