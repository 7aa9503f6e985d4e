"""What comes out on the Data page: rejected rows, the split with its leaks, statistics, versions and exports."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.data import DataPage
from engine.contract.results import BuiltData, Rejection
from tests.gui.page_fixtures import Shown, opener
from tests.gui.stories import stories
from tests.gui.test_data_page import data, draft, shown_words


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(DataPage, qtbot)


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
