"""The box beside the crosshair: what every curve says at one step."""

from dataclasses import dataclass, field
from html import escape

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget

from app.charts.plot.axes import short_number
from app.ui.theme import Size, Theme

GAP = 10


@dataclass(frozen=True)
class ReadingLine:
    """One curve at the step: ``raw`` beside a smoothed value, ``at`` the step of its nearest point."""

    label: str
    value: float
    raw: float | None
    at: int
    decimals: int
    color: QColor


@dataclass
class Reading:
    """All curves at one step."""

    step: int
    unit: str = ""
    lines: list[ReadingLine] = field(default_factory=list)

    def add(
        self, *, label: str, value: float, raw: float | None, at: int, decimals: int, color: QColor
    ) -> None:
        """Add one curve."""
        self.lines.append(ReadingLine(label, value, raw, at, decimals, color))


class ReadingBox(QLabel):
    """Floats over its chart and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._muted = ""
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        colors = theme.colors
        self._muted = colors.muted
        self.setStyleSheet(
            f"QLabel {{ background: {colors.raised}; color: {colors.text};"
            f" border: 1px solid {colors.line_strong}; border-radius: {Size.RADIUS}px; padding: 4px 8px; }}"
        )

    def show_reading(self, reading: Reading, *, x: float, bounds: QRectF) -> None:
        """Show ``reading`` beside ``x``, on the side that has room within ``bounds``."""
        self.setText(self.html(reading))
        self.adjustSize()
        left = x + GAP
        if left + self.width() > bounds.right():
            left = x - GAP - self.width()
        self.move(int(max(0.0, left)), int(bounds.top() + GAP))
        self.show()
        self.raise_()

    def html(self, reading: Reading) -> str:
        """The box's text."""
        step = self.tr("step {step}").format(step=f"{reading.step:,}")
        rows = [f'<span style="color:{self._muted}">{escape(step)}</span>']
        for line in reading.lines:
            text = f"{line.label} {short_number(line.value, line.decimals)}"
            if reading.unit:
                text += f" {reading.unit}"
            if line.raw is not None:
                text += " " + self.tr("(raw {value})").format(value=short_number(line.raw, line.decimals))
            if line.at != reading.step:
                text += " " + self.tr("at {step}").format(step=f"{line.at:,}")
            rows.append(f'<span style="color:{line.color.name()}">●</span> {escape(text)}')
        return '<p style="white-space:pre">' + "<br>".join(rows) + "</p>"
