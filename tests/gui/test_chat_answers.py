"""Answers on the Chat page: thoughts folded, calls as cards, several versions; and where answers stop."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.state.model import AppState, ChatSide, ChatTurn
from app.state.versions import another, versions_at
from app.views.chat import ChatPage
from app.views.chat_parts import CallPart, taken_apart
from app.views.chat_sampling import parse_stops, show_stops
from app.views.chat_turn import AnswerTurn, UserTurn
from engine.contract.messages import Sampling
from tests.gui.page_fixtures import Shown, opener, unnamed_controls

Open = Callable[..., Shown]
CALL = '<tool_call>\n{"name": "weather", "arguments": {"city": "北京", "days": 2}}\n</tool_call>'


@pytest.fixture
def open_page(qtbot: QtBot) -> Open:
    return opener(ChatPage, qtbot)


def talking(*turns: ChatTurn, partial: str = "") -> AppState:
    side = ChatSide("m", "Model", "answering" if partial else "ready", turns, partial)
    state = AppState()
    return replace(state, chat=replace(state.chat, base=side, tuned=side))


def answer_of(shown: Shown) -> AnswerTurn:
    view = shown.page.base.turns[-1]
    assert isinstance(view, AnswerTurn)
    return view


@pytest.mark.parametrize(
    ("content", "said", "thoughts", "thinking"),
    [
        ("Plain < text", "Plain < text", "", False),
        ("<think>Hm.</think>\n\nYes.", "Yes.", "Hm.", False),
        ("<think>Hm", "", "Hm", True),
        ("Hm.\n</think>\n\nYes.", "Yes.", "Hm.", False),
        ("<think>\n\n</think>\n\nYes.", "\n\nYes.", "", False),
        ("I write <think> as a word", "I write <think> as a word", "", False),
    ],
)
def test_thoughts_are_told_from_words(content: str, said: str, thoughts: str, thinking: bool) -> None:
    parts = taken_apart(content)
    assert (parts.said, parts.thoughts, parts.thinking) == (said, thoughts, thinking)


def test_calls_are_told_from_words() -> None:
    parts = taken_apart(f"Let me look.\n{CALL}")
    assert parts.said == "Let me look."
    assert parts.calls == (CallPart("weather", (("city", '"北京"'), ("days", "2"))),)
    for broken in ("<tool_call>{no json}</tool_call>", '<tool_call>{"name": 3}</tool_call>', "<tool_call>"):
        assert taken_apart(broken).said == broken and not taken_apart(broken).calls


def test_thoughts_are_folded_and_can_be_read(open_page: Open) -> None:
    shown = open_page(talking(ChatTurn("user", "?"), ChatTurn("assistant", "<think>Hm.</think>Yes.")))
    view = answer_of(shown)
    assert view.words.text() == "Yes." and view.thoughts.isVisible()
    assert not view.thought_words.isVisible()
    view.thoughts.button.click()
    assert view.thought_words.isVisible() and view.thought_words.text() == "Hm."
    assert not unnamed_controls(shown.page)


def test_while_a_model_thinks_it_is_said(open_page: Open) -> None:
    shown = open_page(talking(ChatTurn("user", "?"), partial="<think>Hm"))
    view = answer_of(shown)
    assert view.figures.text() == "thinking…" and not view.words.isVisible()
    shown.show(talking(ChatTurn("user", "?"), partial="<think>Hm</think>So"))
    assert view.figures.text() == "answering…" and view.words.text() == "So"


def test_a_call_is_a_card(open_page: Open) -> None:
    shown = open_page(talking(ChatTurn("user", "?"), ChatTurn("assistant", CALL)))
    view = answer_of(shown)
    assert [card.call.name for card in view.calls] == ["weather"] and view.calls[0].isVisible()
    assert not view.words.isVisible() and not view.take.isVisible()
    shown.show(talking(ChatTurn("user", "?"), ChatTurn("assistant", "No call")))
    assert answer_of(shown).calls == []


def test_versions_can_be_leafed_through(open_page: Open) -> None:
    turns = (ChatTurn("user", "?"), ChatTurn("assistant", "one"))
    shown = open_page(talking(*turns))
    assert not answer_of(shown).versions.isVisible()
    shown.show(talking(turns[0], another("assistant", versions_at(turns, 1), "two")))
    view = answer_of(shown)
    assert view.versions.isVisible() and view.versions.number.text() == "2 / 2"
    assert not view.versions.forth.isEnabled()
    view.versions.back.click()
    assert shown.intents.named("choose_version") == [(1, 0)]


def test_versions_of_a_question_too(open_page: Open) -> None:
    turns = (ChatTurn("user", "one"), ChatTurn("assistant", "x"))
    shown = open_page(talking(another("user", versions_at(turns, 0), "two"), partial="so"))
    view = shown.page.base.turns[0]
    assert isinstance(view, UserTurn) and view.versions.isVisible()
    assert not view.versions.back.isEnabled()  # not while somebody answers


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("", ()),
        ("END", ("END",)),
        ("END, ###", ("END", "###")),
        (r"\n\n, a\,b, c:\\n", ("\n\n", "a,b", "c:\\n")),
        (" , ,", ()),
    ],
)
def test_stop_strings_are_written_with_commas(text: str, stops: tuple[str, ...]) -> None:
    assert parse_stops(text) == stops
    assert parse_stops(show_stops(stops)) == stops


def test_stop_strings_reach_the_sampling(open_page: Open) -> None:
    shown = open_page(talking(ChatTurn("user", "?")))
    shown.page.sampling.stops.setText("END")
    shown.page.sampling.stops.editingFinished.emit()
    assert [args[0].stop for args in shown.intents.named("set_sampling")] == [("END",)]
    shown.page.sampling.show_sampling(Sampling(stop=("a", "\n")))
    assert shown.page.sampling.stops.text() == r"a, \n"
