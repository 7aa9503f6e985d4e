"""Rows on the Data page: the list of any length, the linked panes, editing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.models.rows import ANSWER, NUMBER, PROMPT, WAITING
from app.state.dataset import RowListing, RowPage, RowQuery
from app.views.data import DataPage
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.results import PreviewRow, RowSummary
from tests.gui.page_fixtures import Shown, opener
from tests.gui.stories import stories
from tests.gui.test_data_page import data, draft


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(DataPage, qtbot)


def page_of(offset: int, count: int = 200) -> RowPage:
    return RowPage(
        offset,
        tuple(
            RowSummary(index=n, path="/a.json", line=n + 1, prompt=f"q{n}", answer="a", turns=2, chars=3)
            for n in range(offset, offset + count)
        ),
    )


def test_a_million_rows_are_listed_by_pages(open_page: Callable[..., Shown], qtbot: QtBot) -> None:
    listing = RowListing(total=1_000_000, edition=1, pages=(page_of(0),))
    shown = open_page(data(stories()["imported"], listing=listing))
    rows = shown.page.rows
    model = rows.model
    assert model.rowCount() == 1_000_000
    assert model.data(model.index(0, PROMPT)) == "q0"
    rows.table.scrollTo(model.index(777_777, 0))
    rows.table.viewport().repaint()
    assert model.data(model.index(777_777, ANSWER)) == WAITING
    assert model.data(model.index(777_777, NUMBER)) == "777,778"
    qtbot.waitUntil(lambda: (777_600,) in shown.intents.named("need_rows"))
    asked = shown.intents.named("need_rows")
    assert len(asked) <= 2, "only what is in sight is asked for"
    where = rows.table.verticalScrollBar().value()
    shown.show(data(shown.state, listing=replace(listing, pages=(page_of(0), page_of(777_600)))))
    assert model.data(model.index(777_777, PROMPT)) == "q777777"
    assert rows.table.verticalScrollBar().value() == where, "what arrives moves nothing"


def test_rows_that_changed_keep_the_place(open_page: Callable[..., Shown]) -> None:
    listing = RowListing(total=5000, edition=1, pages=(page_of(0), page_of(2000)))
    shown = open_page(data(stories()["imported"], listing=listing))
    rows = shown.page.rows
    rows.go(2005)
    shown.show(data(shown.state, listing=RowListing(total=5000, edition=2)))
    assert rows.table.currentIndex().row() == 2005
    where = rows.table.verticalScrollBar().value()
    told = []
    rows.model.modelReset.connect(lambda: told.append("reset"))
    shown.show(data(shown.state, listing=RowListing(total=6000, edition=2, pages=(page_of(2000),))))
    assert told == [] and rows.table.verticalScrollBar().value() == where > 0
    shown.show(data(shown.state, listing=RowListing(total=100, edition=2, pages=(page_of(0, 100),))))
    assert rows.model.rowCount() == 100 and rows.number.value() == 100


def test_searching_waits_for_the_typing_to_rest(open_page: Callable[..., Shown], qtbot: QtBot) -> None:
    shown = open_page("imported")
    rows = shown.page.rows
    QTest.keyClicks(rows.search, "cough")
    assert shown.intents.named("search_rows") == []
    qtbot.waitUntil(lambda: shown.intents.named("search_rows") == [("cough", "any", "file")])
    rows.sort.setCurrentIndex(rows.sort.findData("longest"))
    rows.sort.activated.emit(0)
    rows.where.setCurrentIndex(rows.where.findData("answer"))
    rows.where.activated.emit(0)
    assert shown.intents.named("search_rows")[-1] == ("cough", "answer", "longest")


def test_nothing_found_and_trouble_are_said_in_place(open_page: Callable[..., Shown]) -> None:
    nothing = RowListing(RowQuery("xyz"), 2, 0)
    shown = open_page(data(stories()["imported"], listing=nothing))
    rows = shown.page.rows
    assert rows.nothing.isVisible() and rows.search.text() == "xyz"
    error = ErrorInfo(code=ErrorCode.TIMEOUT, message="It took too long.")
    shown.show(data(shown.state, listing=replace(nothing, error=error)))
    assert rows.trouble.text() == "It took too long." and not shown.page.error.isVisible()


def test_a_found_row_is_previewed_where_it_stands(open_page: Callable[..., Shown]) -> None:
    found = RowSummary(index=431, path="/a.json", line=432, prompt="q", answer="a", turns=2, chars=3)
    listing = RowListing(RowQuery("q"), 2, 1, (RowPage(0, (found,)),))
    shown = open_page(data(stories()["imported"], listing=listing))
    assert shown.intents.named("show_rows") == [(420,)], "the first one that was found is shown at once"
    shown.page.rows.go(0)
    shown.show(shown.state)
    assert shown.intents.named("show_rows") == [(420,)], "once is enough"


def colours(shown: Shown) -> list[tuple[str, str]]:
    """(text, background) of the pieces of the token view."""
    found = []
    block = shown.page.rows.panes.tokens.document().begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            found.append((fragment.text(), fragment.charFormat().background().color().name()))
            iterator += 1
        block = block.next()
    return found


def test_trained_tokens_are_coloured_and_only_they(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    formats = shown.page.rows.panes.formats()
    trained = {look.background().color().name() for look in formats[True]}
    read = {look.background().color().name() for look in formats[False]}
    assert not trained & read
    pieces = colours(shown)
    learnt = "".join(text for text, color in pieces if color in trained)
    assert learnt == "Two weeks is long enough to look closer. Do you also have fever?<|im_end|>"
    assert "dry cough" in "".join(text for text, color in pieces if color in read)
    assert shown.page.rows.counts.text() == "34 tokens, 14 trained"


def test_three_panes_are_linked(open_page: Callable[..., Shown]) -> None:
    panes = open_page("imported").page.rows.panes
    assert panes.raw.toPlainText().startswith("instruction: ")
    assert panes.rendered.toPlainText().startswith("<|im_start|>user\n")
    cursor = panes.raw.document().find("long enough")
    panes.raw.setTextCursor(cursor)
    for pane in (panes.tokens, panes.rendered):
        (mark,) = pane.extraSelections()
        assert mark.cursor.selectedText() == "long enough"
    cursor.clearSelection()
    cursor.movePosition(QTextCursor.MoveOperation.Start)
    panes.raw.setTextCursor(cursor)
    assert panes.tokens.extraSelections() == []


def test_walking_through_the_rows_asks_for_the_next_page(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    rows = shown.page.rows
    assert not rows.previous.isEnabled()
    QTest.mouseClick(rows.next, Qt.MouseButton.LeftButton)
    assert rows.number.value() == 2 and rows.table.currentIndex().row() == 1
    assert shown.intents.named("show_rows") == []
    QTest.keyClick(rows.table, Qt.Key.Key_Down)
    assert rows.number.value() == 3, "the arrow keys of the list show their row"
    rows.go(20)
    assert shown.intents.named("show_rows") == [(20,)]
    rows.go(5066)
    assert shown.intents.named("show_rows")[-1] == (5060,)
    assert not rows.next.isEnabled()
    preview = shown.state.data.preview
    assert preview is not None
    later = tuple(
        item.model_copy(update={"index": 5060 + n, "rendered": f"row {n}"})
        for n, item in enumerate(preview.rows[:7])
    )
    shown.show(data(shown.state, preview=preview.model_copy(update={"rows": later})))
    assert rows.panes.isVisible() and rows.panes.rendered.toPlainText() == "row 6"


def test_a_cut_row_says_how_much_is_lost(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    preview = state.data.preview
    assert preview is not None
    cut: PreviewRow = preview.rows[0].model_copy(update={"truncated": 17})
    page = open_page(data(state, preview=preview.model_copy(update={"rows": (cut,)}))).page
    assert page.rows.cut.text() == "17 tokens cut off"
    assert page.rows.cut.isVisible()


# ---------------------------------------------------------------- editing


def test_a_row_is_edited_deleted_and_restored(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    rows = shown.page.rows
    row = rows.row()
    assert row is not None and not rows.restore.isVisible()
    QTest.mouseClick(rows.edit, Qt.MouseButton.LeftButton)
    assert rows.editor.isVisible() and not rows.panes.isVisible()
    _question, answer = rows.editor.turns
    answer.text.selectAll()
    QTest.keyClicks(answer.text, "See a doctor.")
    QTest.keyClick(answer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    ((edited, messages, rejected),) = shown.intents.named("edit_row")
    assert edited is row and rejected == []
    assert messages[-1] == {"role": "assistant", "content": "See a doctor."}
    assert not rows.editor.isVisible() and rows.panes.isVisible()
    steps = [{"kind": "manual_edits", "edits": [{"path": row.path, "line": row.line, "messages": messages}]}]
    shown.show(draft(shown.state, steps=steps))
    assert rows.changed.isVisible()
    QTest.mouseClick(rows.restore, Qt.MouseButton.LeftButton)
    assert shown.intents.named("restore_row") == [(row.path, row.line)]
    rows.table.setFocus()
    QTest.keyClick(rows.table, Qt.Key.Key_Delete)
    assert shown.intents.named("delete_row") == [(row,)]


def test_an_edit_that_changes_nothing_is_none(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    rows = shown.page.rows
    QTest.mouseClick(rows.edit, Qt.MouseButton.LeftButton)
    QTest.mouseClick(rows.editor.save, Qt.MouseButton.LeftButton)
    QTest.mouseClick(rows.edit, Qt.MouseButton.LeftButton)
    rows.editor.turns[0].text.setPlainText("something else")
    QTest.keyClick(rows.editor.turns[0].text, Qt.Key.Key_Escape)
    assert shown.intents.named("edit_row") == [] and not rows.editor.isVisible()


def test_both_answers_of_a_pair_can_be_edited(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.preview is not None
    pair = state.data.preview.rows[0].model_copy(
        update={"rejected": ({"role": "assistant", "content": "No."},)}
    )
    shown = open_page(data(state, preview=state.data.preview.model_copy(update={"rows": (pair,)})))
    rows = shown.page.rows
    QTest.mouseClick(rows.edit, Qt.MouseButton.LeftButton)
    rows.editor.turns[-1].text.setPlainText("Never.")
    QTest.mouseClick(rows.editor.save, Qt.MouseButton.LeftButton)
    ((_, messages, rejected),) = shown.intents.named("edit_row")
    assert rejected == [{"role": "assistant", "content": "Never."}] and len(messages) == 2
