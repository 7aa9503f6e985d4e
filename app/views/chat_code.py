"""Colours the listings of an answer by their language, with the theme's own tones."""

from collections.abc import Iterator

from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor, QTextFormat

from app.ui.theme import Colors

MOST_CHARACTERS = 20_000  # longer listings stay plain, so that a page of them does not hold up the window
_LINE_END = "\u2029"


def color_listing(cursor: QTextCursor, start: int, end: int, language: str, colors: Colors) -> None:
    """Colour what stands between two positions of the document; nothing without a language that is known."""
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    text = cursor.selectedText().replace(_LINE_END, "\n")
    if not language or len(text) > MOST_CHARACTERS:
        return
    for begin, length, tone in spans(text, language):
        letters = QTextCharFormat()
        letters.setForeground(QColor(getattr(colors, tone)))
        cursor.setPosition(start + begin)
        cursor.setPosition(start + begin + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(letters)


def language_of(block: QTextBlock) -> str:
    """The word behind the opening fence."""
    return str(block.blockFormat().property(QTextFormat.Property.BlockCodeLanguage.value) or "").lower()


def spans(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Place, length (both as Qt counts, in UTF-16) and tone of what is coloured."""
    from pygments.lexers import get_lexer_by_name  # here: the first paint of the window needs no lexers
    from pygments.token import Comment, Keyword, Name, Number, String
    from pygments.util import ClassNotFound

    tones = (
        (Comment, "muted"),
        (Keyword, "accent_text"),
        (Name.Tag, "accent_text"),
        (Name.Decorator, "accent_text"),
        (String, "success"),
        (Number, "warning"),
    )
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return
    place = 0
    for _, kind, piece in lexer.get_tokens_unprocessed(text):
        length = len(piece.encode("utf-16-le")) // 2
        tone = next((tone for family, tone in tones if kind in family), None)
        if tone is not None and piece.strip():
            yield place, length, tone
        place += length
