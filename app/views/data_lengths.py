"""How long the rows are in tokens, and where they are cut."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from app.actions.intents import Intents
from app.charts.plot.histogram import LOWEST_CUTOFF, LengthHistogram, rows_over
from app.forms.fields import field_at
from app.state.dataset import rows_used
from app.state.model import AppState
from app.ui import format as human
from app.ui.i18n import schema_text
from app.ui.labels import pad_spin_box
from app.ui.theme import Space, Theme
from app.ui.widgets import Card, ElidedLabel, SegmentedControl, Skeleton, caption_label, set_accessible
from app.views.names import model_name
from engine.contract.results import DataReport, SchemaReply

LARGEST_CUTOFF = 1_048_576
TYPING_MS = 400
OVERLONG, CUTOFF = "data.overlong", "data.cutoff_len"


class LengthCard(Card):
    """Histogram with a line to drag, the number to type, and what happens to longer rows."""

    def __init__(self, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Length in tokens"), parent)
        self._intents = intents
        self._report: DataReport | None = None
        self._overlong = "truncate"
        self._schema: SchemaReply | None = None
        self.figures = ElidedLabel()
        self.figures.setProperty("role", "muted")
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.header.takeAt(1)  # the figures take the room that a stretch would
        self.header.addWidget(self.figures, 1)
        self.histogram = LengthHistogram(theme)
        set_accessible(
            self.histogram,
            self.tr("Lengths of the rows"),
            self.tr("Drag the line, or move it with the arrow keys, to choose the longest row in tokens"),
        )
        self.histogram.cutoff_moved.connect(self._dragged)
        self.histogram.cutoff_chosen.connect(self._choose)
        self.waiting = Skeleton(4)
        self.body.addWidget(self.waiting)
        self.body.addWidget(self.histogram, 1)
        self.cutoff = QSpinBox()
        pad_spin_box(self.cutoff)
        self.cutoff.setRange(LOWEST_CUTOFF, LARGEST_CUTOFF)
        self.cutoff.setGroupSeparatorShown(True)
        self.cutoff.setKeyboardTracking(False)
        self.cutoff.setFixedWidth(110)
        set_accessible(
            self.cutoff, self.tr("Cutoff length in tokens"), self.tr("The longest row that is trained")
        )
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typed.timeout.connect(lambda: self._choose(self.cutoff.value()))
        self.cutoff.valueChanged.connect(self._spun)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(Space.S)
        self._foot.addWidget(caption_label(self.tr("Rows over the line")))
        self.overlong: SegmentedControl | None = None
        self._foot.addStretch(1)
        self._foot.addWidget(caption_label(self.tr("Longest row")))
        self._foot.addWidget(self.cutoff)
        self._foot.addWidget(caption_label(human.unit("tokens")))
        self.body.addLayout(self._foot)

    def show_state(self, state: AppState) -> None:
        """Show the newest report and the draft's cutoff."""
        data = state.draft.recipe.get("data", {})
        schema = state.engine.schema
        if schema is not None and schema is not self._schema:
            self._schema = schema
            self._build_overlong(schema)
        self._overlong = str(data.get("overlong", "truncate"))
        if self.overlong is not None:
            self.overlong.set_value(self._overlong)
        model = model_name(str(state.draft.recipe.get("model", {}).get("path", "")), state)
        report = self._report = state.data.report
        self.waiting.setVisible(report is None and "statistics" in state.data.busy)
        self.histogram.setVisible(report is not None)
        self.figures.setVisible(report is not None)
        if report is not None:
            self.histogram.show_bins(report.histogram, bin_tokens=report.bin_tokens, longest=report.longest)
            words = self.tr("median {median} · p95 {p95} · longest {longest} · {model}")
            self.figures.set_full_text(
                words.format(
                    median=human.number(report.median),
                    p95=human.number(report.p95),
                    longest=human.number(report.longest),
                    model=model,
                )
            )
        cutoff = int(data.get("cutoff_len") or 0)
        counted = report is not None and "statistics" not in state.data.busy
        self.histogram.show_cutoff(
            cutoff, self.sentence(cutoff, report.over_cutoff if report and counted else None)
        )
        if not self.cutoff.hasFocus() and not self._typed.isActive() and cutoff:
            self.cutoff.blockSignals(True)
            self.cutoff.setValue(cutoff)
            self.cutoff.blockSignals(False)

    def sentence(self, cutoff: int, over: int | None) -> str:
        """ "1,024 tokens: 37 rows (0.3%) cut"; without the exact count the histogram's estimate."""
        if self._report is None or not rows_used(self._report):
            return self.tr("{cutoff} tokens").format(cutoff=human.number(cutoff))
        about = over is None
        count = rows_over(self.histogram.bins, cutoff) if over is None else over
        if not count:
            return self.tr("{cutoff} tokens: every row fits").format(cutoff=human.number(cutoff))
        rows = self.tr("about {rows}").format(rows=human.number(count)) if about else human.number(count)
        words = {
            "drop": self.tr("{cutoff} tokens: {rows} rows ({share}) dropped"),
            "split": self.tr("{cutoff} tokens: {rows} rows ({share}) split"),
        }.get(self._overlong, self.tr("{cutoff} tokens: {rows} rows ({share}) cut"))
        share = human.percent(count / rows_used(self._report), 1)
        return words.format(cutoff=human.number(cutoff), rows=rows, share=share)

    def _build_overlong(self, schema: SchemaReply) -> None:
        field = field_at(schema.recipe_schema, OVERLONG)
        if self.overlong is not None:
            self._foot.removeWidget(self.overlong)
            self.overlong.deleteLater()
        choices = field.choices if field else ()
        self.overlong = SegmentedControl([(choice, schema_text(choice).capitalize()) for choice in choices])
        help_text = field.help if field else ""
        set_accessible(self.overlong, self.tr("Rows over the line"), help_text)
        for choice in choices:
            self.overlong.button(choice).setToolTip(help_text)
        self.overlong.changed.connect(lambda choice: self._intents.set_option(OVERLONG, choice))
        self._foot.insertWidget(1, self.overlong)

    def _dragged(self, cutoff: int) -> None:
        self.histogram.set_sentence(self.sentence(cutoff, None))

    def _spun(self, _value: int) -> None:
        self._typed.start()

    def _choose(self, cutoff: int) -> None:
        self._typed.stop()
        self._intents.set_option(CUTOFF, cutoff)
