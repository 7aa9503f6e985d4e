"""The figures of an evaluation as a compact table: before, after, and whether that is better."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.ui.engine_text import engine_text
from app.ui.labels import set_property
from app.ui.theme import Space, tabular
from app.ui.widgets import body_label, caption_label, clear_layout
from engine.contract.evaluation import Measure


def figure(item: Measure, value: float) -> str:
    """A measure's value as people write it."""
    return f"{value:.1f}%" if item.unit == "%" else f"{value:,.3f}" if value < 1000 else f"{value:,.0f}"


class FiguresTable(QWidget):
    """One line a measure; its help and the rows that changed stand in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measures: tuple[Measure, ...] = ()
        self.lines: dict[str, tuple[QLabel, QLabel, QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)

    def show_measures(self, measures: tuple[Measure, ...]) -> None:
        """Show ``measures``; built anew only when they are others."""
        self.setVisible(bool(measures))
        if measures == self._measures:
            return
        self._measures = measures
        clear_layout(self._grid)
        self.lines = {}
        heads = (self.tr("Figure"), self.tr("Before"), self.tr("After"), "")
        for column, words in enumerate(heads):
            head = caption_label(words)
            head.setWordWrap(False)
            self._grid.addWidget(head, 0, column, self._side(column))
        for row, item in enumerate(measures, start=1):
            self._add(row, item)

    def _add(self, row: int, item: Measure) -> None:
        change, tone = self._change(item)
        texts = (engine_text(item.title), figure(item, item.before), figure(item, item.after), change)
        labels = tuple(body_label(text) for text in texts)
        for column, part in enumerate(labels):
            part.setWordWrap(False)
            part.setFont(tabular(part.font()))
            part.setToolTip(self._tooltip(item))
            self._grid.addWidget(part, row, column, self._side(column))
        set_property(labels[3], "tone", tone)
        labels[0].setAccessibleName(" ".join(texts))
        self.lines[item.name] = (labels[0], labels[1], labels[2], labels[3])

    @staticmethod
    def _side(column: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignRight if column in (1, 2) else Qt.AlignmentFlag.AlignLeft

    def _change(self, item: Measure) -> tuple[str, str]:
        if item.before == item.after:
            return self.tr("○ equal"), "muted"
        rose = item.after > item.before
        arrow = "▲" if rose else "▼"
        if rose == (item.better == "higher"):
            return self.tr("{arrow} better").format(arrow=arrow), "success"
        return self.tr("{arrow} worse").format(arrow=arrow), "danger"

    def _tooltip(self, item: Measure) -> str:
        parts = [engine_text(item.help)] if item.help else []
        if item.p_value is not None:
            words = self.tr("{better} of {rows} rows got better, {worse} got worse (p = {p}).")
            p = f"{item.p_value:.4f}" if item.p_value >= 0.0001 else "0.0001"
            parts.append(words.format(better=item.improved, rows=item.rows, worse=item.worsened, p=p))
        return "\n".join(parts)
