"""Cleaning on the Data page: the list of steps, what each did, the proposal, undo."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.state.dataset import EffectsState
from app.state.model import AppState
from app.views.data import DataPage
from engine.contract.errors import FieldError
from engine.contract.results import StepEffect
from tests.gui.page_fixtures import Shown, opener
from tests.gui.stories import stories
from tests.gui.test_data_page import data, draft, shown_words


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(DataPage, qtbot)


def kinds(shown: Shown) -> list[str]:
    return [row.kind for row in shown.page.cleaning.rows]


def sent(shown: Shown) -> tuple[list[str], list[tuple[int, str]], str]:
    """The steps of the newest change, which of them are off, and the name of the change."""
    steps, what = shown.intents.named("set_steps")[-1]
    off = [(place, step["kind"]) for place, step in enumerate(steps) if not step.get("enabled", True)]
    return [step["kind"] for step in steps], off, what


STEPS = ["repair_unicode", "drop_empty", "exact_duplicates", "near_duplicates", "personal_data"]


def test_steps_stand_in_their_order_with_what_they_did(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    cleaning = shown.page.cleaning
    assert kinds(shown) == STEPS
    assert [row.count.text() for row in cleaning.rows] == ["412 ✎", "−233", "−518", "−253", "174 ✎"]
    assert cleaning.rows[1].detail.full_text() == "Shortest answer: 8", "what is set differently is said"
    assert cleaning.rows_in.text().startswith("6,071 rows in")
    assert cleaning.rows_out.text() == "5,067 rows out"
    shown.show(data(shown.state, busy=frozenset({"statistics"})))
    assert cleaning.rows[0].count.text() == "…", "old counts are not passed off as new ones"


def test_a_step_that_is_off_keeps_its_place(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    row = shown.page.cleaning.rows[1]
    QTest.mouseClick(row.switch, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert sent(shown) == (
        STEPS,
        [(1, "drop_empty")],
        "Empty and too short off",
    )
    steps, _ = shown.intents.named("set_steps")[-1]
    shown.show(draft(shown.state, steps=steps))
    assert kinds(shown) == STEPS and not shown.page.cleaning.rows[1].switch.isChecked()
    assert shown.page.cleaning.rows[1].detail.full_text() == "Shortest answer: 8"
    QTest.mouseClick(shown.page.cleaning.rows[1].switch, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert sent(shown)[:2] == (STEPS, [])


def test_steps_move_by_keys_and_buttons(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    row = shown.page.cleaning.rows[1]
    row.grip.setFocus()
    QTest.keyClick(row.grip, Qt.Key.Key_Up)
    moved = ["drop_empty", "repair_unicode", *STEPS[2:]]
    assert sent(shown)[0] == moved and sent(shown)[2] == "order of Empty and too short"
    shown.show(draft(shown.state, steps=shown.intents.named("set_steps")[-1][0]))
    assert kinds(shown) == moved
    first = shown.page.cleaning.rows[0]
    assert shown.page.focusWidget() is first.grip, "the keys go on with the step that was moved"
    QTest.keyClick(first.grip, Qt.Key.Key_Up)
    assert len(shown.intents.named("set_steps")) == 1, "there is nothing above the first"
    QTest.mouseClick(first.more, Qt.MouseButton.LeftButton)
    assert not first.up.isEnabled()
    QTest.mouseClick(first.down, Qt.MouseButton.LeftButton)
    assert sent(shown)[0] == STEPS


def test_a_step_is_dragged(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    cleaning = shown.page.cleaning
    grip, last = cleaning.rows[0].grip, cleaning.rows[4]
    below = grip.mapFromGlobal(last.mapToGlobal(QPoint(5, last.height() - 4)))
    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(grip, below)
    assert cleaning._mark.isVisible()
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=below)
    assert not cleaning._mark.isVisible()
    assert sent(shown)[0] == [*STEPS[1:], "repair_unicode"]
    QTest.mouseClick(cleaning.rows[2].grip, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("set_steps")) == 1, "a click moves nothing"


def test_a_step_is_chosen_by_searching(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    QTest.mouseClick(shown.page.cleaning.add, Qt.MouseButton.LeftButton)
    popup = shown.page.cleaning.popup
    schema = shown.state.engine.schema
    assert schema is not None
    offered = {step.kind for step in schema.steps} - {"manual_edits"}
    assert set(popup.kinds()) == offered, "every step but those that the app fills in by itself"
    headings = [popup.list.item(row).text() for row in range(popup.list.count())]
    assert {"Texts", "Filters", "Duplicates", "Selection"} <= set(headings)
    QTest.keyClicks(popup.search, "refus")
    assert popup.kinds() == ["refusals"]
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert sent(shown) == ([*STEPS, "refusals"], [], "added Refusals")


def test_options_unfold_and_change(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    row = shown.page.cleaning.rows[1]
    assert row.form is None, "a form is made when it is wanted"
    QTest.mouseClick(row.more, Qt.MouseButton.LeftButton)
    editor = next(item for path, item in row.form.rows.items() if path.endswith("min_answer_chars"))
    assert editor.editor.value() == 8
    editor.editor.changed.emit(12)
    steps, what = shown.intents.named("set_steps")[-1]
    assert (
        steps[1] == {"kind": "drop_empty", "min_answer_chars": 12} and what == "option of Empty and too short"
    )
    QTest.mouseClick(row.gone, Qt.MouseButton.LeftButton)
    assert sent(shown)[0] == ["repair_unicode", *STEPS[2:]]


def test_a_faulty_option_is_marked_in_its_step(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    fault = FieldError(path="data.steps[1].min_answer_chars", reason="must be at least 1")
    shown.show(replace(shown.state, draft=replace(shown.state.draft, errors=(fault,))))
    form = shown.page.cleaning.rows[1].form
    (marked,) = [row for row in form.rows.values() if row.error.text()]
    assert "at least 1" in marked.error.text() and marked.field.path.endswith("min_answer_chars")


def test_clean_for_me_says_what_it_did_and_one_undo_takes_it_back(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    cleaning = shown.page.cleaning
    QTest.mouseClick(cleaning.clean, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("clean_for_me")) == 1
    shown.show(data(shown.state, busy=frozenset({"suggest"})))
    assert not cleaning.clean.isEnabled() and cleaning.clean.text() == "Looking at the rows…"
    shown.show(stories()["cleaned"])
    assert cleaning.proposal.heading.text() == "2 steps were put in"
    assert "Exact duplicates: Of 5,838 rows, 518 repeat an earlier row." in shown_words(cleaning.proposal)
    QTest.mouseClick(cleaning.proposal.undo, Qt.MouseButton.LeftButton)
    assert [name for name, *_ in shown.intents.calls[1:]] == ["undo_draft", "dismiss_proposal"]


def test_undo_is_named(open_page: Callable[..., Shown]) -> None:
    shown = open_page("cleaned")
    head = shown.page.head
    assert head.undo.toolTip() == "Undo: clean for me (Ctrl+Z)" and head.undo.text() == "Undo: clean for me"
    assert head.redo.toolTip() == "Redo: Validation share (Ctrl+Shift+Z)"
    QTest.mouseClick(head.undo, Qt.MouseButton.LeftButton)
    QTest.mouseClick(head.redo, Qt.MouseButton.LeftButton)
    assert [name for name, *_ in shown.intents.calls] == ["undo_draft", "redo_draft"]
    shown.show(replace(shown.state, draft=replace(shown.state.draft, undo=None)))
    assert not head.undo.isEnabled() and head.undo.toolTip() == "Nothing to undo"


# ---------------------------------------------------------------- what a step did


def test_the_count_opens_what_the_step_did(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    rows = shown.page.cleaning.rows
    QTest.mouseClick(rows[0].count, Qt.MouseButton.LeftButton)
    QTest.mouseClick(rows[1].count, Qt.MouseButton.LeftButton)
    assert shown.intents.named("show_effects") == [(0, "changed"), (1, "removed")]
    assert not shown.page.effects.isVisible()


def test_changes_are_marked_within_the_text(open_page: Callable[..., Shown]) -> None:
    shown = open_page("cleaned")
    effects = shown.page.effects
    assert effects.title.text() == "Repair characters" and effects.total.text() == "412 rows changed"
    text = effects.rows[0].text.text()
    assert "line-through" in text and "underline" in text and "sleep well" in text
    assert len(effects.rows) == 2
    QTest.mouseClick(effects.more, Qt.MouseButton.LeftButton)
    QTest.mouseClick(effects.what.button("removed"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(effects.close_button, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("more_effects")) == 1
    assert shown.intents.named("show_effects") == [(0, "removed"), (-1, "removed")]


def test_an_edit_by_hand_is_restored_where_it_is_seen(open_page: Callable[..., Shown]) -> None:
    path = "/home/mara/data/workshop.json"
    state = draft(
        stories()["imported"], steps=[{"kind": "manual_edits", "edits": [{"path": path, "line": 4}]}]
    )
    gone = StepEffect(path=path, line=4, before="user: Hi", after=None)
    shown = open_page(data(state, effects=EffectsState(0, "manual_edits", "removed", 1, (gone,))))
    (row,) = shown.page.effects.rows
    button = row.head.itemAt(row.head.count() - 1).widget()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("restore_row") == [(path, 4)]


def test_text_of_a_row_is_never_markup(open_page: Callable[..., Shown]) -> None:
    state: AppState = stories()["imported"]
    evil = StepEffect(path="/a", line=1, before="<b>bold</b> <img src='file:///etc/passwd'>", after=None)
    shown = open_page(data(state, effects=EffectsState(0, "repair_unicode", "removed", 1, (evil,))))
    assert "<img" not in shown.page.effects.rows[0].text.text()
