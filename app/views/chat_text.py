"""Shows what a model said as formatted text that loads nothing, opens nothing by itself, and follows the theme."""

import math

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QDesktopServices,
    QFont,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QTextBrowser, QToolTip, QWidget

from app.ui.theme import Colors, Space, Type, colors_of, mono_font, ui_font
from app.views.chat_code import color_listing, language_of
from app.views.chat_growing import GrowingText

RENDER_MS = 66  # while an answer streams it is laid out anew about 15 times a second
LONG = 6_000  # characters
LINE_HEIGHT = 118  # per cent
_SCHEMES = ("http", "https", "mailto")
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


class TextView(QTextBrowser):
    """As tall as its text. Markdown or plain words; pictures and pages are never fetched."""

    copy_wanted = Signal(str)

    def __init__(self, *, markdown: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._markdown = markdown
        self._text = self._shown = ""
        self.setProperty("frameless", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(ui_font())
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._timer = QTimer(self, singleShot=True, interval=RENDER_MS)
        self._timer.timeout.connect(self._grow)
        self._growing = GrowingText(self.document(), _FEATURES, dress)
        self.anchorClicked.connect(self._ask_about_link)
        self.highlighted.connect(self._show_address)
        self._fit()

    def set_text(self, text: str, *, streaming: bool = False) -> None:
        """Show ``text``; while it streams, no more often than every ``RENDER_MS``."""
        finished = not streaming and self._growing.begun and len(text) <= LONG
        if text == self._text and (streaming or self._shown == text) and not finished:
            return
        self._text = text
        if streaming and not self._timer.isActive():
            self._grow()
            self._timer.start()
        elif finished:
            self._lay_out()  # what stands at its end may have meant something for its beginning
        elif not streaming and self._growing.begun:
            self._grow()
        elif not streaming:
            self.render_now()

    def text(self) -> str:
        """What was said, as it was written."""
        return self._text

    def render_now(self) -> None:
        """Lay out the newest text."""
        if self._shown != self._text:
            self._lay_out()

    def _grow(self) -> None:
        if not self._markdown:
            self.render_now()
        elif self._shown != self._text:
            self._shown = self._text
            self._growing.show(self._text, colors_of(self))
            self._fit()

    def _lay_out(self) -> None:
        self._growing.forget()
        self._shown = self._text
        if self._markdown:
            self.document().setMarkdown(self._text, _FEATURES)
        else:
            self.document().setPlainText(self._text)
        dress(self.document(), colors_of(self))
        self._fit()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing: an answer must not read files or the network."""
        return None

    def _fit(self, *_: object) -> None:
        height = math.ceil(self.document().size().height()) + 1
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(max(height, self.fontMetrics().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown:
            self._lay_out()

    # ------------------------------------------------------------ links

    def link_menu(self, url: QUrl) -> QMenu:
        """What can be done with a link in an answer; its whole address stands first."""
        menu = QMenu(self)
        address = menu.addAction(url.toDisplayString())
        address.setEnabled(False)
        if url.scheme() in _SCHEMES:
            menu.addAction(self.tr("Open in the browser")).triggered.connect(
                lambda: QDesktopServices.openUrl(url)
            )
        menu.addAction(self.tr("Copy the address")).triggered.connect(
            lambda: self.copy_wanted.emit(url.toString())
        )
        return menu

    def _ask_about_link(self, url: QUrl) -> None:
        menu = self.link_menu(url)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos() + QPoint(0, Space.XS))

    def _show_address(self, url: QUrl) -> None:
        if not url.isEmpty():
            QToolTip.showText(QCursor.pos(), url.toDisplayString(), self)


def dress(document: QTextDocument, colors: Colors, first: bool = True, last: bool = True) -> None:
    """Give a freshly read document our fonts, distances and colours; ``first`` and ``last`` say whether nothing stands
    before and behind it."""
    document.setIndentWidth(Space.XL)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    code: list[tuple[int, int, str]] = []  # first and last position of each listing, and its language
    block = document.begin()
    while block.isValid():
        if _is_code(block):
            end = block.position() + block.length() - 1
            if code and code[-1][1] == block.position() - 1:
                code[-1] = (code[-1][0], end, code[-1][2])
            else:
                code.append((block.position(), end, language_of(block)))
            _dress_code(cursor, block)
        else:
            top = first and block.position() == 0
            _dress_block(cursor, block, colors, top=top, bottom=last and not block.next().isValid())
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, colors)
    for start, end, language in reversed(code):
        color_listing(cursor, start, end, language, colors)
        _frame_code(cursor, start, end, colors)
    cursor.endEditBlock()


def _is_code(block: QTextBlock) -> bool:
    shape = block.blockFormat()
    return shape.nonBreakableLines() or shape.hasProperty(QTextFormat.Property.BlockCodeFence.value)


def _dress_code(cursor: QTextCursor, block: QTextBlock) -> None:
    letters = QTextCharFormat()
    letters.setFont(mono_font())
    cursor.setPosition(block.position())
    cursor.setPosition(block.position() + block.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    cursor.setBlockFormat(QTextBlockFormat())  # long lines wrap: the column must not widen
    cursor.mergeCharFormat(letters)
    cursor.mergeBlockCharFormat(letters)


def _frame_code(cursor: QTextCursor, start: int, end: int, colors: Colors) -> None:
    """Put a listing on a ground of its own, with room around it."""
    ground = QTextFrameFormat()
    ground.setBackground(QColor(colors.chip))
    ground.setPadding(Space.S)
    ground.setBorder(0)
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    frame = cursor.insertFrame(ground)
    for edge in (frame.firstPosition() - 1, frame.lastPosition() + 1):
        around = cursor.document().findBlock(edge)
        if around.length() == 1:  # an empty line that only the frame needs
            shape = around.blockFormat()
            shape.setLineHeight(Space.XS, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            shape.setTopMargin(0)
            shape.setBottomMargin(0)
            cursor.setPosition(around.position())
            cursor.setBlockFormat(shape)


def _dress_block(cursor: QTextCursor, block: QTextBlock, colors: Colors, *, top: bool, bottom: bool) -> None:
    shape = block.blockFormat()
    shape.setTopMargin(0 if top else min(shape.topMargin(), Space.S))
    shape.setBottomMargin(0 if bottom else min(shape.bottomMargin(), Space.S))
    shape.setLineHeight(LINE_HEIGHT, _PROPORTIONAL)
    cursor.setPosition(block.position())
    cursor.setBlockFormat(shape)
    if shape.headingLevel() > 0:
        letters = QTextCharFormat()
        font = ui_font(Type.SECTION if shape.headingLevel() <= 2 else Type.BODY)
        font.setWeight(QFont.Weight.Bold)
        letters.setFont(font)
        letters.setProperty(QTextFormat.Property.FontSizeAdjustment.value, 0)
        cursor.setPosition(block.position() + block.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(letters)
    else:
        _dress_inline_code(cursor, block, colors)


def _dress_inline_code(cursor: QTextCursor, block: QTextBlock, colors: Colors) -> None:
    letters = QTextCharFormat()
    letters.setFont(mono_font())
    letters.setBackground(QColor(colors.chip))
    for span in block.textFormats():
        if span.format.fontFixedPitch():
            cursor.setPosition(block.position() + span.start)
            cursor.setPosition(block.position() + span.start + span.length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(letters)


def _dress_table(table: QTextTable, colors: Colors) -> None:
    shape = table.format()
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderCollapse(True)
    shape.setBorderBrush(QColor(colors.line_strong))
    shape.setCellPadding(Space.XS)
    shape.setCellSpacing(0)
    table.setFormat(shape)
