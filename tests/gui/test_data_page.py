"""The Data page: files, mapping, cleaning, cutoff, the coloured tokens, rejections, split."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.state.dataset import DataProgress
from app.state.model import AppState, DataState
from app.views.data import DataPage
from engine.contract.errors import ErrorCode, ErrorInfo
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.stories import stories


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(DataPage, qtbot)


def draft(state: AppState, **data: object) -> AppState:
    recipe = {**state.draft.recipe, "data": {**state.draft.recipe["data"], **data}}
    return replace(state, draft=replace(state.draft, recipe=recipe))


def shown_words(widget: QWidget) -> str:
    """What the labels below ``widget`` say."""
    QApplication.processEvents()  # what was just added shows itself in the next turn of the loop
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def data(state: AppState, **fields: object) -> AppState:
    return replace(state, data=replace(state.data, **fields))  # type: ignore[arg-type]


# ---------------------------------------------------------------- empty, error, loading


def test_empty_page_offers_files_and_the_sample(
    open_page: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = open_page("empty")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/a/b.json", "/a/c.csv"], ""))
    QTest.mouseClick(shown.page.empty.button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(shown.page.sample, Qt.MouseButton.LeftButton)
    assert shown.intents.named("import_files") == [(["/a/b.json", "/a/c.csv"],)]
    assert len(shown.intents.named("use_sample")) == 1


def test_choosing_no_file_asks_for_nothing(
    open_page: Callable[..., Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = open_page("imported")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    QTest.mouseClick(shown.page.sources.add, Qt.MouseButton.LeftButton)
    assert shown.intents.calls == []


def test_an_unreadable_file_is_told_in_place(open_page: Callable[..., Shown]) -> None:
    error = ErrorInfo(
        code=ErrorCode.UNREADABLE, message="a.csv is not UTF-8 near byte 12.", hint="Save it as UTF-8."
    )
    state = replace(stories()["imported"], data=DataState(error=error))
    page = open_page(state).page
    assert page.error.isVisible()
    assert "byte 12" in page.error.message.text()
    assert page.error.message.width() > 400, "the sentence takes the width there is"
    assert not page.use.isEnabled()
    assert not page.lengths.isVisible()


def test_while_the_engine_reads_the_page_says_so(open_page: Callable[..., Shown]) -> None:
    state = replace(
        stories()["imported"], data=DataState(busy=frozenset({"inspect", "preview", "statistics"}))
    )
    page = open_page(state).page
    assert page.sources.rows[0].taken_for.full_text() == "Reading…"
    assert (
        page.rows.waiting.isVisible()
        and page.lengths.waiting.isVisible()
        and page.contents.waiting.isVisible()
    )
    assert page.use.text() == "Counting rows…"
    assert not page.use.isEnabled()


def test_a_long_reading_can_be_stopped_and_taken_up(open_page: Callable[..., Shown]) -> None:
    shown = open_page("reading")
    reading = shown.page.reading
    assert not reading.isVisible(), "a fast answer needs no bar"
    reading._tick()
    assert reading.isVisible() and reading.progress.what.text() == "Reading the files"
    assert reading.progress.how_much.text() == "" and reading.progress.left.text() == "1 s"
    shown.show(data(shown.state, progress=DataProgress("clean", 2400, 6071), busy=frozenset({"statistics"})))
    assert reading.progress.what.text() == "Cleaning the rows"
    assert reading.progress.how_much.text() == "2,400 of 6,071 rows"
    assert 390 <= reading.progress.bar.value() <= 400, "of 1000"
    shown.show(data(shown.state, progress=DataProgress("read", 80_000), busy=frozenset({"inspect"})))
    assert reading.progress.how_much.text() == "80,000 rows" and reading.progress.bar.maximum() == 0
    QTest.mouseClick(reading.progress.cancel, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("stop_reading")) == 1
    shown.show(data(shown.state, halted=True, busy=frozenset()))
    assert reading.stopped.isVisible() and not reading.progress.isVisible()
    QTest.mouseClick(reading.again, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("read_again")) == 1
    shown.show(data(shown.state, halted=False))
    assert not reading.isVisible()


def test_what_was_skipped_says_why(open_page: Callable[..., Shown]) -> None:
    shown = open_page("cleaned")
    skipped = shown.page.sources.skipped
    assert skipped.button.text() == "Skipped: 1"
    QTest.mouseClick(skipped.button, Qt.MouseButton.LeftButton)
    words = shown_words(skipped)
    assert "notes.key" in words and "this type of file is not known" in words
    QTest.mouseClick(skipped.dismiss, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("dismiss_skipped")) == 1


def test_nothing_of_the_last_dataset_stays_while_another_is_read(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    assert shown.page.lengths.figures.isVisible() and "中文" in shown_words(shown.page.contents)
    shown.show(stories()["reading"])
    assert not shown.page.lengths.figures.isVisible()
    assert shown.page.rows.place.text() == "" and not shown.page.rows.table.isVisible()
    assert "中文" not in shown_words(shown.page.contents)


def test_no_trained_token_stops_the_way(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.report is not None
    page = open_page(data(state, report=state.data.report.model_copy(update={"trained_tokens": 0}))).page
    assert page.error.isVisible()
    assert "could be learnt" in page.error.message.text()
    assert not page.use.isEnabled()


def test_use_this_data_goes_to_the_method(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    QTest.mouseClick(shown.page.use, Qt.MouseButton.LeftButton)
    assert shown.intents.named("show_page") == [("method",)]


# ---------------------------------------------------------------- sources


def test_each_file_says_what_it_was_taken_for(open_page: Callable[..., Shown]) -> None:
    first, second = open_page("imported").page.sources.rows
    assert first.name.full_text() == "workshop.json"
    assert first.taken_for.full_text() == "alpaca · sure (instruction, input, output)"
    assert first.stored.full_text() == "JSON · UTF-8 · 118 KB"
    assert not first.notes.isVisible() and "not trained yet" in second.notes.text()
    assert first.rows.text() == "320"
    assert not first.rejected.isVisible()
    assert second.rejected.text() == "4 rejected"


def test_a_guess_is_called_a_guess(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.inspection is not None
    files = tuple(item.model_copy(update={"confidence": 0.4}) for item in state.data.inspection.files)
    page = open_page(data(state, inspection=state.data.inspection.model_copy(update={"files": files}))).page
    assert "please check" in page.sources.rows[0].taken_for.full_text()


def test_format_and_columns_can_be_put_right(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    row = shown.page.sources.rows[0]
    QTest.mouseClick(row.edit, Qt.MouseButton.LeftButton)
    assert row.editor.isVisible()
    assert row.editor.format.itemData(0) == "auto"
    row.editor.format.setCurrentIndex(row.editor.format.findData("messages"))
    row.editor.format.activated.emit(row.editor.format.currentIndex())
    assert shown.intents.named("set_source_format") == [(0, "messages")]
    assert list(row.editor.columns) == ["instruction", "input", "output", "system", "history", "tools"]
    box = row.editor.columns["instruction"]
    box.setCurrentIndex(box.findData("output"))
    box.activated.emit(box.currentIndex())
    assert shown.intents.named("map_column") == [(0, "instruction", "output")]
    assert row.editor.examples["instruction"].full_text() == "I am the bench.", "the example follows at once"
    assert row.editor.reading.text().startswith("user: I have had a dry cough")


def test_weight_limit_and_mix_come_from_the_schema(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    row = shown.page.sources.rows[1]
    QTest.mouseClick(row.edit, Qt.MouseButton.LeftButton)
    row.editor.amounts["weight"].editor.changed.emit(2.5)
    row.editor.amounts["max_samples"].editor.changed.emit(100)
    schema = shown.state.engine.schema
    assert schema is not None
    mix = shown.page.sources.mix
    assert mix.field.choices == tuple(
        schema.recipe_schema["$defs"]["DataSection"]["properties"]["mix"]["enum"]
    )
    mix.editor.changed.emit(mix.field.choices[-1])
    assert shown.intents.named("set_option") == [
        ("data.sources[1].weight", 2.5),
        ("data.sources[1].max_samples", 100),
        ("data.mix", mix.field.choices[-1]),
    ]


def test_a_mapped_role_is_shown_and_taken_back(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    first, second = state.draft.recipe["data"]["sources"]
    shown = open_page(
        draft(state, sources=[first, {**second, "roles": {"doctor": "assistant", "nurse": "user"}}])
    )
    editor = shown.page.sources.rows[1].editor
    marks = [child for child in editor.given.children() if hasattr(child, "text")]
    assert [mark.text() for mark in marks] == ["doctor → assistant  ×", "nurse → user  ×"]
    marks[0].click()
    assert shown.intents.named("set_option") == [("data.sources[1].roles", {"nurse": "user"})]


def test_many_files_are_shown_when_they_are_wanted(open_page: Callable[..., Shown]) -> None:
    sources = [{"path": f"/data/{n}.json", "format": "auto", "columns": {}} for n in range(12)]
    sources_card = open_page(draft(stories()["imported"], sources=sources)).page.sources
    assert sum(row.isVisible() for row in sources_card.rows) == 5
    assert sources_card.all.text() == "Show all 12 files"
    QTest.mouseClick(sources_card.all, Qt.MouseButton.LeftButton)
    assert all(row.isVisible() for row in sources_card.rows)


def test_a_file_is_taken_out(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    QTest.mouseClick(shown.page.sources.rows[1].remove, Qt.MouseButton.LeftButton)
    assert shown.intents.named("remove_source") == [(1,)]
    shown.show(draft(shown.state, sources=shown.state.draft.recipe["data"]["sources"][:1]))
    assert not shown.page.sources.rows[1].isVisible()


# ---------------------------------------------------------------- lengths


def test_the_sentence_beside_the_line(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    lengths = shown.page.lengths
    assert lengths.histogram._sentence == "1,024 tokens: 37 rows (0.7%) cut"
    shown.show(draft(shown.state, overlong="drop"))
    assert lengths.histogram._sentence == "1,024 tokens: 37 rows (0.7%) dropped"
    shown.show(draft(shown.state, overlong="split"))
    assert lengths.histogram._sentence == "1,024 tokens: 37 rows (0.7%) split"
    shown.show(data(shown.state, busy=frozenset({"statistics"})))
    assert "about" in lengths.histogram._sentence, "an estimate until the engine has counted again"
    assert lengths.sentence(1_000_000, None) == "1,000,000 tokens: every row fits"


def test_dragging_sets_the_cutoff_once(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    histogram = shown.page.lengths.histogram
    x = histogram.width() // 2
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(x - 40, 50))
    QTest.mouseMove(histogram, QPoint(x, 50))
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(x, 50))
    ((path, value),) = shown.intents.named("set_option")
    assert path == "data.cutoff_len"
    assert 600 < value < 680


def test_the_line_moves_by_keys(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    histogram = shown.page.lengths.histogram
    histogram.setFocus()
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    QTest.keyClick(histogram, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert shown.intents.named("set_option") == [("data.cutoff_len", 992), ("data.cutoff_len", 993)]


def test_the_cutoff_can_be_typed(open_page: Callable[..., Shown], qtbot: QtBot) -> None:
    shown = open_page("imported")
    shown.page.lengths.cutoff.setValue(512)
    qtbot.waitUntil(lambda: shown.intents.named("set_option") == [("data.cutoff_len", 512)])


def test_truncate_or_drop_come_from_the_schema(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    control = shown.page.lengths.overlong
    assert control.value() == "truncate"
    QTest.mouseClick(control.button("drop"), Qt.MouseButton.LeftButton)
    assert shown.intents.named("set_option") == [("data.overlong", "drop")]


# ---------------------------------------------------------------- the whole


@pytest.mark.parametrize("story", ["imported", "cleaned", "reading", "unreadable"])
@pytest.mark.parametrize(("width", "columns"), [(836, 2), (1252, 3)])
def test_the_page_fits_its_window(
    open_page: Callable[..., Shown], story: str, width: int, columns: int
) -> None:
    page = open_page(story, size=(width, 700)).page
    page.sources.rows[0].edit.click()
    page.split.more.button.click()
    for row in page.cleaning.rows:
        row.more.click()
    assert page._columns == columns
    content = page._stack.widget(1).widget()
    assert content.minimumSizeHint().width() <= width
    assert unnamed_controls(page) == []
