"""Second step: where models and runs are kept, with the room there and the right to write, before anything counts."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format
from app.ui.engine_text import engine_text
from app.ui.labels import caption_label, muted_label, set_accessible, set_property
from app.ui.theme import Space
from app.ui.widgets import Card, ErrorBanner, IconLabel, link_button, secondary_button
from app.views.first_run_parts import Step
from engine.contract.paths import data_dir
from engine.contract.places import Kind, PlaceReport, read_places

LOOK_MS = 250  # a pause in typing this long asks


class PlaceCard(Card):
    """One folder: typed, pasted, or chosen with the desktop's dialog. ``changed`` at each letter."""

    changed = Signal()

    def __init__(self, kind: Kind, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.kind = kind
        self.body.addWidget(muted_label(words))
        self.field = QLineEdit()
        set_accessible(self.field, title, self.tr("The path of a folder; it is made if it is not there"))
        self.field.textChanged.connect(self.changed)
        self.choose = secondary_button(
            self.tr("Choose…"), self.tr("Choose a folder with the desktop's dialog")
        )
        self.choose.setAccessibleName(self.tr("Choose: {0}").format(title))
        self.choose.clicked.connect(self._choose)
        self.standard = link_button(
            self.tr("Standard folder"), self.tr("Back to the folder that Luthier proposes")
        )
        self.standard.setAccessibleName(self.tr("Standard folder: {0}").format(title))
        self.standard.clicked.connect(lambda: self.field.setText(str(data_dir() / kind)))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.field, 1)
        row.addWidget(self.choose)
        row.addWidget(self.standard)
        self.body.addLayout(row)
        self.icon = IconLabel("info", size=16)
        self.said = caption_label()
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.icon)
        line.addWidget(self.said, 1)
        self.body.addLayout(line)
        self.show_report(None)

    def path(self) -> str:
        """What stands in the field."""
        return self.field.text().strip()

    def show_report(self, report: PlaceReport | None) -> None:
        """Say what is known of the folder in the field; None while it is being looked at."""
        self.standard.setVisible(self.path() != str(data_dir() / self.kind))
        if report is None:
            self.icon.set_icon("clock", "muted")
            self.said.setText(self.tr("Looking at the folder…"))
        elif report.problem:
            self.icon.set_icon("error", "danger")
            words = self.tr("It cannot be used: {reason}. {fix}")
            self.said.setText(words.format(reason=engine_text(report.problem), fix=engine_text(report.fix)))
        else:
            self.icon.set_icon("success", "success")
            free = format.size(report.free_bytes)
            words = (
                self.tr("{0} free; it can be written.")
                if report.exists
                else self.tr("{0} free; it will be made.")
            )
            self.said.setText(words.format(free))
        set_property(self.said, "tone", "danger" if report is not None and report.problem else "")

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.title.text(), self.path())
        if folder:
            self.field.setText(folder)


class PlacesStep(Step):
    """Next keeps the two folders, once both can be used."""

    def __init__(self, intents: Intents) -> None:
        super().__init__("", "")
        self._intents = intents
        self.title = self.tr("Where to keep models and runs")
        self.words = self.tr("Both grow by gigabytes. Nothing is moved: what lies in the folders of before stays there and is still found.")  # fmt: skip
        self.error = ErrorBanner()
        self.models = PlaceCard(
            "models", self.tr("Models"), self.tr("Models that Luthier downloads, converts or installs")
        )
        self.runs = PlaceCard(
            "runs", self.tr("Runs"), self.tr("Checkpoints, adapters and exports of your trainings")
        )
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self._look)
        self._reports: dict[str, PlaceReport] = {}
        self.column.addWidget(self.error)
        places = read_places(data_dir())
        for card, folder in ((self.models, places.models[0]), (self.runs, places.runs[0])):
            card.field.setText(str(folder))
            card.changed.connect(self._edited)
            self.column.addWidget(card)
        self.column.addStretch(1)

    @property
    def can_go_on(self) -> bool:
        """Both folders as they stand in the fields were looked at and can be used; unchanged ones always can."""
        return self._unchanged() or all(
            (report := self._report(card)) is not None and not report.problem
            for card in (self.models, self.runs)
        )

    def render_state(self, state: AppState) -> None:
        self.error.set_error(state.welcome.error)
        found = state.welcome.places
        self._reports = {f"models {found.models.path}": found.models, f"runs {found.runs.path}": found.runs} if found else {}  # fmt: skip
        for card in (self.models, self.runs):
            card.show_report(self._report(card))

    def keep(self) -> None:
        if not self._unchanged():
            self._intents.choose_places(self.models.path(), self.runs.path())

    def _report(self, card: PlaceCard) -> PlaceReport | None:
        return self._reports.get(f"{card.kind} {card.path()}")

    def _unchanged(self) -> bool:
        places = read_places(data_dir())
        return (self.models.path(), self.runs.path()) == (str(places.models[0]), str(places.runs[0]))

    def _edited(self) -> None:
        for card in (self.models, self.runs):
            card.show_report(self._report(card))
        self._soon.start()
        self.changed.emit()

    def _look(self) -> None:
        self._intents.look_at_places(self.models.path(), self.runs.path())
