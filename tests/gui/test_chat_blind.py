"""Blind votes on the Chat page, against the fake engine: nothing tells whose answer is whose until the vote."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.views.chat import ChatPage
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import light_theme, unnamed_controls


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path / "home", "normal", "--interval", "0.01")
    yield made
    made.do.close()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> Iterator[ChatPage]:
    made = ChatPage(desk.store, desk.do, light_theme())
    qtbot.addWidget(made)
    seeing = desk.store.changed.connect(lambda *_: made.render(desk.state))
    made.resize(1200, 800)
    made.render(desk.state)
    made.show()
    desk.do.load_chat("base", "/models/little-one")
    desk.do.load_chat("tuned", "/models/other-one")
    desk.wait(lambda s: s.chat.base.status == s.chat.tuned.status == "ready")
    yield made
    desk.store.changed.disconnect(seeing)


def ask(desk: Desk, text: str) -> None:
    turns = len(desk.state.chat.base.turns)
    desk.do.send_chat(text)
    desk.wait(
        lambda s: all(x.status == "ready" and len(x.turns) == turns + 2 for x in (s.chat.base, s.chat.tuned))
    )


def seen(page: ChatPage) -> str:
    """All words on the page that can be seen."""
    parts = [*page.findChildren(QLabel), *page.findChildren(QPushButton)]
    return " ".join(part.text() for part in parts if part.isVisible())


def test_nothing_tells_whose_an_answer_is(
    qtbot: QtBot, desk: Desk, page: ChatPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(page.header.blind.isEnabled)
    assert "little-one" in seen(page)
    for draw, first in ((0.1, page.tuned), (0.9, page.base)):
        monkeypatch.setattr("app.actions.blind.random.random", lambda draw=draw: draw)
        if not desk.state.chat.blind.on:
            page.header.blind.click()
        ask(desk, "Hello")
        qtbot.waitUntil(lambda: page.vote.left.isVisible() and page.vote.left.isEnabled())
        words = seen(page)
        for telling in ("little-one", "other-one", "Base", "Tuned", "tokens/s"):
            assert telling not in words
        assert page.columns.itemAt(0).widget() is first
        assert first.title_label.text() == "Answer A" and not unnamed_controls(page)
        page.vote.left.click()
        qtbot.waitUntil(lambda: not page.vote.left.isVisible())
        assert "other-one" in seen(page) and "little-one" in seen(page)
    blind = desk.state.chat.blind
    assert (blind.base, blind.alike, blind.tuned) == (1, 0, 1)
    assert page.vote.words.text().startswith("A was the base model (little-one)")
    rows = [json.loads(line) for line in (desk.home / "votes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["better"] for row in rows] == ["tuned", "base"]
    assert rows[0]["question"] == "Hello" and rows[0]["base"]["model"] == "/models/little-one"


def test_a_vote_counts_once_and_only_for_answers(desk: Desk, page: ChatPage) -> None:
    desk.do.set_blind(True)
    desk.do.vote("left")
    assert desk.state.chat.blind.revealed and not (desk.home / "votes.jsonl").exists()
    ask(desk, "Hello")
    desk.do.vote("alike")
    desk.do.vote("right")
    blind = desk.state.chat.blind
    assert (blind.base, blind.alike, blind.tuned) == (0, 1, 0)


def test_ending_it_shows_everything_again(qtbot: QtBot, desk: Desk, page: ChatPage) -> None:
    desk.do.set_blind(True)
    ask(desk, "Hello")
    desk.do.set_blind(False)
    qtbot.waitUntil(lambda: not page.vote.isVisible())
    assert page.columns.itemAt(0).widget() is page.base
    assert page.base.title_label.text() == "Base" and "tokens/s" in seen(page)
