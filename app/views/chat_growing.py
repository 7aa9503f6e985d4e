"""Lays out an answer while it grows: what no later word can change stays as it is, and only the end is laid out anew.

Laying out all of a long answer fifteen times a second would hold up the window.
"""

import re
from collections.abc import Callable

from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextDocumentFragment,
    QTextTable,
)

from app.ui.theme import Colors, ui_font

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"^([-*+]|\d)")  # the first letter is enough: what follows it may still come

Dress = Callable[[QTextDocument, Colors, bool, bool], None]


def settled_length(text: str, start: int = 0) -> int:
    """How much of ``text`` is settled: up to an empty line that no list or listing reaches across, and behind which
    something else has begun. ``start`` is where it was settled before."""
    settled, place = start, start
    fence, in_list, empty = "", False, False
    for line in text[start:].splitlines(keepends=True):
        bare = line.strip()
        if not fence and empty and bare and not line[0].isspace() and not (in_list and _ITEM.match(line)):
            settled, in_list = place, False
        marker = _FENCE.match(line)
        if marker and not fence:
            fence = marker[1]
        elif marker and marker[1].startswith(fence) and bare == marker[1]:
            fence = ""
        elif not fence and bare and not line[0].isspace():
            in_list = in_list or bool(_ITEM.match(line))
        empty = not bare
        place += len(line)
    return settled


class GrowingText:
    """The document of one answer. ``dress`` gives a piece of it our look; its flags say whether it is the first and
    the last one."""

    def __init__(
        self, document: QTextDocument, features: QTextDocument.MarkdownFeature, dress: Dress
    ) -> None:
        self._document, self._features, self._dress = document, features, dress
        self._settled = ""  # the text that is laid out for good
        self._place = -1  # where the rest begins in the document; -1: nothing was grown
        self._shape = QTextBlockFormat()  # of the line that the rest begins in

    @property
    def begun(self) -> bool:
        """Whether anything is laid out for good."""
        return bool(self._settled)

    def forget(self) -> None:
        """The document was laid out by others."""
        self._settled, self._place = "", -1

    def show(self, text: str, colors: Colors) -> None:
        """Lay out ``text``, which usually begins as the one before."""
        if self._place < 0 or not text.startswith(self._settled):
            self._document.clear()
            self._settled, self._place = "", 0
        else:
            self._drop_rest()
        end = settled_length(text, len(self._settled))
        if end > len(self._settled):
            self._append(text[len(self._settled) : end], colors, last=False)
            self._settled = text[:end]
            self._remember_place()
        if end < len(text):
            self._append(text[end:], colors, last=True)

    def _remember_place(self) -> None:
        cursor = self._at_end()
        self._place, self._shape = cursor.position(), cursor.blockFormat()

    def _at_end(self) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _drop_rest(self) -> None:
        cursor = QTextCursor(self._document)
        cursor.setPosition(self._place)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(self._shape)

    def _append(self, text: str, colors: Colors, *, last: bool) -> None:
        piece = QTextDocument()
        piece.setUndoRedoEnabled(False)
        piece.setDocumentMargin(0)
        piece.setDefaultFont(ui_font())
        piece.setMarkdown(text, self._features)
        first = self._document.isEmpty()
        self._dress(piece, colors, first, last)
        begin = piece.firstBlock()
        cursor = self._at_end()
        cursor.beginEditBlock()
        # a list brings a line of its own along, and a table stands right behind the line before it
        if not first and begin.textList() is None and not _before_table(piece, begin):
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
            place = cursor.position()
            cursor.insertFragment(QTextDocumentFragment(piece))
            cursor.setPosition(place)
            cursor.setBlockFormat(begin.blockFormat())
        else:
            cursor.insertFragment(QTextDocumentFragment(piece))
        cursor.endEditBlock()


def _before_table(document: QTextDocument, block: QTextBlock) -> bool:
    """Whether ``block`` is the empty line that a document needs before a table at its beginning."""
    frame = QTextCursor(block.next()).currentFrame() if block.next().isValid() else document.rootFrame()
    return block.length() == 1 and isinstance(frame, QTextTable)
