"""The Home page: the runs on this computer, what a crash left, and three ways to begin."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState, RunSummary
from app.state.store import Store
from app.state.summary import by_search, by_themselves
from app.ui import format
from app.ui.grid import ColumnGrid
from app.ui.labels import body_label, caption_label, label, muted_label, set_accessible, strong_label
from app.ui.theme import Size, Space, Theme
from app.ui.widgets import Card, IconLabel, danger_button, primary_button, scrolled, secondary_button
from app.views import names
from app.views.asks import FileAsks
from app.views.home_search import SearchGroup
from app.views.page_frame import PageHead, page_column
from app.views.run_card import RunCard
from engine.contract.search import SearchReport

_CARD_WIDTH = 300


class VerbCard(Card):
    """One way to begin: icon, verb, and what follows."""

    def __init__(
        self, icon: str, title: str, text: str, act: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(None, parent, clickable=True)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(IconLabel(icon, tone="accent", size=24), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(strong_label(title))
        words.addWidget(caption_label(text))
        words.addStretch(1)
        row.addLayout(words, 1)
        self.body.addLayout(row)
        set_accessible(self, title, text)
        self.clicked.connect(act)


class CrashBanner(QFrame):
    """A run ended without saying so: where it stands and the three ways on."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", "danger")
        self._intents = intents
        self.run_id = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        row.setSpacing(Space.M)
        row.addWidget(IconLabel("error", tone="danger"), 0, Qt.AlignmentFlag.AlignVCenter)
        self.text = body_label()
        row.addWidget(self.text, 1)
        self.resume = secondary_button(
            self.tr("Resume"), self.tr("Go on exactly where its last checkpoint stands")
        )
        self.keep = secondary_button(
            self.tr("Keep adapter"), self.tr("End the run with what its last checkpoint has learnt")
        )
        self.discard = danger_button(
            self.tr("Discard"), self.tr("Remove the run from this computer; can be undone")
        )
        self.resume.clicked.connect(lambda: intents.resume_run(self.run_id))
        self.keep.clicked.connect(lambda: intents.keep_run(self.run_id))
        self.discard.clicked.connect(lambda: intents.delete_run(self.run_id))
        for button in (self.resume, self.keep, self.discard):
            row.addWidget(button)

    def show_run(self, run: RunSummary | None) -> None:
        """Show ``run``, or hide."""
        self.setVisible(run is not None)
        if run is None:
            return
        self.run_id = run.id
        words = self.tr("{0} stopped unexpectedly at step {1}.").format(
            run.name or run.id, format.number(run.step)
        )
        if run.checkpoint_step is None:
            words += " " + self.tr("There is no checkpoint to resume from.")
        else:
            words += " " + self.tr("Its last checkpoint is at step {0}.").format(
                format.number(run.checkpoint_step)
            )
        self.text.setText(words)
        self.resume.setVisible(run.checkpoint_step is not None)
        self.keep.setVisible(run.checkpoint_step is not None)
        set_accessible(self, words)


