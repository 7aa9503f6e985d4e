"""One row, seen three ways: as it stands in the file, as the template writes it, and as tokens with the trained ones
coloured. What is marked in one pane is marked in the others."""

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QTextEdit, QVBoxLayout, QWidget

from app.ui import format as human
from app.ui.theme import Size, Space, Theme, mono_font
from app.ui.widgets import caption_label, set_accessible
from engine.contract.results import PreviewRow, Token

MOST_TOKENS = 4000
MOST_MARKS = 60
SHORTEST_MARK = 2
NARROW, WIDE = 520, 980
LOWEST, HIGHEST = 64, 240  # of a pane, in pixels
SHADE = 112  # every second token is a little darker, so that their edges show


class RowPanes(QWidget):
    """Raw, tokens, rendered; beside each other where there is room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: PreviewRow | None = None
        self._painted: tuple[PreviewRow, bool] | None = None
        self.raw = _text_pane(self.tr("The row as it stands in the file"))
        self.tokens = _text_pane(self.tr("The tokens of the row; the coloured ones are trained"))
        self.rendered = _text_pane(self.tr("The row as the template writes it"))
        self.trained, self.read_only = QLabel(self.tr("trained")), QLabel(self.tr("read only"))
        self._panes = (self.raw, self.tokens, self.rendered)
        for mark, tip in (
            (self.trained, self.tr("The loss is computed on these tokens: they are learnt")),
            (self.read_only, self.tr("The model reads these tokens but does not learn to write them")),
        ):
            mark.setToolTip(tip)
            mark.setFixedHeight(Size.CHIP - 4)
        self._parts = (
            self._titled(self.tr("Raw"), self.raw),
            self._titled(self.tr("Tokens"), self.tokens, self.trained, self.read_only),
            self._titled(self.tr("Rendered"), self.rendered),
        )
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.M)
        self._columns = 0
        self._arrange(2)
        for pane in self._panes:
            pane.selectionChanged.connect(lambda pane=pane: self._link(pane))
        self._color_legend()
        theme.changed.connect(self._repaint)

    def _titled(self, title: str, pane: QTextEdit, *marks: QLabel) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        name = caption_label(title)
        name.setWordWrap(False)
        name.setMinimumHeight(Size.CHIP - 4)
        line.addWidget(name)
        for mark in marks:
            line.addWidget(mark)
        line.addStretch(1)
        column.addLayout(line)
        column.addWidget(pane)
        column.addStretch(0)
        return part

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for part in self._parts:
            self._grid.removeWidget(part)
        raw, tokens, rendered = self._parts
        if columns == 2:
            self._grid.addWidget(raw, 0, 0, 2, 1)
            self._grid.addWidget(tokens, 0, 1)
            self._grid.addWidget(rendered, 1, 1)
        else:
            for place, part in enumerate((raw, tokens, rendered)):
                self._grid.addWidget(part, *((0, place) if columns == 3 else (place, 0)))
        for column, stretch in enumerate({1: (1, 0, 0), 2: (2, 3, 0), 3: (3, 4, 3)}[columns]):
            self._grid.setColumnStretch(column, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the panes for the room there is."""
        super().resizeEvent(event)
        width = event.size().width()
        self._arrange(1 if width < NARROW else 3 if width >= WIDE else 2)
        self._fit()

    def _fit(self) -> None:
        """Each pane as high as what it shows, within limits; the raw one takes what stands beside it."""
        for pane in self._panes:
            needed = round(pane.document().size().height()) + Space.S
            height = min(HIGHEST, max(LOWEST, needed))
            if pane is self.raw and self._columns == 2:
                pane.setMaximumHeight(2 * HIGHEST)
                pane.setMinimumHeight(height)
            elif pane.height() != height:
                pane.setFixedHeight(height)

    # ------------------------------------------------------------ showing

    def show_row(self, row: PreviewRow | None) -> None:
        """Show ``row``; None clears the panes."""
        self._row = row
        if row is None:
            self._painted = None
            for pane in self._panes:
                pane.clear()
        elif self._painted != (row, self._theme.dark):
            self._painted = (row, self._theme.dark)
            self.raw.setPlainText("\n".join(f"{name}: {_pretty(value)}" for name, value in row.raw.items()))
            self._paint_tokens(row.tokens)
            self.rendered.setPlainText(row.rendered)
            self._fit()

    def _repaint(self) -> None:
        self._color_legend()
        self.show_row(self._row)

    def _paint_tokens(self, tokens: tuple[Token, ...]) -> None:
        formats = self.formats()
        self.tokens.clear()
        cursor = QTextCursor(self.tokens.document())
        cursor.beginEditBlock()
        for index, token in enumerate(tokens[:MOST_TOKENS]):
            text = token.text.replace("\n", "⏎\n") or "∅"
            cursor.insertText(text, formats[token.trained][index % 2])
        if len(tokens) > MOST_TOKENS:
            rest = self.tr("… and {count} more tokens").format(count=human.number(len(tokens) - MOST_TOKENS))
            cursor.insertText(f"\n{rest}", QTextCharFormat())
        cursor.endEditBlock()

    def formats(self) -> dict[bool, tuple[QTextCharFormat, QTextCharFormat]]:
        """Two shades for trained tokens (True) and two for the others."""
        found = {}
        for trained, name in ((True, "trained"), (False, "read_only")):
            color = self._theme.color(name)
            other = color.lighter(SHADE + 8) if self._theme.dark else color.darker(SHADE - 6)
            found[trained] = (self._format(color), self._format(other))
        return found

    def _format(self, background: QColor) -> QTextCharFormat:
        result = QTextCharFormat()
        result.setBackground(background)
        result.setForeground(self._theme.color("text"))
        return result

    def _color_legend(self) -> None:
        for mark, name in ((self.trained, "trained"), (self.read_only, "read_only")):
            color = self._theme.color(name).name()
            mark.setStyleSheet(f"QLabel {{ background: {color}; border-radius: 4px; padding: 0 6px; }}")

    # ------------------------------------------------------------ linked

    def _link(self, source: QTextEdit) -> None:
        """Mark what is selected in ``source`` in the other panes."""
        words = source.textCursor().selectedText().replace("\u2029", "").replace("⏎", "").strip()
        for pane in self._panes:
            found = _occurrences(pane, words) if pane is not source and len(words) >= SHORTEST_MARK else []
            pane.setExtraSelections(found)
            if found:
                cursor = found[0].cursor  # type: ignore[attr-defined]
                rect = pane.cursorRect(cursor)
                bar = pane.verticalScrollBar()
                if not pane.viewport().rect().contains(rect):
                    bar.setValue(bar.value() + rect.top() - pane.viewport().height() // 3)


def _occurrences(pane: QTextEdit, words: str) -> list[QTextEdit.ExtraSelection]:
    found: list[QTextEdit.ExtraSelection] = []
    cursor = pane.document().find(words, 0)
    while not cursor.isNull() and len(found) < MOST_MARKS:
        mark = QTextEdit.ExtraSelection()
        mark.cursor = cursor  # type: ignore[attr-defined]
        look = QTextCharFormat()
        look.setBackground(pane.palette().color(pane.palette().ColorRole.Highlight))
        look.setForeground(pane.palette().color(pane.palette().ColorRole.HighlightedText))
        mark.format = look  # type: ignore[attr-defined]
        found.append(mark)
        cursor = pane.document().find(words, cursor)
    return found


def _text_pane(name: str) -> QTextEdit:
    pane = QTextEdit()
    pane.setReadOnly(True)
    pane.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    pane.setProperty("frameless", True)
    pane.setFont(mono_font())
    pane.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    pane.document().setDocumentMargin(0)
    pane.setMinimumHeight(LOWEST)
    pane.setTabChangesFocus(True)
    set_accessible(pane, name)
    return pane


def _pretty(value: object) -> str:
    if isinstance(value, str) and "\n" not in value:
        return value
    return json.dumps(value, ensure_ascii=False, indent=1)
