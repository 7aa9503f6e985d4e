"""How both models draw their words: three presets, and every figure behind them."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.actions.intents import Intents
from app.ui.theme import Size, Space
from app.ui.widgets import Card, body_label, chip, muted_label, set_accessible
from engine.contract.messages import Sampling

SEED_MOST = 2**32 - 1
_ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\,": ","}  # the backslash first: showing needs it

PRESETS: dict[str, dict[str, float]] = {
    "precise": {"temperature": 0.2, "top_p": 0.9, "min_p": 0.1, "repeat_penalty": 1.0},
    "balanced": {"temperature": 0.7, "top_p": 0.9, "min_p": 0.05, "repeat_penalty": 1.05},
    "creative": {"temperature": 1.1, "top_p": 0.95, "min_p": 0.02, "repeat_penalty": 1.1},
}


def preset_of(sampling: Sampling) -> str:
    """The preset whose figures these are, or ""."""
    for name, figures in PRESETS.items():
        if all(abs(getattr(sampling, key) - value) < 1e-9 for key, value in figures.items()):
            return name
    return ""


@dataclass(frozen=True, slots=True)
class Knob:
    """One figure and the range its slider covers, in steps of ``step``."""

    name: str
    low: float
    high: float
    step: float
    digits: int = 2


KNOBS = (
    Knob("temperature", 0.0, 2.0, 0.05),
    Knob("top_p", 0.01, 1.0, 0.01),
    Knob("min_p", 0.0, 1.0, 0.01),
    Knob("repeat_penalty", 0.9, 1.5, 0.01),
    Knob("max_tokens", 16, 2048, 16, 0),
)


class CalmSlider(QSlider):
    """A slider that leaves the wheel to the page unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class KnobRow(QWidget):
    """Name, figure and slider."""

    moved = Signal(str, float)

    def __init__(self, knob: Knob, words: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knob = knob
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        name = muted_label(words)
        name.setWordWrap(False)
        self.figure = body_label()
        self.figure.setWordWrap(False)
        row = QHBoxLayout()
        row.addWidget(name, 1)
        row.addWidget(self.figure)
        column.addLayout(row)
        self.slider = CalmSlider()
        self.slider.setRange(0, round((knob.high - knob.low) / knob.step))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        set_accessible(self.slider, words, tooltip)
        self.setToolTip(tooltip)
        self.slider.valueChanged.connect(self._moved)
        column.addWidget(self.slider)

    def show_value(self, value: float) -> None:
        """Show ``value``, also where it lies outside the slider's range."""
        self.figure.setText(f"{value:,.{self.knob.digits}f}")
        place = round((value - self.knob.low) / self.knob.step)
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(place)
            self.slider.blockSignals(False)

    def _moved(self, place: int) -> None:
        value = round(self.knob.low + place * self.knob.step, 4)
        self.figure.setText(f"{value:,.{self.knob.digits}f}")
        self.moved.emit(self.knob.name, value)


class SeedBox(QDoubleSpinBox):
    """Whole numbers up to 32 bits without a sign, more than a plain spin box holds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(0)
        self.setRange(0, SEED_MOST)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(Size.FORM_FIELD // 2, Size.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def parse_stops(text: str) -> tuple[str, ...]:
    """What stands between commas; ``\\n`` is a new line, ``\\t`` a tab, ``\\,`` a comma."""
    found, piece, place = [], "", 0
    while place < len(text):
        pair = text[place : place + 2]
        if pair in _ESCAPES:
            piece += _ESCAPES[pair]
            place += 2
            continue
        if text[place] == ",":
            found.append(piece)
            piece = ""
        else:
            piece += text[place]
        place += 1
    return tuple(stop for item in (*found, piece) if (stop := item.strip(" ")))


def show_stops(stops: tuple[str, ...]) -> str:
    """As ``parse_stops`` reads them."""
    written = []
    for stop in stops:
        for escape, char in _ESCAPES.items():
            stop = stop.replace(char, escape)
        written.append(stop)
    return ", ".join(written)


class SamplingCard(Card):
    """Sampling of both sides at once: only the model may differ."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(None, parent)
        self._intents = intents
        self._sampling = Sampling()
        self.title.setText(self.tr("Sampling"))
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        self.setAccessibleName(self.tr("Sampling"))
        preset = chip("", clickable=True, tooltip=self.tr("Take figures that suit a kind of conversation"))
        assert isinstance(preset, QPushButton)
        self.preset = preset
        self.menu = QMenu(self.preset)
        self.titles = {
            "precise": self.tr("Precise"), "balanced": self.tr("Balanced"), "creative": self.tr("Creative"),
        }  # fmt: skip
        for name, title in self.titles.items():
            self.menu.addAction(title).triggered.connect(
                lambda _=False, chosen=name: self.take_preset(chosen)
            )
        self.preset.setMenu(self.menu)
        self.header.addWidget(self.preset)
        self.rows = {knob.name: self._row(knob) for knob in KNOBS}
        self.seed = SeedBox()
        self._add_seed()
        self.stops = QLineEdit()
        self._add_stops()
        self.show_sampling(self._sampling)

    def _row(self, knob: Knob) -> KnobRow:
        words, tooltip = {
            "temperature": (
                self.tr("Temperature"),
                self.tr("0 always takes the likeliest word; higher is more varied"),
            ),
            "top_p": (
                self.tr("Top-p"),
                self.tr("Draw only from the likeliest words that together have this share"),
            ),
            "min_p": (self.tr("Min-p"), self.tr("Leave out words this much less likely than the likeliest")),
            "repeat_penalty": (
                self.tr("Repetition"),
                self.tr("Above 1, words already said become less likely"),
            ),
            "max_tokens": (
                self.tr("Max tokens"),
                self.tr("The longest answer; about three quarters of it in words"),
            ),
        }[knob.name]
        row = KnobRow(knob, words, tooltip)
        row.moved.connect(self._moved)
        self.body.addWidget(row)
        return row

    def _add_seed(self) -> None:
        row = QHBoxLayout()
        label = muted_label(self.tr("Seed"))
        label.setWordWrap(False)
        label.setBuddy(self.seed)
        set_accessible(
            self.seed, self.tr("Seed"), self.tr("The same seed and the same words give the same answer")
        )
        row.addWidget(label, 1)
        row.addWidget(self.seed)
        row.setSpacing(Space.S)
        self.body.addLayout(row)
        self.seed.valueChanged.connect(lambda value: self._set(seed=int(value)))

    def _add_stops(self) -> None:
        label = muted_label(self.tr("Stop at"))
        label.setWordWrap(False)
        label.setBuddy(self.stops)
        self.stops.setPlaceholderText(self.tr("words, separated by commas"))
        set_accessible(
            self.stops,
            self.tr("Stop at"),
            self.tr("The answer ends before any of these; \\n is a new line, \\, a comma"),
        )
        self.stops.editingFinished.connect(self._stops_written)
        self.body.addWidget(label)
        self.body.addWidget(self.stops)

    def _stops_written(self) -> None:
        stops = parse_stops(self.stops.text())
        if stops != self._sampling.stop:
            self._sampling = self._sampling.model_copy(update={"stop": stops})
            self._intents.set_sampling(self._sampling)

    def show_sampling(self, sampling: Sampling) -> None:
        """Show the figures in force."""
        self._sampling = sampling
        for name, row in self.rows.items():
            row.show_value(float(getattr(sampling, name)))
        self.seed.blockSignals(True)
        self.seed.setValue(sampling.seed)
        self.seed.blockSignals(False)
        if not self.stops.hasFocus():
            self.stops.setText(show_stops(sampling.stop))
        words = self.titles.get(preset_of(sampling), self.tr("Own figures"))
        self.preset.setText(f"{words} ▾")
        self.preset.setAccessibleName(self.tr("Preset: {0}").format(words))

    def take_preset(self, name: str) -> None:
        """Set the figures of a preset; seed and length stay."""
        self._set(**PRESETS[name])

    def _moved(self, name: str, value: float) -> None:
        self._set(**{name: int(value) if name == "max_tokens" else value})

    def _set(self, **figures: float) -> None:
        self._sampling = self._sampling.model_copy(update=figures)
        self._intents.set_sampling(self._sampling)
