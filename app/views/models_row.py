"""One model of the list: what it is, how it suits this computer, and what can be done with it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.actions.intents import Intents
from app.ui.engine_text import engine_text
from app.ui.flow import FlowLayout
from app.ui.labels import caption_label, chip_label, clear_layout, label
from app.ui.theme import Space
from app.ui.widgets import Card, ElidedLabel, PathRow, secondary_button
from app.views.models_words import convert_tooltip, facts_of, fit_badge, fit_tooltip, origin_words, uses_of
from engine.contract.base_models import ModelFit
from engine.contract.results import LocalModel

translate = QCoreApplication.translate


class ModelRow(Card):
    """Rebuilt only when the model itself changed; the badges come later, one model after the other."""

    def __init__(self, model: LocalModel, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent, tight=True)
        self.model, self._intents = model, intents
        self._fit: ModelFit | None = None
        self.setAccessibleName(model.name)
        name = ElidedLabel(model.name)
        name.setProperty("role", "strong")
        self.header.addWidget(name, 1)
        self.header.addWidget(chip_label(origin_words(model.origin), tooltip=self.tr("Where it was found")))
        self.body.setSpacing(Space.XS)
        self.body.addWidget(caption_label(facts_of(model)))
        self._path = PathRow(str(model.path))
        self._path.reveal.connect(intents.reveal)
        self._path.copy.connect(intents.copy_text)
        self._path.reveal_button.setToolTip(self.tr("Show the folder in the file manager"))
        if model.path == "starter":
            self._path.hide()
        self.body.addWidget(self._path)
        for note in model.notes:
            self.body.addWidget(label(engine_text(note), "caption", tone="warning"))
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        self.badges = QWidget()
        self._badge_row = FlowLayout(self.badges)
        foot.addWidget(self.badges, 1)
        self._actions = foot
        self._add_actions()
        self.body.addLayout(foot)
        self.show_fit(None)

    def _add_actions(self) -> None:
        model, intents = self.model, self._intents
        self.train = secondary_button(
            self.tr("Use for training"),
            self.tr("Make it the base model of the recipe and show the Method page"),
        )
        self.train.clicked.connect(lambda: intents.use_for_training(model.path))
        if not (model.trainable or model.converted):
            self.train.hide()
        self.chat = secondary_button(self.tr("Chat"), self.tr("Load it on the Chat page and talk to it"))
        self.chat.clicked.connect(lambda: intents.talk_to(model.path))
        if not (model.trainable or model.format == "gguf"):
            self.chat.hide()
        self.code = secondary_button(
            self.tr("Look at its code…"),
            self.tr("Read the code that this model brings, and allow or refuse it"),
        )
        self.code.clicked.connect(lambda: intents.show_code(model.path))
        if not model.own_code:
            self.code.hide()
        self.convert = secondary_button(self.tr("Convert"), convert_tooltip(model))
        self.convert.clicked.connect(lambda: intents.convert_model(model.path))
        self.convert.setVisible(model.convertible and not model.converted)
        for button in (self.code, self.convert, self.chat, self.train):
            self._actions.addWidget(button)

    def show_fit(self, fit: ModelFit | None) -> None:
        """Show how it suits this computer, once that is known."""
        if fit is not None and fit is self._fit:
            return
        self._fit = fit
        clear_layout(self._badge_row)
        if fit is None:
            waiting = chip_label(
                self.tr("… weighing"), tooltip=self.tr("Memory is being counted; nothing is loaded")
            )
            self._badge_row.addWidget(waiting)
            return
        for use, one in uses_of(fit):
            words, tone = fit_badge(use, one)
            self._badge_row.addWidget(chip_label(words, tone, fit_tooltip(use, one, fit)))