class HomePage(QWidget):
    """Cards of runs; ticked ones can be compared."""

    def __init__(self, store: Store, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._intents = intents
        self._asks = FileAsks(self, intents)
        self._shown: tuple[RunSummary, ...] | None = None
        self._kept: tuple[SearchReport, ...] = ()
        self._cards: dict[str, RunCard] = {}
        self._ticked: list[str] = []
        outer = page_column(self)
        self.head = PageHead(self.tr("Home"))
        self.compare = secondary_button(
            self.tr("Compare"), self.tr("Lay the loss curves of the ticked runs over each other")
        )
        self.compare.clicked.connect(lambda: intents.compare_runs(list(self._ticked)))
        self.begin = primary_button(
            self.tr("Add data"), self.tr("Choose dataset files; the Data page shows what is in them")
        )
        self.begin.clicked.connect(self._asks.add_files)
        self.head.action_row.addWidget(self.compare)
        self.head.action_row.addWidget(self.begin)
        outer.addWidget(self.head)
        self.crash = CrashBanner(intents)
        outer.addWidget(self.crash)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, Space.XS, 0)
        self._column.setSpacing(Space.L)
        self._column.addWidget(self._welcome())
        self._column.addWidget(self._verbs())
        self.grid = ColumnGrid(_CARD_WIDTH, most=5, gap=Space.L)
        self._column.addWidget(self.grid)
        self.searches: dict[str, SearchGroup] = {}
        self._groups = QVBoxLayout()
        self._groups.setSpacing(Space.M)
        self._column.addLayout(self._groups)
        self._column.addWidget(self._way())
        self._column.addStretch(1)
        outer.addWidget(scrolled(content), 1)

    def _welcome(self) -> QWidget:
        self.welcome = QWidget()
        column = QVBoxLayout(self.welcome)
        column.setContentsMargins(0, Space.XXL, 0, Space.S)
        column.setSpacing(Space.S)
        heading = label(self.tr("Make a language model your own"), "title")
        text = muted_label(
            self.tr("Bring examples of what it should say, watch it learn, export the result and talk to it. "
                    "Everything happens on this computer.")
        )  # fmt: skip
        text.setFixedWidth(Size.READING // 2)
        line = QHBoxLayout()
        line.addWidget(text)
        line.addStretch(1)
        first = primary_button(
            self.tr("Try the sample"),
            self.tr("Sample rows and the starter model; the shortest way to a result"),
        )
        first.clicked.connect(self._intents.use_sample)
        button = QHBoxLayout()
        button.addWidget(first)
        button.addStretch(1)
        column.addWidget(heading)
        column.addLayout(line)
        column.addSpacing(Space.S)
        column.addLayout(button)
        column.addSpacing(Space.L)
        return self.welcome

    def _verbs(self) -> ColumnGrid:
        verbs = ColumnGrid(_CARD_WIDTH - Space.XXL, most=3, gap=Space.L)
        drop = self.tr("Drag files anywhere into this window, paste their paths, or choose them here.")
        sample = self.tr("300 rows and a small model: trained in minutes, even without a graphics card.")
        recipe = self.tr("Load every option from a recipe file of an earlier run or of someone else.")
        self.verbs = (
            VerbCard("drop", self.tr("Drop data"), drop, self._asks.add_files),
            VerbCard("sample", self.tr("Try the sample"), sample, self._intents.use_sample),
            VerbCard("folder", self.tr("Open project"), recipe, self._asks.open_recipe),
        )
        for verb in self.verbs:
            verbs.add(verb)
        return verbs

    def _way(self) -> QWidget:
        """The whole path in four lines, for whoever is here for the first time."""
        steps = (
            ("data", self.tr("1  Bring data"), self.tr("Every row is checked; what cannot be used says why.")),
            ("method", self.tr("2  Choose a method"), self.tr("Memory, time and disk are counted before anything starts.")),
            ("train", self.tr("3  Watch it learn"), self.tr("Curves, live answers, pause and resume at any step.")),
            ("chat", self.tr("4  Export and talk"), self.tr("Files are verified against the trained model.")),
        )  # fmt: skip
        self.way = ColumnGrid(Size.FORM_FIELD, most=4, gap=Space.L)
        for icon, title, text in steps:
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(Space.L, Space.S, 0, 0)
            row.setSpacing(Space.M)
            row.addWidget(IconLabel(icon), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(Space.XS)
            words.addWidget(body_label(title))
            words.addWidget(caption_label(text))
            words.addStretch(1)
            row.addLayout(words, 1)
            self.way.add(holder)
        return self.way

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show ``state``."""
        runs = state.runs
        self.welcome.setVisible(not runs)
        self.way.setVisible(not runs)
        self.begin.setVisible(bool(runs))
        crashed = next((run for run in runs if run.status == "crashed"), None)
        self.crash.show_run(crashed)
        if runs == self._shown and state.search.kept is self._kept:
            return
        self._shown, self._kept = runs, state.search.kept
        total, count = sum(run.disk_bytes for run in runs), len(by_themselves(runs))
        self.head.set_subtitle(self._counted(count, format.size(total)) if runs else "")
        self._show_cards(state)

    def _counted(self, count: int, size: str) -> str:
        if count == 1:
            return self.tr("One run · {0} on disk").format(size)
        return self.tr("{0} runs · {1} on disk").format(count, size)

    def _show_cards(self, state: AppState) -> None:
        wanted = [run.id for run in state.runs]
        self._ticked = [run_id for run_id in self._ticked if run_id in wanted]
        for run in state.runs:
            base = names.model_name(run.base_model, state)
            method = names.method_title(run.method, state)
            made_of = " · ".join(part for part in (method, base) if part)
            if run.id in self._cards:
                self._cards[run.id].show_run(run, made_of)
            else:
                card = RunCard(run, self._intents, made_of)
                card.compare.connect(self._tick)
                self._cards[run.id] = card
        self._cards = {run_id: card for run_id, card in self._cards.items() if run_id in wanted}
        self._show_searches(state)
        cards: list[QWidget] = [self._cards[run.id] for run in by_themselves(state.runs)]
        if cards != self.grid.widgets():
            self.grid.set_widgets(cards)
        self._show_compare()

    def _show_searches(self, state: AppState) -> None:
        """Trials stand under their search, the newest search first."""
        found = by_search(state.runs)
        reports = {report.folder: report for report in state.search.kept}
        for folder in [folder for folder in self.searches if folder not in found]:
            group = self.searches.pop(folder)
            group.grid.set_widgets([])
            self._groups.removeWidget(group)
            group.hide()
            group.deleteLater()
        for place, (folder, trials) in enumerate(found.items()):
            if folder not in self.searches:
                self.searches[folder] = SearchGroup(folder, self._intents, card_width=_CARD_WIDTH)
                self._groups.insertWidget(place, self.searches[folder])
            cards: list[QWidget] = [self._cards[run.id] for run in trials]
            self.searches[folder].show_trials(trials, cards, reports.get(folder))

    def _tick(self, run_id: str, on: bool) -> None:
        self._ticked = [item for item in self._ticked if item != run_id] + ([run_id] if on else [])
        self._show_compare()

    def _show_compare(self) -> None:
        self.compare.setVisible(len(self._ticked) > 1)
        self.compare.setText(self.tr("Compare {0} runs").format(len(self._ticked)))
