"""The Data page in the real window with an engine process behind it: every click goes the whole way and back."""

import csv
import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.client.process import EngineProgram, default_program
from app.views.main_window import MainWindow
from tests.gui.fakes.desk import Desk
from tests.gui.shell_fixtures import shared_theme

Sit = Callable[..., "Bench"]


class Bench:
    """A desk with its window."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.window = MainWindow(desk.store, desk.do, shared_theme())
        self.window.resize(1440, 900)
        self.window.show()
        self.desk.wait(lambda state: state.engine.schema)

    @property
    def page(self) -> Any:
        return self.window.page("data")

    @property
    def data(self) -> dict[str, Any]:
        document: dict[str, Any] = self.desk.state.draft.recipe["data"]
        return document

    def drop(self, *paths: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.window, QDragEnterEvent(QPoint(300, 300), *how))
        QApplication.sendEvent(self.window, QDropEvent(QPointF(300, 300), *how))
        self.settled()

    def checked(self) -> None:
        """Until the engine has checked the draft as it is, and the questions about its data have gone out."""
        draft = self.desk.do._draft
        self.desk.wait(
            lambda _: (
                not draft._check_soon.isActive() and not draft._checks._on_their_way and not draft._touched
            )
        )

    def settled(self) -> None:
        """Until the engine has answered for the draft as it is."""
        self.checked()
        self.desk.wait(lambda s: (s.data.inspection and s.data.report and s.data.preview) or s.data.error)
        self.desk.wait(lambda s: not s.data.busy)
        assert self.desk.state.data.error is None
        self.desk.wait(lambda s: s.data.listing.pages or s.data.listing.error)
        self.desk.store.flush()  # what is shown may want more
        self.desk.wait(lambda s: not s.data.busy)
        self.desk.store.flush()

    def click(self, widget: Any, pos: QPoint | None = None) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=pos or QPoint(8, 8))

    def close(self) -> None:
        self.desk.do.close()
        self.window.close_now()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]


@pytest.fixture
def sit_down(qtbot: QtBot, tmp_path: Path) -> Iterator[Sit]:
    benches: list[Bench] = []

    def sit(*engine: str, program: EngineProgram | None = None) -> Bench:
        desk = Desk(qtbot, tmp_path / "home", *(engine or ("normal",)), program=program)
        benches.append(Bench(desk))
        return benches[-1]

    yield sit
    for bench in benches:
        bench.close()


def files_of_five_formats(folder: Path) -> list[Path]:
    """The same kind of rows as JSON, JSON Lines, CSV, TSV and Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in ("a.json", "b.jsonl", "c.csv", "d.tsv", "e.parquet")]
    tables = [
        [
            {"instruction": f"Question {n} of file {place}?", "output": f"Answer {n} of {place}."}
            for n in range(8)
        ]
        for place in range(5)
    ]
    paths[0].write_text(json.dumps(tables[0]), encoding="utf-8")
    paths[1].write_text("".join(json.dumps(row) + "\n" for row in tables[1]), encoding="utf-8")
    for path, mark, rows in ((paths[2], ",", tables[2]), (paths[3], "\t", tables[3])):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["instruction", "output"], delimiter=mark)
            writer.writeheader()
            writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(tables[4]), paths[4])
    return paths


# ---------------------------------------------------------------- with the scripted engine


