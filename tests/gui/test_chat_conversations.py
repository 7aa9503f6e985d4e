"""Conversations are kept, found, opened and deleted from the Chat page, against the fake engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
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
    yield made
    desk.store.changed.disconnect(seeing)


def say(desk: Desk, text: str) -> None:
    turns = len(desk.state.chat.base.turns)
    desk.do.send_chat(text)
    desk.wait(lambda s: s.chat.base.status == "ready" and len(s.chat.base.turns) == turns + 2)


def listed(page: ChatPage) -> list[str]:
    popup = page.header.past_popup
    return [popup.list.item(row).text().split("\n")[0] for row in range(popup.list.count())]


def test_a_conversation_is_found_and_gone_on_with(qtbot: QtBot, desk: Desk, page: ChatPage) -> None:
    desk.do.load_chat("base", "/models/starter")
    desk.wait(lambda s: s.chat.base.status == "ready")
    desk.do.set_system("Be brief.")
    say(desk, "How is a fiddle made?")
    desk.do.clear_chat()
    desk.do.set_system("")
    say(desk, "And bread?")
    say(desk, "And butter?")
    page.header.past.click()
    qtbot.waitUntil(lambda: listed(page) == ["And bread?", "How is a fiddle made?"])
    popup = page.header.past_popup
    assert not unnamed_controls(popup)
    popup.search.setText("fiddle")
    qtbot.waitUntil(lambda: listed(page) == ["How is a fiddle made?"])
    popup.open.click()
    assert not popup.isVisible()
    desk.wait(lambda s: len(s.chat.base.turns) == 2)
    assert desk.state.chat.base.turns[0].content == "How is a fiddle made?"
    assert desk.state.chat.system == "Be brief." and desk.state.chat.base.status == "ready"
    say(desk, "Of which wood?")
    desk.do.search_conversations("")
    assert [one.title for one in desk.state.chat.kept] == ["How is a fiddle made?", "And bread?"]


def test_a_deleted_one_can_be_brought_back(qtbot: QtBot, desk: Desk, page: ChatPage) -> None:
    desk.do.load_chat("base", "/models/starter")
    desk.wait(lambda s: s.chat.base.status == "ready")
    say(desk, "Hello")
    page.header.past.click()
    qtbot.waitUntil(lambda: listed(page) == ["Hello"])
    page.header.past_popup.delete.click()
    qtbot.waitUntil(lambda: listed(page) == [] and page.header.past_popup.empty.isVisible())
    desk.do.run_intent(desk.state.notices[-1].intent)
    assert [one.title for one in desk.state.chat.kept] == ["Hello"]


def test_versions_go_back_and_forth(desk: Desk) -> None:
    desk.do.load_chat("base", "/models/starter")
    desk.wait(lambda s: s.chat.base.status == "ready")
    say(desk, "Hello")
    desk.do.regenerate()
    desk.wait(lambda s: s.chat.base.status == "ready" and s.chat.base.turns[-1].versions)
    assert desk.state.chat.base.turns[1].chosen == 1
    say(desk, "More")
    desk.do.edit_turn(0, "Good day")
    desk.wait(lambda s: s.chat.base.status == "ready" and len(s.chat.base.turns) == 2)
    desk.do.choose_version(0, 0)
    assert [turn.content for turn in desk.state.chat.base.turns if turn.role == "user"] == ["Hello", "More"]
    desk.do.choose_version(1, 0)
    assert desk.state.chat.base.turns[1].chosen == 0 and len(desk.state.chat.base.turns) == 2
    desk.do.choose_version(1, 5)
    assert desk.state.chat.base.turns[1].chosen == 0
