"""The later steps of the first run: the check of this computer, the models found on it, and the way in."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format
from app.ui.flow import FlowLayout
from app.ui.labels import caption_label, chip_label, clear_layout, muted_label
from app.ui.theme import Space
from app.ui.widgets import Card, ElidedLabel, Skeleton, primary_button, rule, secondary_button
from app.views.asks import FileAsks
from app.views.check_row import CheckRow
from app.views.first_run_parts import Step
from app.views.models_words import facts_of, fit_badge, fit_tooltip, origin_words, uses_of
from engine.contract.base_models import ModelFit
from engine.contract.results import Check, DoctorReport, LocalModel

SHOWN = 50  # models; all of them stand on the Models page


class ChecksStep(Step):
    """The rows of ``luthier-engine doctor``."""

    def __init__(self, intents: Intents) -> None:
        super().__init__("", "")
        self._intents = intents
        self._shown: DoctorReport | str | None = None
        self._made: list[CheckRow] = []
        self.title = self.tr("This computer")
        self.words = self.tr(
            "Every row is green or says how to mend it. Nothing here keeps you from going on."
        )
        card = Card(self.tr("Check"))
        self.again = secondary_button(self.tr("Check again"), self.tr("Examine this computer again"))
        self.again.clicked.connect(intents.refresh_doctor)
        card.header.addWidget(self.again)
        self.waiting = Skeleton(8)
        card.body.addWidget(self.waiting)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(Space.M)
        card.body.addLayout(self.rows)
        self.column.addWidget(card)
        self.column.addStretch(1)

    def render_state(self, state: AppState) -> None:
        engine = state.engine
        failed = engine.status == "failed"
        found: DoctorReport | str | None = engine.detail if failed else engine.doctor
        self.waiting.setVisible(found is None)
        self.again.setEnabled(engine.status == "ready")
        if found is not None and found is not self._shown:
            self._shown = found
            clear_layout(self.rows)
            checks = (self._no_engine(found),) if isinstance(found, str) else found.checks
            self._made = [CheckRow(check, self._intents) for check in checks]
            for row in self._made:
                self.rows.addWidget(row)
        for row in self.check_rows():
            if row.button is not None and row.check.remedy == "install_starter":
                row.button.setEnabled(not state.starter_job.active)

    def check_rows(self) -> list[CheckRow]:
        """The rows that are shown."""
        return self._made

    def _no_engine(self, detail: str) -> Check:
        fix = self.tr("Start Luthier again; if the engine still does not come, install Luthier again.")
        return Check(name="Engine", state="failed", detail=detail or self.tr("It is not running."), fix=fix)


class FoundModel(QWidget):
    """A model in two lines: name and place, what it is and how it suits this computer."""

    def __init__(self, model: LocalModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._fit: ModelFit | None = None
        self.setAccessibleName(f"{model.name}, {facts_of(model)}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        name = ElidedLabel(model.name)
        name.setProperty("role", "strong")
        top.addWidget(name, 1)
        top.addWidget(chip_label(origin_words(model.origin), tooltip=self.tr("Where it was found")))
        column.addLayout(top)
        column.addWidget(caption_label(facts_of(model)))
        holder = QWidget()
        self.badges = FlowLayout(holder)
        column.addWidget(holder)
        self.show_fit(None)

    def show_fit(self, fit: ModelFit | None) -> None:
        """Show how it suits this computer, once that is known."""
        if fit is self._fit and self.badges.count():
            return
        self._fit = fit
        clear_layout(self.badges)
        if fit is None:
            self.badges.addWidget(
                chip_label(
                    self.tr("… weighing"), tooltip=self.tr("Memory is being counted; nothing is loaded")
                )
            )
            return
        for use, one in uses_of(fit):
            words, tone = fit_badge(use, one)
            self.badges.addWidget(chip_label(words, tone, fit_tooltip(use, one, fit)))


class ModelsStep(Step):
    """What the Models page would list, without what can be done there."""

    def __init__(self, intents: Intents) -> None:
        super().__init__("", "")
        self._intents = intents
        self._asks = FileAsks(self, intents)
        self._listed: tuple[LocalModel, ...] = ()
        self._folders: tuple[str, ...] = ()
        self.title = self.tr("Models on this computer")
        self.words = self.tr("Found in Luthier's own folder and in those of Hugging Face, LM Studio and Ollama. They are used where they lie; nothing is copied or changed.")  # fmt: skip
        card = Card(self.tr("Found"))
        self.again = secondary_button(self.tr("Look again"), self.tr("Search all folders for models"))
        self.again.clicked.connect(intents.refresh_models)
        self.add = secondary_button(self.tr("Add a folder…"), self.tr("Also look in a folder of your own"))
        self.add.clicked.connect(self._add)
        card.header.addWidget(self.again)
        card.header.addWidget(self.add)
        self.waiting = Skeleton(6)
        self.nothing = muted_label(
            self.tr("None yet. That is no hindrance: the sample brings a small one with it.")
        )
        self.list = QVBoxLayout()
        self.list.setSpacing(Space.S)
        self.more = caption_label()
        card.body.addWidget(self.waiting)
        card.body.addWidget(self.nothing)
        card.body.addLayout(self.list)
        card.body.addWidget(self.more)
        self.rows: dict[str, FoundModel] = {}
        self.column.addWidget(card)
        self.column.addStretch(1)

    def render_state(self, state: AppState) -> None:
        models, shelf = state.engine.models, state.models
        self._folders = state.preferences.model_folders
        self.waiting.setVisible(not models and not shelf.scanned)
        self.nothing.setVisible(not models and shelf.scanned)
        self.again.setEnabled(not shelf.scanning)
        if models != self._listed:
            self._rebuild(models)
        for path, row in self.rows.items():
            row.show_fit(shelf.fits.get(path))

    def _rebuild(self, models: tuple[LocalModel, ...]) -> None:
        self._listed = models
        clear_layout(self.list)
        self.rows = {model.path: FoundModel(model) for model in models[:SHOWN]}
        for place, row in enumerate(self.rows.values()):
            if place:
                self.list.addWidget(rule())
            self.list.addWidget(row)
        self.more.setVisible(len(models) > SHOWN)
        self.more.setText(
            self.tr("{0} more are on the Models page.").format(format.number(len(models) - SHOWN))
        )

    def _add(self) -> None:
        folder = self._asks.model_folder()
        if folder and folder not in self._folders:
            self._intents.set_model_folders([*self._folders, folder])


class StartStep(Step):
    """The sample, or one's own data."""

    def __init__(self, intents: Intents) -> None:
        super().__init__("", "")
        self._intents = intents
        self.title = self.tr("Ready")
        self.words = self.tr("See the whole path once with the sample, or begin with rows of your own.")
        self.sample = primary_button(
            self.tr("Try the sample"),
            self.tr("Train, export and talk to the sample, one after the other, without another click"),
        )
        self.sample.clicked.connect(intents.tour_sample)
        self.own = secondary_button(
            self.tr("Start with my own data"), self.tr("Show the Data page; files can be dropped there")
        )
        self.own.clicked.connect(self._own_data)
        self.first_focus = self.sample
        self._choice(
            self.tr("The sample"),
            self.tr("A few hundred questions and answers and a small model: it is trained, exported, checked and loaded to talk to. It takes some minutes, also without a graphics card."),
            self.sample,
        )  # fmt: skip
        self._choice(
            self.tr("Your own data"),
            self.tr("Tables, JSON or documents. Every row is checked, and what cannot be used says why."),
            self.own,
        )
        self.column.addStretch(1)

    def _choice(self, title: str, words: str, button: QWidget) -> None:
        card = Card(title)
        card.body.addWidget(muted_label(words))
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        card.body.addLayout(row)
        self.column.addWidget(card)

    def _own_data(self) -> None:
        self._intents.end_welcome()
        self._intents.show_page("data")
