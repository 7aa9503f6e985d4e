"""The Data page: files, mapping, cleaning, cutoff, the coloured tokens, rejections, split."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.state.model import AppState, DataState
from app.views.data import DataPage
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.results import BuiltData, Rejection
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


# ---------------------------------------------------------------- rejected, split, contents


def test_rejections_stand_by_reason_with_their_fixes(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    first, second = shown.page.rejected.groups
    assert (first.count.text(), second.count.text()) == ("3", "1")
    assert first.place.full_text() == "nurse_chat.jsonl, first in line 1,207 · conversations[3].from"
    assert second.fixes == []
    QTest.mouseClick(first.fixes[0], Qt.MouseButton.LeftButton)
    patch = {"roles": {"doctor": "assistant"}}
    assert shown.intents.named("mend_source") == [(1, patch, "Map 'doctor' to assistant")]


def test_rejected_rows_say_file_line_column_and_why(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    model = shown.page.rejected.model
    cells = [model.data(model.index(0, column)) for column in range(4)]
    assert cells == [
        "nurse_chat.jsonl",
        "1,207",
        "conversations[3].from",
        "A turn of the doctor cannot stand after a question",
    ]
    assert not shown.page.rejected.table.isVisible()
    QTest.mouseClick(shown.page.rejected.fold.button, Qt.MouseButton.LeftButton)
    assert shown.page.rejected.table.isVisible()
    QTest.mouseClick(shown.page.rejected.copy, Qt.MouseButton.LeftButton)
    ((text,),) = shown.intents.named("copy_text")
    assert text.splitlines()[4].endswith("3880\t\tThe row is no valid JSON: Expecting value at character 412")


def test_many_rejections_are_counted_even_where_they_are_not_listed(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.inspection is not None
    many = tuple(Rejection(line=line, column=None, code="x", reason="bad") for line in range(10_000))
    file = state.data.inspection.files[0].model_copy(update={"rejected": many, "rows": 90_320, "groups": ()})
    shown = open_page(data(state, inspection=state.data.inspection.model_copy(update={"files": (file,)})))
    rejected = shown.page.rejected
    assert rejected.model.rowCount() == 10_000
    assert rejected.count.text() == "90,000 rows"
    assert [group.count.text() for group in rejected.groups] == ["10,000"], "gathered from the list"
    assert rejected.cut.text() == "10,000 of 90,000 are listed here."


def test_no_rejections_no_card(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.inspection is not None
    clean = state.data.inspection.model_copy(update={"files": state.data.inspection.files[:1]})
    assert not open_page(data(state, inspection=clean)).page.rejected.isVisible()


def test_split_and_contents(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    split, contents = shown.page.split, shown.page.contents
    assert split.train.value.text() == "4,560"
    assert not split.test.isVisible()
    assert split.share.value() == 10.0
    split.share.setValue(5.0)
    assert shown.intents.named("set_option") == [("data.validation.ratio", 0.05)]
    assert contents.tokens.value.text() == "1.3 M"
    assert contents.duplicates.value.text() == "518"
    QTest.mouseClick(contents.by_file.button, Qt.MouseButton.LeftButton)
    words = shown_words(contents)
    assert "nurse_chat.jsonl" in words and "中文" in words and "12,540" in words


def test_other_ways_to_split_come_from_the_schema(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    split = shown.page.split
    QTest.mouseClick(split.more.button, Qt.MouseButton.LeftButton)
    paths = set(split.form.rows)
    assert {
        "data.validation.count",
        "data.validation.stratify_by",
        "data.validation.near_duplicates",
    } <= paths
    assert "data.validation.ratio" not in paths
    split.form.rows["data.validation.test_ratio"].editor.changed.emit(0.2)
    assert shown.intents.named("set_option") == [("data.validation.test_ratio", 0.2)]
    completer = split.form.rows["data.validation.stratify_by"].editor.completer()
    assert completer.model().rowCount() == 5, "columns of both files are offered"
    validation = {**shown.state.draft.recipe["data"]["validation"], "count": 40}
    shown.show(draft(shown.state, validation=validation))
    assert not split.share.isEnabled() and "Validation rows" in split.note.text()


def test_leaks_are_counted_shown_and_removed(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    leakage = shown.page.split.leakage
    assert leakage.mark.text() == "⚠ 12 rows leak"
    assert "2 also stand in training and 10 nearly so" in leakage.sentence.text()
    QTest.mouseClick(leakage.examples.button, Qt.MouseButton.LeftButton)
    assert "How long can a cough last?" in shown_words(leakage)
    QTest.mouseClick(leakage.remove, Qt.MouseButton.LeftButton)
    assert shown.intents.named("set_option") == [("data.validation.remove_leaks", True)]
    report = shown.state.data.report
    assert report is not None and report.leakage is not None
    gone = report.leakage.model_copy(update={"removed": 12})
    validation = {**shown.state.draft.recipe["data"]["validation"], "remove_leaks": True}
    state = data(shown.state, report=report.model_copy(update={"leakage": gone}))
    shown.show(draft(state, validation=validation))
    assert (
        leakage.mark.text() == "✓ no leakage" and leakage.keep.isVisible() and not leakage.remove.isVisible()
    )
    assert leakage.sentence.text() == "12 held-out rows with a twin in training were left out."


def test_no_held_out_rows_is_advised_against(open_page: Callable[..., Shown]) -> None:
    state = draft(stories()["imported"], validation={"ratio": 0.0, "path": None})
    assert "memorises" in open_page(state).page.split.note.text()


# ---------------------------------------------------------------- out


def test_an_export_is_asked_with_what_was_chosen(open_page: Callable[..., Shown], qtbot: QtBot) -> None:
    shown = open_page("imported")
    QTest.mouseClick(shown.page.head.export, Qt.MouseButton.LeftButton)
    dialog = shown.page.head.dialog
    assert dialog.isVisible() and dialog.file_type.value() == "jsonl" and dialog.form.value() == "messages"
    QTest.mouseClick(dialog.file_type.button("csv"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.form.button("alpaca"), Qt.MouseButton.LeftButton)
    dialog.licence.setText("CC-BY-4.0")
    dialog.folder.setText("")
    assert not dialog.export.isEnabled()
    dialog.folder.setText("/data/out")
    QTest.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    ((name, _, wishes),) = shown.intents.calls
    assert name == "build_data"
    assert wishes == {
        "file_type": "csv",
        "form": "alpaca",
        "licence": "CC-BY-4.0",
        "out": "/data/out",
        "guard": True,
    }
    assert not dialog.isVisible()


def test_writing_shows_its_progress_and_where_it_went(open_page: Callable[..., Shown]) -> None:
    shown = open_page("cleaned")
    build = shown.page.build
    assert build.progress.isVisible() and build.progress.how_much.text() == "2,400 of 5,067 rows"
    QTest.mouseClick(build.progress.cancel, Qt.MouseButton.LeftButton)
    assert len(shown.intents.named("cancel_build")) == 1
    made = BuiltData(
        path="/v/1-aa", files={}, rows={"train": 9, "test": 0}, card="/v/1-aa/card.md", content_hash="aa"
    )
    job = replace(shown.state.build.job, status="completed")
    shown.show(replace(shown.state, build=replace(shown.state.build, job=job, made=made)))
    assert build.sentence.text() == "✓ The dataset is written: 9 to train"
    QTest.mouseClick(build.path.reveal_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(build.path.copy_button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("reveal") == [("/v/1-aa",)] and shown.intents.named("copy_text") == [
        ("/v/1-aa",)
    ]


def test_versions_are_kept_and_used_again(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    versions = shown.page.versions
    QTest.mouseClick(versions.save, Qt.MouseButton.LeftButton)
    assert [name for name, *_ in shown.intents.calls] == ["build_data"]
    newest, _older = versions.menus
    newest.actions()[0].trigger()
    newest.actions()[1].trigger()
    (path,) = shown.intents.named("use_version")[0]
    assert path.endswith("nurse_chat/2-8c1f0f3a")
    assert shown.intents.named("use_rows_of_version") == [(path,)]


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