def test_five_formats_are_dropped_at_once_and_undone(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    paths = files_of_five_formats(tmp_path / "five")
    bench.drop(*paths)
    assert bench.desk.state.page == "data"
    shown = [row.name.full_text() for row in bench.page.sources.rows if row.isVisible()]
    assert shown == [path.name for path in paths]
    assert bench.desk.state.draft.undo == "added 5 files"
    bench.click(bench.page.head.undo)
    bench.desk.wait(lambda s: s.data.inspection is None)
    assert bench.data["sources"] == []


def test_a_folder_is_looked_through(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    (tmp_path / "mixed").mkdir()
    for name in ("a.json", "notes.key", "z.csv"):
        (tmp_path / "mixed" / name).write_text("[]", encoding="utf-8")
    bench.drop(tmp_path / "mixed")
    assert [Path(item["path"]).name for item in bench.data["sources"]] == ["a.json", "z.csv"]
    assert bench.page.sources.skipped.button.text() == "Skipped: 1"
    bench.page.sources.skipped.dismiss.click()
    assert bench.desk.state.data.skipped == ()


def test_copied_rows_become_a_file(sit_down: Sit) -> None:
    bench = sit_down()
    bench.desk.do.show_page("data")
    QGuiApplication.clipboard().setText("instruction\toutput\nHi\tHello\nBye\tSee you")
    bench.window.paste()
    bench.settled()
    (source,) = bench.data["sources"]
    path = Path(source["path"])
    assert path.suffix == ".tsv" and path.parent == bench.desk.home / "pasted"
    assert path.read_text(encoding="utf-8").splitlines()[1] == "Hi\tHello"
    QGuiApplication.clipboard().setText("just a word")
    bench.window.paste()
    assert len(bench.data["sources"]) == 1 and "neither a path nor rows" in bench.desk.texts()[-1]


def test_a_column_is_mapped_and_a_fault_mended(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    row = bench.page.sources.rows[0]
    bench.click(row.edit)
    box = row.editor.columns["output"]
    box.setCurrentIndex(box.findData("input"))
    box.activated.emit(box.currentIndex())
    assert bench.data["sources"][0]["columns"] == {"output": "input"}
    assert bench.desk.state.draft.undo == "column of output"
    bench.settled()
    bench.click(bench.page.rejected.groups[0].fixes[0])
    assert bench.data["sources"][0]["fill"] == {"output": "none"}
    assert bench.data["sources"][0]["columns"] == {"output": "input"}, "a proposal is laid over what is there"
    bench.settled()
    assert bench.page.rejected.count.text() == "1 row"
    bench.click(bench.page.head.undo)
    bench.click(bench.page.head.undo)
    bench.settled()
    assert bench.data["sources"][0]["columns"] == {} and bench.page.rejected.count.text() == "2 rows"


def test_steps_are_proposed_toggled_moved_and_undone_to_the_beginning(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    before = json.dumps(bench.data, sort_keys=True)
    cleaning = bench.page.cleaning
    bench.click(cleaning.clean)
    bench.desk.wait(lambda s: s.data.proposed)
    bench.settled()
    assert [row.kind for row in cleaning.rows] == ["repair_unicode", "exact_duplicates"]
    assert cleaning.rows[0].count.text() == "1 ✎"
    cleaning.rows[1].grip.setFocus()
    QTest.keyClick(cleaning.rows[1].grip, Qt.Key.Key_Up)
    bench.desk.store.flush()
    assert [row.kind for row in cleaning.rows] == ["exact_duplicates", "repair_unicode"]
    bench.click(cleaning.rows[0].switch)
    bench.settled()
    assert [step["kind"] for step in bench.data["steps"] if step.get("enabled", True)] == ["repair_unicode"]
    assert [row.kind for row in cleaning.rows] == ["exact_duplicates", "repair_unicode"]
    bench.click(cleaning.rows[1].count)
    bench.desk.wait(lambda s: s.data.effects.rows)
    bench.desk.store.flush()
    assert bench.page.effects.total.text() == "60 rows changed" and len(bench.page.effects.rows) == 50
    bench.page.effects.more.click()
    bench.desk.wait(lambda s: len(s.data.effects.rows) == 60)
    for _ in range(3):
        bench.click(bench.page.head.undo)
    bench.settled()
    assert json.dumps(bench.data, sort_keys=True) == before
    assert bench.desk.state.data.effects.step == -1, "the step that was looked at is gone"
    bench.click(bench.page.head.redo)
    assert [step["kind"] for step in bench.data["steps"]] == ["repair_unicode", "exact_duplicates"]


def test_the_cutoff_is_dragged(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    histogram = bench.page.lengths.histogram
    x = histogram.width() // 4
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(x * 3, 60))
    QTest.mouseMove(histogram, QPoint(x, 60))
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
    assert 8 <= bench.data["cutoff_len"] < 31
    bench.settled()
    assert histogram._sentence.endswith("tokens: 2 rows (20.0%) cut")
    bench.click(bench.page.lengths.overlong.button("drop"))
    assert bench.data["overlong"] == "drop" and bench.desk.state.draft.undo == "Longer examples"


def test_a_row_is_searched_edited_deleted_and_restored(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down("normal", "--rows", "500")
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    rows = bench.page.rows
    assert rows.model.rowCount() == 500
    QTest.keyClicks(rows.search, "Hi 41")
    bench.desk.wait(lambda s: s.data.listing.query.text == "Hi 41" and s.data.listing.total == 11)
    bench.settled()
    assert rows.place.text() == "a.json, line 41", "the first one that was found"
    rows.go(3)  # Hi 412
    bench.settled()
    assert rows.place.text() == "a.json, line 412"
    bench.click(rows.edit)
    rows.editor.turns[-1].text.setPlainText("Good morning")
    bench.click(rows.editor.save)
    bench.settled()
    assert rows.panes.rendered.toPlainText() == "Hi 412Good morning" and rows.changed.isVisible()
    (step,) = bench.data["steps"]
    assert [edit["line"] for edit in step["edits"]] == [412]
    bench.click(rows.delete)
    bench.settled()
    assert bench.desk.state.data.listing.total == 10
    assert bench.desk.state.draft.undo == "deletion of a row"
    bench.click(bench.page.head.undo)
    bench.settled()
    bench.click(rows.restore)
    bench.settled()
    assert bench.data["steps"] == [] and rows.panes.rendered.toPlainText() == "Hi 412Hello 412"


def test_a_long_list_is_fetched_where_it_is_looked_at(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down("normal", "--rows", "100000")
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    rows = bench.page.rows
    for place in range(0, 100_000, 2_500):
        rows.table.scrollTo(rows.model.index(place, 0))
        rows.table.viewport().repaint()
    rows.go(99_999)
    bench.desk.wait(lambda s: s.data.listing.row(99_999))
    assert len(bench.desk.state.data.listing.pages) <= 8
    bench.desk.wait(lambda s: s.data.preview.rows[-1].index == 99_999)
    bench.desk.store.flush()
    assert rows.panes.rendered.toPlainText() == "Hi 100000Hello 100000"


def test_leaks_are_found_and_removed(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    split = bench.page.split
    assert not split.leakage.isVisible(), "nothing is held out"
    split.share.setValue(30.0)
    bench.settled()
    assert split.leakage.mark.text() == "⚠ 2 rows leak" and split.validation.value.text() == "3"
    bench.click(split.leakage.remove)
    bench.settled()
    assert bench.data["validation"]["remove_leaks"] is True
    assert split.leakage.mark.text() == "✓ no leakage"
    bench.click(split.leakage.keep)
    bench.settled()
    assert split.leakage.mark.text() == "⚠ 2 rows leak"


def test_the_reading_is_stopped_and_taken_up(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down("normal", "silent:data.statistics")
    path = files_of_five_formats(tmp_path / "five")[0]
    mime_ready = lambda s: s.data.inspection and "statistics" in s.data.busy  # noqa: E731
    bench.desk.do.import_files([str(path)])
    bench.desk.wait(mime_ready)
    first, schema = bench.desk.quick.pid, bench.desk.state.engine.schema
    bench.desk.do.stop_reading()
    assert bench.desk.state.data.busy == frozenset() and bench.desk.state.data.halted
    bench.desk.wait(lambda s: bench.desk.quick.pid not in (0, first) and s.engine.status == "ready")
    bench.desk.wait(lambda s: s.engine.schema is not schema)
    bench.desk.qtbot.wait(300)  # the draft waits a moment before it is checked
    bench.checked()
    assert bench.desk.state.data.halted, "an engine that comes back does not begin again by itself"
    assert bench.desk.state.data.error is None and bench.desk.state.data.busy == frozenset()
    bench.desk.do.read_again()
    assert "statistics" in bench.desk.state.data.busy and not bench.desk.state.data.halted


def test_a_version_is_saved_as_a_job(sit_down: Sit, tmp_path: Path) -> None:
    bench = sit_down()
    bench.drop(files_of_five_formats(tmp_path / "five")[0])
    bench.click(bench.page.versions.save)
    bench.desk.wait(lambda s: s.build.made)
    bench.desk.store.flush()
    assert bench.page.build.path.path.full_text() == "/versions/1-abcdef01"
    assert bench.page.build.sentence.text() == "✓ The dataset is written: 9 to train"


# ---------------------------------------------------------------- with the engine itself


@pytest.mark.slow
def test_real_files_go_the_whole_way(sit_down: Sit, tmp_path: Path) -> None:
    """Five formats dropped, cleaned, a row edited, leaks looked for, a version kept and used again."""
    from engine.models.starter import starter_path

    if not (starter_path() / "tokenizer.json").is_file():
        pytest.skip("the starter model is not installed")
    program = default_program()
    home = {**program.environment, "LUTHIER_HOME": str(tmp_path / "engine"), "OMP_NUM_THREADS": "1"}
    bench = sit_down(program=dataclasses.replace(program, environment=home))
    bench.desk.do.set_option("model.path", str(starter_path()))
    paths = files_of_five_formats(tmp_path / "five")
    with paths[1].open("a", encoding="utf-8") as file:
        file.write('{"instruction": "Question 1 of file 1?", "output": "Answer 1 of 1."}\nnot json\n')
    bench.drop(*paths)
    files = bench.desk.state.data.inspection.files  # type: ignore[union-attr]
    assert [file.format for file in files] == ["json", "jsonl", "csv", "csv", "parquet"]
    assert [file.delimiter for file in files] == ["", "", ",", "\t", ""]
    assert "separated by tab" in bench.page.sources.rows[3].stored.full_text()
    assert {file.family for file in files} == {"alpaca"}
    assert sum(file.accepted for file in files) == 41
    assert bench.page.rejected.count.text() == "1 row"
    assert bench.page.rows.model.rowCount() == 41
    trained = [token.text for token in bench.page.rows.row().tokens if token.trained]
    assert "".join(trained).startswith("Answer 0 of 0.")

    bench.page.cleaning.add_step("exact_duplicates")
    bench.settled()
    assert bench.page.cleaning.rows[0].count.text() == "−1"
    bench.click(bench.page.cleaning.rows[0].count)
    bench.desk.wait(lambda s: s.data.effects.rows)
    assert "Answer 1 of 1" in bench.desk.state.data.effects.rows[0].before

    rows = bench.page.rows
    bench.click(rows.edit)
    rows.editor.turns[-1].text.setPlainText("An answer by hand")
    bench.click(rows.editor.save)
    bench.settled()
    assert "An answer by hand" in rows.panes.rendered.toPlainText() and rows.changed.isVisible()

    bench.page.split.share.setValue(20.0)
    bench.settled()
    leakage = bench.desk.state.data.report.leakage  # type: ignore[union-attr]
    assert leakage is not None and leakage.held_out > 0
    assert bench.page.split.leakage.mark.text()

    kept = json.dumps(bench.data["steps"], sort_keys=True)
    bench.click(bench.page.versions.save)
    bench.desk.wait(lambda s: s.build.made and s.build.versions)
    made = Path(bench.desk.state.build.made.path)  # type: ignore[union-attr]
    assert made.is_dir() and os.fspath(made).startswith(str(tmp_path / "engine"))
    bench.desk.do.set_steps([])
    bench.settled()
    bench.desk.do.use_version(str(made))
    bench.desk.wait(lambda s: s.draft.recipe["data"]["steps"])
    bench.settled()
    assert json.dumps(bench.data["steps"], sort_keys=True) == kept
