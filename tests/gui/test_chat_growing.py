"""An answer that grows looks at every moment as if it had been laid out whole."""

import random

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.views import chat_text
from app.views.chat_growing import settled_length
from app.views.chat_text import TextView
from tests.gui.fakes.prose import pieces
from tests.gui.page_fixtures import light_theme

MIXED = (
    "Words *first*.\n\n# Heading\n\n1. one\n2. two\n\n3. loose three\n\nBetween.\n\n```python\nx = 1\n\n# in it\n"
    "y = 2\n```\n\n- a\n  - b\n\n    deep in the list\n\n> said\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThe `end`."
)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("one\n\ntwo", "one\n\n"),
        ("one\n\n", ""),  # nothing has begun behind it
        ("one\n\n  two", ""),
        ("- a\n\n- b\n\n- c", ""),
        ("- a\n\nDone", "- a\n\n"),
        ("1. a\n\n2", ""),
        ("- a\n\n  b\n\nDone", "- a\n\n  b\n\n"),
        ("```\na\n\nb\n", ""),
        ("```\na\n\nb\n```\n\nDone", "```\na\n\nb\n```\n\n"),
        ("````\n```\n\nb\n```\n\nc\n", ""),
        ("~~~\n\n```\n\nx", ""),
        ("a\n\n- b", "a\n\n"),
        ("a\n\n```\n\nx", "a\n\n"),
    ],
)
def test_what_is_settled(text: str, settled: str) -> None:
    assert text[: settled_length(text)] == settled


def test_what_was_settled_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    text, known = "".join(pieces(2000)), 0
    for end in range(0, len(text), 37):
        now = settled_length(text[:end], known)
        assert now >= known and now == settled_length(text[:end])
        known = now
    assert known > len(text) - 1500


def _signs(document: QTextDocument) -> list[tuple[str, float, float, int]]:
    """Text, distances and depth of every line that says something."""
    found, block = [], document.begin()
    while block.isValid():
        shape = block.blockFormat()
        if block.text():
            depth = block.textList().format().indent() if block.textList() else 0
            found.append((block.text(), shape.topMargin(), shape.bottomMargin(), depth))
        block = block.next()
    return found


def _grown(qtbot: QtBot, text: str, steps: list[int]) -> TextView:
    view = TextView()
    qtbot.addWidget(view)
    view.resize(400, 50)
    view.show()
    for end in steps:
        view.set_text(text[:end], streaming=True)
        view._grow()
    return view


@pytest.mark.parametrize("seed", range(4))
def test_it_looks_as_if_laid_out_whole(qtbot: QtBot, seed: int) -> None:
    light_theme()
    draw = random.Random(seed)
    text = MIXED if seed % 2 else "".join(pieces(600))
    steps = sorted(draw.sample(range(len(text)), 40))
    view = _grown(qtbot, text, steps)
    whole = TextView()
    qtbot.addWidget(whole)
    whole.resize(400, 50)
    whole.show()
    for end in (*steps[-3:], len(text)):
        view.set_text(text[:end], streaming=True)
        view._grow()
        whole.set_text(text[:end])
        assert view._growing.begun
        assert _signs(view.document()) == _signs(whole.document())
        # Qt puts an empty row into some tables when it reads them behind a quotation
        assert abs(view.height() - whole.height()) <= 0.06 * whole.height()


def test_only_the_end_is_laid_out_anew(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    light_theme()
    dressed: list[int] = []
    plain = chat_text.dress

    def counted(document: QTextDocument, *more: object) -> None:
        dressed.append(document.characterCount())
        plain(document, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(chat_text, "dress", counted)
    text = "".join(pieces(3000))
    view = _grown(qtbot, text, list(range(500, len(text), 500)))
    assert max(dressed[4:]) < 2500  # a section and what is about to be settled
    dressed.clear()
    view.set_text(text)  # the answer has ended
    assert max(dressed) < 2500 and view.text() == text


def test_a_short_answer_is_laid_out_whole_at_its_end(qtbot: QtBot) -> None:
    light_theme()
    view = _grown(qtbot, MIXED, [50, 100, 200])
    view.set_text(MIXED)
    assert not view._growing.begun and "end" in view.toPlainText()


def test_another_text_begins_anew(qtbot: QtBot) -> None:
    light_theme()
    view = _grown(qtbot, MIXED, [100, 200])
    view.set_text("Other\n\nwords", streaming=True)
    view._grow()
    assert view.toPlainText() == "Other\nwords"
