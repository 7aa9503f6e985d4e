"""Listings in answers: coloured by their language, exactly at their places, readable on their ground."""

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument
from pytestqt.qtbot import QtBot

from app.ui.theme import DARK, LIGHT, Colors
from app.views.chat_code import MOST_CHARACTERS, spans
from app.views.chat_text import TextView, dress
from tests.unit.ui.test_theme_tokens import contrast

PYTHON = '# 🎻 a fiddle\ndef tune(s="g🎻"):\n    return 440'


def colors_in(document: QTextDocument, colors: Colors) -> dict[str, str]:
    """Each coloured piece of the document and the name of its tone."""
    names = {getattr(colors, tone): tone for tone in ("muted", "accent_text", "success", "warning")}
    found = {}
    block = document.begin()
    while block.isValid():
        for span in block.textFormats():
            cursor = QTextCursor(document)
            cursor.setPosition(block.position() + span.start)
            cursor.setPosition(block.position() + span.start + span.length, QTextCursor.MoveMode.KeepAnchor)
            tone = names.get(span.format.foreground().color().name().upper())
            if tone and cursor.selectedText().strip():
                found[cursor.selectedText().strip()] = tone
        block = block.next()
    return found


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_listing_is_coloured_at_its_places(qtbot: QtBot, colors: Colors) -> None:
    document = QTextDocument()
    document.setMarkdown(f"Say 🎻:\n\n```python\n{PYTHON}\n```\n\nand\n\n```\ndef plain(): return 1\n```\n")
    dress(document, colors)
    found = colors_in(document, colors)
    assert found == {
        "# 🎻 a fiddle": "muted",
        "def": "accent_text",
        '"g🎻"': "success",
        "return": "accent_text",
        "440": "warning",
    }
    assert PYTHON in document.toPlainText().replace("\u2028", "\n")


@pytest.mark.parametrize("language", ["nonsense-language", "", "PYTHON "])
def test_unknown_languages_stay_plain(language: str) -> None:
    assert list(spans("def x(): pass", language.strip())) == [] or language.startswith("PYTHON")


def test_endless_listings_stay_plain(qtbot: QtBot) -> None:
    document = QTextDocument()
    document.setMarkdown("```python\n" + "return 1\n" * (MOST_CHARACTERS // 9 + 1) + "```\n")
    dress(document, LIGHT)
    assert colors_in(document, LIGHT) == {}


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@pytest.mark.parametrize("tone", ["muted", "accent_text", "success", "warning"])
def test_colours_are_readable_on_the_ground_of_listings(colors: Colors, tone: str) -> None:
    assert contrast(getattr(colors, tone), colors.chip) >= 4.5


def test_a_half_written_listing_is_coloured_while_it_streams(qtbot: QtBot) -> None:
    view = TextView()
    qtbot.addWidget(view)
    view.set_text("```python\nreturn 4", streaming=True)
    view.render_now()
    assert "return" in view.toPlainText()
