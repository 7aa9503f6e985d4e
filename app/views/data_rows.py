"""One row of the dataset: as it stands in the file, as the template writes it, and as tokens with the trained ones
coloured."""

import json
from pathlib import Path

from PySide6.QtGui import QColor, QResizeEvent, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QBoxLayout, QLabel, QSpinBox, QTextEdit, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format as human
from app.ui.labels import pad_spin_box
from app.ui.theme import Size, Space, Theme, mono_font
from app.ui.widgets import (
    Card,
    FlowLayout,
    SegmentedControl,
    Skeleton,
    caption_label,
    chip_label,
    icon_button,
    set_accessible,
)
from engine.contract.results import Preview, PreviewRow, Token

PAGE = 20  # rows asked for at a time
MOST_TOKENS = 4000
NARROW = 560
SHADE = 112  # every second token is a little darker, so that their edges show


class RowCard(Card):
    """Walks through the rows one by one; asks for the next page when it comes to the end of one."""

    def __init__(self, intents: Intents, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Row"), parent)
        self._intents, self._theme = intents, theme
        self._preview: Preview | None = None
        self._wanted = 0
        self._shown: tuple[PreviewRow, bool] | None = None
        self.facts = QWidget()
        self._facts = FlowLayout(self.facts)
        self.place, self.turns, self.counts, self.cut = (chip_label("") for _ in range(4))
        self.cut.setProperty("tone", "warning")
        for mark in (self.place, self.turns, self.counts, self.cut):
            self._facts.addWidget(mark)
        self.number = QSpinBox()
        pad_spin_box(self.number)
        self.number.setKeyboardTracking(False)
        self.number.setFixedWidth(84)
        set_accessible(self.number, self.tr("Row number"), self.tr("Type a number to go to that row"))
        self.previous = icon_button("chevron-left", self.tr("Previous row"))
        self.next = icon_button("chevron-right", self.tr("Next row"))
        self.previous.clicked.connect(lambda: self.go(self._wanted - 1))
        self.next.clicked.connect(lambda: self.go(self._wanted + 1))
        self.number.valueChanged.connect(lambda value: self.go(value - 1))
        for tool in (self.number, self.previous, self.next):
            self.header.addWidget(tool)
        self._build_panes()
        theme.changed.connect(self._repaint)

    def _build_panes(self) -> None:
        self.raw = _text_pane(self.tr("The row as it stands in the file"))
        self.shown = _text_pane(self.tr("The row as the model sees it"))
        self.view = SegmentedControl([("tokens", self.tr("Tokens")), ("rendered", self.tr("Rendered"))])
        self.view.set_value("tokens")
        self.view.changed.connect(lambda _: self._repaint())
        self.trained, self.read_only = QLabel(self.tr("trained")), QLabel(self.tr("read only"))
        for mark, tip in (
            (self.trained, self.tr("The loss is computed on these tokens: they are learnt")),
            (self.read_only, self.tr("The model reads these tokens but does not learn to write them")),
        ):
            mark.setToolTip(tip)
            mark.setFixedHeight(Size.CHIP)
        self.waiting = Skeleton(4)
        self.panes = QWidget()
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(Space.XS)
        self.raw_caption = caption_label(self.tr("Raw"))
        self.raw_caption.setMinimumHeight(self.view.sizeHint().height())
        left.addWidget(self.raw_caption)
        left.addWidget(self.raw, 1)
        legend = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        legend.setSpacing(Space.S)
        legend.addWidget(self.view)
        legend.addWidget(self.trained)
        legend.addWidget(self.read_only)
        legend.addStretch(1)
        right.addLayout(legend)
        right.addWidget(self.shown, 1)
        self._panes = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.panes)
        self._panes.setContentsMargins(0, 0, 0, 0)
        self._panes.setSpacing(Space.L)
        self._panes.addLayout(left, 2)
        self._panes.addLayout(right, 3)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.panes, 1)
        self.body.addWidget(self.waiting)
        self.body.addStretch(0)
        self._color_legend()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panes stand under each other where there is no room."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        self._panes.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )

    # ------------------------------------------------------------ going through the rows

    def go(self, row: int) -> None:
        """Show row ``row`` (from 0), asking for its page if it is not here."""
        total = self._preview.total if self._preview else 0
        self._wanted = min(max(row, 0), max(0, total - 1))
        if self._find() is None and total:
            self._intents.show_rows(self._wanted // PAGE * PAGE)
        self._show()

    def show_state(self, state: AppState) -> None:
        """Show the wanted row of the newest preview."""
        preview = state.data.preview
        if preview is not self._preview:
            self._preview = preview
            if (
                preview is not None
                and preview.rows
                and self._find() is None
                and self._wanted >= preview.total
            ):
                self._wanted = preview.rows[0].index
        self._show("preview" in state.data.busy)

    def _find(self) -> PreviewRow | None:
        rows = self._preview.rows if self._preview else ()
        return next((row for row in rows if row.index == self._wanted), None)

    def _show(self, busy: bool = False) -> None:
        row, total = self._find(), self._preview.total if self._preview else 0
        self.title.setText(
            self.tr("Row {number} of {total}").format(
                number=human.number(self._wanted + 1), total=human.number(total)
            )
        )
        self.title.setVisible(total > 0)
        self.number.blockSignals(True)
        self.number.setRange(1, max(1, total))
        if not self.number.hasFocus() or self.number.value() == self._wanted + 1:
            self.number.setValue(self._wanted + 1)
        self.number.blockSignals(False)
        self.previous.setEnabled(self._wanted > 0)
        self.next.setEnabled(self._wanted + 1 < total)
        self.waiting.setVisible(row is None and busy)
        self.facts.setVisible(row is not None)
        self.panes.setVisible(row is not None)
        if row is None:
            if not busy:
                self._shown = None
                self.raw.clear()
                self.shown.clear()
            return
        if self._shown != (row, self._theme.dark):
            self._paint(row)

    # ------------------------------------------------------------ one row

    def _repaint(self) -> None:
        self._color_legend()
        row = self._find()
        if row is not None:
            self._paint(row)

    def _paint(self, row: PreviewRow) -> None:
        self._shown = (row, self._theme.dark)
        self.place.setText(
            self.tr("{file}, line {line}").format(file=Path(row.path).name, line=human.number(row.line))
        )
        turns = _turn_count(row)
        self.turns.setText(self.tr("{count} turns").format(count=turns))
        self.turns.setVisible(turns > 0)
        words = self.tr("{tokens} tokens, {trained} trained")
        self.counts.setText(
            words.format(tokens=human.number(len(row.tokens)), trained=human.number(row.trained))
        )
        self.cut.setText(self.tr("{count} tokens cut off").format(count=human.number(row.truncated)))
        self.cut.setVisible(row.truncated > 0)
        self.raw.setPlainText("\n".join(f"{name}: {_pretty(value)}" for name, value in row.raw.items()))
        tokens = self.view.value() == "tokens"
        self.trained.setVisible(tokens)
        self.read_only.setVisible(tokens)
        if tokens:
            self._paint_tokens(row.tokens)
        else:
            self.shown.setCurrentCharFormat(QTextCharFormat())
            self.shown.setPlainText(row.rendered)

    def _paint_tokens(self, tokens: tuple[Token, ...]) -> None:
        formats = self._formats()
        self.shown.clear()
        cursor = QTextCursor(self.shown.document())
        cursor.beginEditBlock()
        for index, token in enumerate(tokens[:MOST_TOKENS]):
            text = token.text.replace("\n", "⏎\n") or "∅"
            cursor.insertText(text, formats[token.trained][index % 2])
        if len(tokens) > MOST_TOKENS:
            rest = self.tr("… and {count} more tokens").format(count=human.number(len(tokens) - MOST_TOKENS))
            cursor.insertText(f"\n{rest}", QTextCharFormat())
        cursor.endEditBlock()

    def _formats(self) -> dict[bool, tuple[QTextCharFormat, QTextCharFormat]]:
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
            mark.setStyleSheet(f"QLabel {{ background: {color}; border-radius: 4px; padding: 1px 6px; }}")


def _text_pane(name: str) -> QTextEdit:
    pane = QTextEdit()
    pane.setReadOnly(True)
    pane.setProperty("frameless", True)
    pane.setFont(mono_font())
    pane.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    pane.document().setDocumentMargin(0)
    pane.setMinimumHeight(130)
    pane.setTabChangesFocus(True)
    set_accessible(pane, name)
    return pane


def _pretty(value: object) -> str:
    return (
        value
        if isinstance(value, str) and "\n" not in value
        else json.dumps(value, ensure_ascii=False, indent=1)
    )


def _turn_count(row: PreviewRow) -> int:
    lists = [value for value in row.raw.values() if isinstance(value, list)]
    conversation = next((value for value in lists if value and isinstance(value[0], dict)), None)
    return len(conversation) if conversation is not None else 0
