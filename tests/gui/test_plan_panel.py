"""The plan beside the form: old figures are grey, changes that make it fit have a button, cards are asked for."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.method import MethodPage
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.plan_story import CARDS, CHANGES, counting, too_large
from tests.gui.stories import stories


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(MethodPage, qtbot)


def test_changes_are_listed_with_their_price_and_applied_by_a_button(
    open_page: Callable[..., Shown],
) -> None:
    shown = open_page(too_large(stories()["planned"]))
    rows = shown.page.plan.changes.rows
    assert [row.change for row in rows] == list(CHANGES)
    QTest.mouseClick(rows[1].apply, Qt.MouseButton.LeftButton)
    assert shown.intents.named("apply_change") == [(CHANGES[1].options,)]
    assert unnamed_controls(shown.page.plan) == []
    shown.show(stories()["planned"])
    assert not shown.page.plan.changes.isVisible()


def test_an_outdated_plan_is_grey_and_offers_nothing_until_the_new_one_is_there(
    open_page: Callable[..., Shown],
) -> None:
    state = too_large(stories()["planned"])
    shown = open_page(counting(state))
    plan = shown.page.plan
    assert not plan.bar.isEnabled() and not plan.changes.rows[0].apply.isEnabled()
    assert plan.figure.text() and plan.figure.property("tone") == "muted"
    shown.show(state)
    assert plan.bar.isEnabled() and plan.changes.rows[0].apply.isEnabled()


def test_cards_are_counted_when_their_list_is_opened(open_page: Callable[..., Shown]) -> None:
    state = stories()["planned"]
    shown = open_page(state)
    plan = shown.page.plan
    assert shown.intents.named("plan_for_cards") == []
    QTest.mouseClick(plan.cards_fold.button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("plan_for_cards") == [(True,)] and plan.cards.note.isVisible()
    assert state.draft.plan is not None
    answered = state.draft.plan.model_copy(update={"cards": CARDS})
    shown.show(replace(state, draft=replace(state.draft, plan=answered)))
    assert not plan.cards.note.isVisible()
