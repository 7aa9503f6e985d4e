"""Lengths of the rows in tokens as bars, with the cutoff as a line that can be dragged or moved by keys.

Painted by Qt alone, so that the Data page needs neither pyqtgraph nor numpy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.theme import Theme

LOWEST_CUTOFF = 8
GRAB = 8  # pixels beside the line that still take hold of it
FOOT = 22
HEAD = 30


@dataclass(frozen=True)
class Bins:
    """Rows per ``bin_tokens`` tokens; the last bar holds everything beyond."""

    bin_tokens: int
    counts: tuple[int, ...]
    longest: int

    @property
    def end(self) -> int:
        """Tokens at the right edge."""
        return max(1, self.bin_tokens * len(self.counts))


def rows_over(bins: Bins, cutoff: int) -> int:
    """About how many rows are longer than ``cutoff`` tokens: exact at the edges of the bars."""
    over = 0.0
    for index, count in enumerate(bins.counts):
        start = index * bins.bin_tokens
        stop = start + bins.bin_tokens
        if index == len(bins.counts) - 1:
            stop = max(stop, bins.longest)
        if start >= cutoff:
            over += count
        elif stop > cutoff:
            over += count * (stop - cutoff) / (stop - start)
    return round(over)


class LengthHistogram(QWidget):
    """``cutoff_moved`` follows the mouse, ``cutoff_chosen`` comes once when it is let go."""

    cutoff_moved = Signal(int)
    cutoff_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bins = Bins(1, (), 0)
        self._cutoff = 0
        self._sentence = ""
        self._dragging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        theme.changed.connect(self.update)

    def show_bins(self, counts: Sequence[int], *, bin_tokens: int, longest: int) -> None:
        """Show these bars."""
        bins = Bins(max(1, bin_tokens), tuple(counts), longest)
        if bins != self._bins:
            self._bins = bins
            self.update()

    def show_cutoff(self, cutoff: int, sentence: str) -> None:
        """Put the line at ``cutoff`` with ``sentence`` beside it; a drag in progress keeps its own."""
        if not self._dragging and (cutoff, sentence) != (self._cutoff, self._sentence):
            self._cutoff, self._sentence = cutoff, sentence
            self.setAccessibleDescription(sentence)
            self.update()

    def set_sentence(self, sentence: str) -> None:
        """The words beside the line while it is dragged."""
        self._sentence = sentence
        self.setAccessibleDescription(sentence)
        self.update()

    @property
    def bins(self) -> Bins:
        """What is shown."""
        return self._bins

    @property
    def cutoff(self) -> int:
        """Where the line stands, in tokens."""
        return self._cutoff

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(480, 140)

    # ------------------------------------------------------------ geometry

    @property
    def _tokens_shown(self) -> int:
        return max(self._bins.end, min(self._cutoff, round(self._bins.end * 1.3)))

    def _x(self, tokens: float) -> float:
        return min(tokens / self._tokens_shown, 1.0) * (self.width() - 2) + 1

    def _tokens(self, x: float) -> int:
        share = (x - 1) / max(1, self.width() - 2)
        return max(LOWEST_CUTOFF, round(share * self._tokens_shown))

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, the scale under them, the line and its words."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._bins.counts:
            return
        self._paint_bars(painter)
        self._paint_scale(painter)
        if self._cutoff:
            self._paint_cutoff(painter)

    def _paint_bars(self, painter: QPainter) -> None:
        most = max(self._bins.counts, default=0)
        if not most:
            return
        room = self.height() - FOOT - HEAD
        inside, beyond = self._theme.color("curve0"), self._theme.color("danger")
        painter.setPen(Qt.PenStyle.NoPen)
        for index, count in enumerate(self._bins.counts):
            if not count:
                continue
            left = self._x(index * self._bins.bin_tokens)
            right = self._x((index + 1) * self._bins.bin_tokens)
            height = max(2.0, room * count / most)
            bar = QRectF(left + 0.5, HEAD + room - height, max(1.0, right - left - 1.5), height)
            edge = self._x(self._cutoff)
            painter.setBrush(beyond if left >= edge - 0.5 else inside)
            painter.drawRoundedRect(bar, 1.5, 1.5)
            if left < edge - 0.5 < right - 1.5:
                painter.setBrush(beyond)
                painter.drawRect(QRectF(edge, bar.top(), bar.right() - edge, bar.height()))

    def _paint_scale(self, painter: QPainter) -> None:
        foot = self.height() - FOOT
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawLine(QPointF(0, foot + 0.5), QPointF(self.width(), foot + 0.5))
        painter.setPen(self._theme.color("muted"))
        shown = self._tokens_shown
        box = QRectF(0, foot + 4, self.width(), FOOT - 4)
        plus = "+" if self._bins.longest > self._bins.end else ""
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{shown // 2:,}")
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight, self.tr("{count} tokens").format(count=f"{shown:,}{plus}")
        )

    def _paint_cutoff(self, painter: QPainter) -> None:
        accent = self._theme.color("accent")
        x = self._x(self._cutoff)
        foot = self.height() - FOOT
        painter.setPen(QPen(accent, 3 if self._dragging or self.hasFocus() else 2))
        painter.drawLine(QPointF(x, 2), QPointF(x, foot + 4))
        painter.setBrush(accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(x - 4, foot - 6, 8, 12), 3, 3)
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(self._sentence) + 16
        left = x - width - 6 if x - width - 6 >= 0 else min(x + 6, self.width() - width)
        box = QRectF(left, 2, width, 22)
        painter.setBrush(self._theme.color("accent_soft"))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(accent)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._sentence)

    # ------------------------------------------------------------ mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the line, or set it where the click is."""
        if event.button() == Qt.MouseButton.LeftButton and self._bins.counts:
            self._dragging = True
            self._move_to(self._tokens(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or say what the bar under the mouse holds."""
        x = event.position().x()
        if self._dragging:
            self._move_to(self._tokens(x))
            return
        near = abs(x - self._x(self._cutoff)) <= GRAB
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
        index = int(self._tokens(x) // self._bins.bin_tokens)
        if index < len(self._bins.counts):
            start = index * self._bins.bin_tokens
            text = self.tr("{first} to {last} tokens: {rows} rows").format(
                first=f"{start:,}",
                last=f"{start + self._bins.bin_tokens - 1:,}",
                rows=f"{self._bins.counts[index]:,}",
            )
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The line stays where it was let go."""
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self.cutoff_chosen.emit(self._cutoff)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the line by one bar, with Shift by one token."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() not in steps or not self._bins.counts:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._move_to(self._cutoff + steps[Qt.Key(event.key())] * (1 if fine else self._bins.bin_tokens))
        self.cutoff_chosen.emit(self._cutoff)

    def _move_to(self, tokens: int) -> None:
        self._cutoff = max(LOWEST_CUTOFF, tokens)
        self.cutoff_moved.emit(self._cutoff)
        self.update()
