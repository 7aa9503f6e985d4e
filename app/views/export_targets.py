"""What can be exported: a card for each target the engine has, with its forms and about how large they become."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.state.exports import first_choice
from app.state.model import AppState
from app.ui import format as human
from app.ui.i18n import schema_text
from app.ui.theme import Space
from app.ui.widgets import Card, FlowLayout, chip, muted_label, set_accessible
from engine.contract.results import ChoiceInfo, SchemaReply, VariantInfo

BYTES_PER_TRAINED_WEIGHT = 4


def predicted_bytes(choice: ChoiceInfo, state: AppState) -> int | None:
    """About how large ``choice`` becomes for the open run: what the engine says, and until then an estimate; None
    where the base model's size is not known."""
    if sizes_known(state):
        return state.sizes.sizes.get(choice.spelling)
    recipe = state.train.recipe
    path = str(recipe.get("model", {}).get("path", ""))
    model = next(
        (
            item
            for item in state.engine.models
            if item.path == path or (path == "starter" and item.origin == "starter")
        ),
        None,
    )
    plan = state.draft.plan
    same = plan is not None and all(
        recipe.get(key) == state.draft.recipe.get(key) for key in ("model", "method")
    )
    if choice.bits_per_weight == 0.0:
        return plan.trainable_parameters * BYTES_PER_TRAINED_WEIGHT if plan and same else None
    if choice.bits_per_weight is None:
        return model.size_bytes if model and model.size_bytes and model.format == "safetensors" else None
    parameters = (
        model.parameters if model and model.parameters else plan.parameters if plan and same else None
    )
    return int(parameters * choice.bits_per_weight / 8) if parameters else None


def sizes_known(state: AppState) -> bool:
    """Whether the engine has said how large the exports of the open run become."""
    return bool(state.sizes.run_dir) and state.sizes.run_dir == state.train.job.run_dir


def short_name(spelling: str) -> str:
    """``q8_0`` of ``gguf:q8_0``."""
    return spelling.partition(":")[2] or spelling


class ChoiceChip(QWidget):
    """One form to tick; ``button`` is the widget that is clicked."""

    changed = Signal()

    def __init__(self, target: VariantInfo, choice: ChoiceInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.only = len(target.choices) == 1
        made = chip("", clickable=True)
        assert isinstance(made, QPushButton)
        self.button = made
        self.button.setParent(self)
        self.button.setCheckable(True)
        self.button.toggled.connect(self._toggled)
        self._size: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        self._word()

    def set_size(self, size: int | None) -> None:
        """About how large this becomes."""
        if size != self._size:
            self._size = size
            self._word()

    def set_possible(self, possible: bool) -> None:
        """Whether this run can have the form at all."""
        if possible != self.button.isEnabled():
            self.button.setEnabled(possible)
            if not possible:
                self.button.setChecked(False)
                self.button.setToolTip(self.tr("This run trained the whole model, so it has no adapter"))
            else:
                self._word()

    @property
    def name(self) -> str:
        """How the form is called."""
        if self.only:
            return self.tr("export it")
        bare = ":" not in self.choice.spelling
        return self.tr("as the base model") if bare else short_name(self.choice.spelling)

    def _word(self) -> None:
        mark = "✓" if self.button.isChecked() else "+"
        size = f" · {human.size(self._size)}" if self._size else ""
        self.button.setText(f"{mark} {self.name}{size}")
        set_accessible(
            self.button, f"{self.choice.spelling}{size}", self.tr("Click to choose or to leave out")
        )

    def _toggled(self) -> None:
        self._word()
        self.changed.emit()


class TargetsPanel(QWidget):
    """A card a target. ``changed`` when the choice did."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: SchemaReply | None = None
        self.chips: dict[str, ChoiceChip] = {}
        self._cards: list[Card] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)

    def show_state(self, state: AppState) -> None:
        """Show the engine's targets and their sizes for the open run."""
        schema = state.engine.schema
        if schema is not None and schema is not self._schema:
            self._build(schema)
        known = sizes_known(state)
        for made in self.chips.values():
            made.set_size(predicted_bytes(made.choice, state))
            made.set_possible(not known or made.choice.spelling in state.sizes.sizes)

    def chosen(self) -> list[str]:
        """Spellings of what is ticked."""
        return [spelling for spelling, made in self.chips.items() if made.button.isChecked()]

    def _build(self, schema: SchemaReply) -> None:
        before = self.chosen()
        self._schema = schema
        for card in self._cards:
            self._column.removeWidget(card)
            card.deleteLater()
        self.chips, self._cards = {}, []
        for target in schema.export_targets:
            self._cards.append(self._card(target))
            self._column.addWidget(self._cards[-1])
        for spelling in before or [first_choice(schema)]:
            if spelling in self.chips:
                self.chips[spelling].button.setChecked(True)

    def _card(self, target: VariantInfo) -> Card:
        card = Card(schema_text(target.title))
        card.body.addWidget(muted_label(schema_text(target.summary)))
        holder = QWidget()
        flow = FlowLayout(holder)
        for choice in target.choices:
            made = ChoiceChip(target, choice)
            made.changed.connect(self.changed)
            self.chips[choice.spelling] = made
            flow.addWidget(made)
        rare = [self.chips[choice.spelling] for choice in target.choices if not choice.usual]
        if rare:
            flow.addWidget(MoreChip(rare))
        card.body.addWidget(holder)
        return card


class MoreChip(QWidget):
    """Shows the forms that few people want, and hides those of them that are not chosen."""

    def __init__(self, rare: Sequence[ChoiceChip], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rare = rare
        made = chip("", clickable=True)
        assert isinstance(made, QPushButton)
        self.button = made
        self.button.setParent(self)
        self.button.setCheckable(True)
        self.button.toggled.connect(self._show)
        for form in rare:
            form.changed.connect(lambda: self._show(self.button.isChecked()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button)
        self._show(False)

    def _show(self, open_: bool) -> None:
        for made in self._rare:
            made.setVisible(open_ or made.button.isChecked())
        words = self.tr("Fewer") if open_ else self.tr("{0} more").format(len(self._rare))
        self.button.setText(f"{words} {'▴' if open_ else '▾'}")
        set_accessible(self.button, words, self.tr("Forms for special machines and programs"))
