"""The Data page: files, mapping, cleaning, cutoff, the coloured tokens, rejections, split."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.state.model import AppState, DataState
from app.views.data import DataPage
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.results import PreviewRow, Rejection, StepCount
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.stories import stories


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(DataPage, qtbot)


def draft(state: AppState, **data: object) -> AppState:
    recipe = {**state.draft.recipe, "data": {**state.draft.recipe["data"], **data}}
    return replace(state, draft=replace(state.draft, recipe=recipe))


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
        page.row.waiting.isVisible()
        and page.lengths.waiting.isVisible()
        and page.contents.waiting.isVisible()
    )
    assert page.use.text() == "Counting rows…"
    assert not page.use.isEnabled()


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
    assert row.format.itemData(0) == "auto"
    row.format.setCurrentIndex(row.format.findData("messages"))
    row.format.activated.emit(row.format.currentIndex())
    assert shown.intents.named("set_source_format") == [(0, "messages")]
    assert list(row.columns) == ["instruction", "input", "output", "system", "history", "tools"]
    box = row.columns["instruction"]
    box.setCurrentIndex(box.findData("output"))
    box.activated.emit(box.currentIndex())
    assert shown.intents.named("map_column") == [(0, "instruction", "output")]


def test_a_file_is_taken_out(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    QTest.mouseClick(shown.page.sources.rows[1].remove, Qt.MouseButton.LeftButton)
    assert shown.intents.named("remove_source") == [(1,)]
    shown.show(draft(shown.state, sources=shown.state.draft.recipe["data"]["sources"][:1]))
    assert not shown.page.sources.rows[1].isVisible()


# ---------------------------------------------------------------- cleaning


def test_every_step_of_the_engine_has_a_switch(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    schema = shown.state.engine.schema
    assert schema is not None
    assert list(shown.page.cleaning.rows) == [step.kind for step in schema.steps]
    kinds = list(shown.page.cleaning.rows)
    second, first = shown.page.cleaning.rows[kinds[1]], shown.page.cleaning.rows[kinds[0]]
    QTest.mouseClick(second.switch, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert shown.intents.named("set_steps") == [([{"kind": kinds[1]}],)]
    shown.show(draft(shown.state, steps=[{"kind": kinds[1]}]))
    assert second.switch.isChecked()
    QTest.mouseClick(first.switch, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert shown.intents.named("set_steps")[-1] == ([{"kind": kinds[0]}, {"kind": kinds[1]}],)


def test_a_step_is_turned_off_and_its_options_change(open_page: Callable[..., Shown]) -> None:
    state = draft(
        stories()["imported"], steps=[{"kind": "drop_empty", "min_answer_chars": 3}, {"kind": "whitespace"}]
    )
    shown = open_page(state)
    row = shown.page.cleaning.rows["drop_empty"]
    QTest.mouseClick(row.more, Qt.MouseButton.LeftButton)
    assert row.form.isVisible()
    assert len(row.form.rows) == 1
    shown.page.cleaning.change("drop_empty", "min_answer_chars", 9)
    assert shown.intents.named("set_steps")[-1] == (
        [{"kind": "drop_empty", "min_answer_chars": 9}, {"kind": "whitespace"}],
    )
    row.switch.setChecked(False)
    assert shown.intents.named("set_steps")[-1] == ([{"kind": "whitespace"}],)


def test_options_of_a_step_come_from_its_own_form(open_page: Callable[..., Shown]) -> None:
    state = draft(stories()["imported"], steps=[{"kind": "drop_empty", "min_answer_chars": 3}])
    shown = open_page(state)
    form = shown.page.cleaning.rows["drop_empty"].form
    (editor,) = form.rows.values()
    assert editor.field.path.endswith("min_answer_chars")
    assert editor.editor.value() == 3
    editor.editor.changed.emit(12)
    assert shown.intents.named("set_steps") == [([{"kind": "drop_empty", "min_answer_chars": 12}],)]


def test_counts_of_the_steps(open_page: Callable[..., Shown]) -> None:
    state = draft(stories()["imported"], steps=[{"kind": "drop_empty"}, {"kind": "repair_unicode"}])
    assert state.data.report is not None
    steps = (
        StepCount(kind="drop_empty", title="", before=5300, after=5067, changed=0),
        StepCount(kind="repair_unicode", title="", before=5067, after=5067, changed=412),
    )
    shown = open_page(data(state, report=state.data.report.model_copy(update={"steps": steps})))
    cleaning = shown.page.cleaning
    assert cleaning.rows["drop_empty"].count.text() == "−233"
    assert cleaning.rows["repair_unicode"].count.text() == "412 ✎"
    assert cleaning.rows_in.text().startswith("5,300 rows in")
    assert cleaning.rows_out.text() == "5,067 rows out"
    shown.show(data(shown.state, busy=frozenset({"statistics"})))
    assert cleaning.rows["drop_empty"].count.text() == "…", "old counts are not passed off as new ones"


def test_undo_and_redo(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    QTest.mouseClick(shown.page.undo, Qt.MouseButton.LeftButton)
    QTest.mouseClick(shown.page.redo, Qt.MouseButton.LeftButton)
    assert [name for name, *_ in shown.intents.calls] == ["undo_draft", "redo_draft"]


# ---------------------------------------------------------------- lengths


def test_the_sentence_beside_the_line(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    lengths = shown.page.lengths
    assert lengths.histogram._sentence == "1,024 tokens: 37 rows (0.7%) cut"
    shown.show(draft(shown.state, overlong="drop"))
    assert lengths.histogram._sentence == "1,024 tokens: 37 rows (0.7%) dropped"
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


# ---------------------------------------------------------------- rows


def colours(shown: Shown) -> list[tuple[str, str]]:
    """(text, background) of the pieces of the token view."""
    found = []
    block = shown.page.row.shown.document().begin()
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
    formats = shown.page.row._formats()
    trained = {look.background().color().name() for look in formats[True]}
    read = {look.background().color().name() for look in formats[False]}
    assert not trained & read
    pieces = colours(shown)
    learnt = "".join(text for text, color in pieces if color in trained)
    assert learnt == "Two weeks is long enough to look closer. Do you also have fever?<|im_end|>"
    assert "dry cough" in "".join(text for text, color in pieces if color in read)
    assert shown.page.row.counts.text() == "34 tokens, 14 trained"


def test_raw_and_rendered(open_page: Callable[..., Shown]) -> None:
    row = open_page("imported").page.row
    assert row.raw.toPlainText().startswith("instruction: ")
    QTest.mouseClick(row.view.button("rendered"), Qt.MouseButton.LeftButton)
    assert row.shown.toPlainText().startswith("<|im_start|>user\n")
    assert not row.trained.isVisible()


def test_walking_through_the_rows_asks_for_the_next_page(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    row = shown.page.row
    assert not row.previous.isEnabled()
    QTest.mouseClick(row.next, Qt.MouseButton.LeftButton)
    assert row.title.text() == "Row 2 of 5,067"
    assert shown.intents.named("show_rows") == []
    row.go(20)
    assert shown.intents.named("show_rows") == [(20,)]
    row.go(5066)
    assert shown.intents.named("show_rows")[-1] == (5060,)
    assert not row.next.isEnabled()
    preview = shown.state.data.preview
    assert preview is not None
    later = tuple(
        item.model_copy(update={"index": 5060 + n, "rendered": f"row {n}"})
        for n, item in enumerate(preview.rows[:7])
    )
    shown.show(data(shown.state, preview=preview.model_copy(update={"rows": later})))
    assert row.title.text() == "Row 5,067 of 5,067"
    assert row.panes.isVisible()


def test_a_cut_row_says_how_much_is_lost(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    preview = state.data.preview
    assert preview is not None
    cut: PreviewRow = preview.rows[0].model_copy(update={"truncated": 17})
    page = open_page(data(state, preview=preview.model_copy(update={"rows": (cut,)}))).page
    assert page.row.cut.text() == "17 tokens cut off"
    assert page.row.cut.isVisible()


# ---------------------------------------------------------------- rejected, split, contents


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
    QTest.mouseClick(shown.page.rejected.copy, Qt.MouseButton.LeftButton)
    ((text,),) = shown.intents.named("copy_text")
    assert text.splitlines()[4].endswith("3880\t\tThe row is no valid JSON: Expecting value at character 412")


def test_many_rejections_are_worded_only_when_seen(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.inspection is not None
    many = tuple(Rejection(line=line, column=None, code="x", reason="bad") for line in range(100_000))
    files = (state.data.inspection.files[0].model_copy(update={"rejected": many}),)
    shown = open_page(data(state, inspection=state.data.inspection.model_copy(update={"files": files})))
    assert shown.page.rejected.model.rowCount() == 100_000
    assert shown.page.rejected.count.text() == "100,000 rows"


def test_no_rejections_no_card(open_page: Callable[..., Shown]) -> None:
    state = stories()["imported"]
    assert state.data.inspection is not None
    clean = state.data.inspection.model_copy(update={"files": state.data.inspection.files[:1]})
    assert not open_page(data(state, inspection=clean)).page.rejected.isVisible()


def test_split_and_contents(open_page: Callable[..., Shown]) -> None:
    shown = open_page("imported")
    split, contents = shown.page.split, shown.page.contents
    assert split.train.value.text() == "4,560"
    assert split.share.value() == 10.0
    split.share.setValue(5.0)
    assert shown.intents.named("set_option") == [("data.validation.ratio", 0.05)]
    assert contents.tokens.value.text() == "1.3 M"
    assert contents.chinese.value.text() == "39%"


def test_no_held_out_rows_is_advised_against(open_page: Callable[..., Shown]) -> None:
    state = draft(stories()["imported"], validation={"ratio": 0.0, "path": None})
    assert "memorises" in open_page(state).page.split.note.text()


@pytest.mark.parametrize(("width", "columns"), [(836, 2), (1252, 3)])
def test_the_page_fits_its_window(open_page: Callable[..., Shown], width: int, columns: int) -> None:
    page = open_page("imported", size=(width, 700)).page
    assert page._columns == columns
    content = page._stack.widget(1).widget()
    assert content.minimumSizeHint().width() <= width
    assert unnamed_controls(page) == []
