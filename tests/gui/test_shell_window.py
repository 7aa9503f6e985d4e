"""The window's shell: pages by keys, drops and pastes, palette, help, notices, closing, languages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.state.model import PAGES, Notice
from app.views.closing import CloseDialog
from app.views.commands import Command, ranked, score
from app.views.drop import paths_of
from tests.gui.shell_fixtures import Shell, open_shell


@pytest.fixture
def shell(qtbot: QtBot) -> Iterator[Shell]:
    with open_shell() as made:
        made.window.activateWindow()
        qtbot.waitUntil(made.window.isActiveWindow)
        yield made


def drop_event(kind: type, mime: QMimeData) -> QDropEvent | QDragEnterEvent:
    where = QPoint(300, 300) if kind is QDragEnterEvent else QPointF(300, 300)
    event: QDropEvent | QDragEnterEvent = kind(
        where, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    return event


def mime_of(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.mark.parametrize(("number", "page"), list(enumerate(PAGES, start=1)))
def test_ctrl_and_a_digit_changes_the_page(shell: Shell, number: int, page: str) -> None:
    QTest.keyClick(shell.window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
    assert shell.intents.named("show_page") == [(page,)]


def test_ctrl_comma_opens_the_settings(shell: Shell) -> None:
    QTest.keyClick(shell.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert shell.intents.named("show_page") == [("settings",)]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_shown_in_every_story(shell: Shell, page: str) -> None:
    for story in ("starting", "empty", "planned", "running", "exported", "chatting", "crashed"):
        shell.show(story, page)
        assert shell.window.stack.currentWidget() is shell.window.page(page)  # type: ignore[arg-type]
        assert shell.window.rail.buttons[page].isChecked()  # type: ignore[index]


def test_pages_are_made_when_they_are_first_shown(shell: Shell) -> None:
    assert shell.window.stack.count() == 1
    shell.show("empty", "settings")
    assert shell.window.stack.count() == 2


def test_the_rail_sends_an_intent(shell: Shell) -> None:
    QTest.mouseClick(shell.window.rail.buttons["train"], Qt.MouseButton.LeftButton)
    assert shell.intents.named("show_page") == [("train",)]


def test_the_rail_folds_by_preference_and_where_it_is_narrow(shell: Shell, qtbot: QtBot) -> None:
    wide = shell.window.rail.width()
    shell.show("empty", "home", rail_expanded=False)
    assert shell.window.rail.minimumWidth() < wide
    shell.show("empty", "home")
    shell.window.resize(1024, 700)
    qtbot.waitUntil(lambda: shell.window.rail.width() < wide)


def test_dropped_files_are_imported(shell: Shell, tmp_path: Path) -> None:
    files = [tmp_path / "a.json", tmp_path / "b.csv"]
    for path in files:
        path.write_text("[]")
    mime = mime_of(*files)  # events do not own it
    enter = drop_event(QDragEnterEvent, mime)
    shell.window.dragEnterEvent(enter)  # type: ignore[arg-type]
    assert enter.isAccepted()
    assert shell.window.overlay.isVisible()
    shell.window.dropEvent(drop_event(QDropEvent, mime))
    assert not shell.window.overlay.isVisible()
    assert shell.intents.named("import_files") == [([str(path) for path in files],)]


def test_a_dropped_recipe_is_opened(shell: Shell, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("schema_version: 1")
    mime = mime_of(recipe)
    shell.window.dropEvent(drop_event(QDropEvent, mime))
    assert shell.intents.named("open_recipe") == [(str(recipe),)]
    assert shell.intents.named("import_files") == []


def test_what_is_no_file_is_not_taken(shell: Shell) -> None:
    mime = QMimeData()
    mime.setText("just words")
    enter = drop_event(QDragEnterEvent, mime)
    enter.ignore()
    shell.window.dragEnterEvent(enter)  # type: ignore[arg-type]
    assert not enter.isAccepted()
    assert not shell.window.overlay.isVisible()


def test_pasted_paths_are_imported(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("{}")
    QGuiApplication.clipboard().setText(f'"{path}"\n/there/is/no/such.file\n')
    shell.window.paste()
    assert shell.intents.named("import_files") == [([str(path)],)]


def test_paths_of_reads_urls_before_text(tmp_path: Path) -> None:
    mime = mime_of(tmp_path)
    mime.setText("/")
    assert paths_of(mime) == [str(tmp_path)]


def test_the_palette_finds_and_runs(shell: Shell, qtbot: QtBot) -> None:
    shell.show("planned", "home")
    shell.window.open_palette()
    palette = shell.window._palette
    assert palette is not None
    qtbot.waitUntil(palette.isVisible)
    qtbot.keyClicks(palette.field, "expo")
    assert palette.list.item(0).text() == "Export"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert shell.intents.named("show_page") == [("export",)]
    assert not palette.isVisible()


def test_the_palette_finds_options_by_title_and_path(shell: Shell, qtbot: QtBot) -> None:
    shell.show("planned", "home")
    shell.window.open_palette()
    palette = shell.window._palette
    assert palette is not None
    qtbot.keyClicks(palette.field, "learning_rate")
    assert "Learning rate" in [palette.list.item(row).text() for row in range(palette.list.count())]
    palette.field.setText("zzzqqq")
    assert palette.list.count() == 0
    assert palette.nothing.isVisibleTo(palette)


class Windows(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_no_part_of_a_page_flashes_up_as_a_window_of_its_own(shell: Shell, qapp: QApplication) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    for page in ("home", "data", "method", "train", "export", "chat", "models", "settings"):
        shell.show("planned", page)
    qapp.removeEventFilter(windows)
    assert windows.shown == []


def test_an_option_found_is_brought_into_focus(shell: Shell, qtbot: QtBot) -> None:
    shell.show("planned", "method")
    rows = shell.window.page("method").cards["optim"].form.rows  # type: ignore[attr-defined]
    shell.window.show_option("optim.warmup_ratio")
    qtbot.waitUntil(lambda: "optim.warmup_ratio" in rows and rows["optim.warmup_ratio"].isVisible())
    qtbot.waitUntil(lambda: rows["optim.warmup_ratio"].editor.hasFocus())
    assert shell.intents.named("set_focus_help")[-1][0] == "Warm-up share"


def test_ranking_prefers_the_beginning_of_words() -> None:
    def command(title: str) -> Command:
        return Command(title, "", "home", lambda: None)

    found = ranked(
        "re", [command("Start training"), command("Save the recipe"), command("Redo"), command("Undo")]
    )
    assert [item.title for item in found][:2] == ["Redo", "Save the recipe"]
    assert score("xyz", "Redo") is None
    assert score("rdo", "Redo") is not None


def test_f1_shows_the_help_of_the_field_in_focus(shell: Shell) -> None:
    shell.show("planned", "method")
    assert not shell.window.help.isVisible()
    QTest.keyClick(shell.window, Qt.Key.Key_F1)
    assert shell.window.help.isVisible()
    assert shell.window.help.title.text() == "Rank"
    QTest.keyClick(shell.window, Qt.Key.Key_F1)
    assert not shell.window.help.isVisible()


def test_a_notice_appears_acts_and_goes(shell: Shell) -> None:
    state = shell.show("empty", "home")
    notice = Notice(7, "success", "Training finished.", "Export", "open_export")
    shell.store.set(replace(state, notices=(notice,)))
    assert shell.window.toasts.isVisible()
    action = next(
        button for button in shell.window.toasts.findChildren(QPushButton) if button.text() == "Export"
    )
    action.click()
    assert shell.intents.named("run_intent") == [("open_export",)]
    assert shell.intents.named("dismiss_notice") == [(7,)]
    shell.store.set(state)
    assert not shell.window.toasts.isVisible()


def test_the_status_bar_tells_engine_and_job(shell: Shell) -> None:
    shell.show("running", "home")
    assert "AMD Ryzen" in shell.window.status.engine.text()
    assert shell.window.status.job.words.text() == "Training · 150 of 240 steps · 18 to 21 min left"
    assert shell.window.status.job.bar.value() == 625
    shell.show("finished", "home")
    assert not shell.window.status.job.isVisible()
    assert shell.window.status.last.text() == "Checkpoint at step 100 verified"


def close(shell: Shell) -> QCloseEvent:
    event = QCloseEvent()
    shell.window.closeEvent(event)
    return event


def dialog_of(shell: Shell) -> CloseDialog:
    found = shell.window.findChildren(CloseDialog)
    assert len(found) == 1
    return found[0]


def test_without_a_run_the_window_closes(shell: Shell) -> None:
    shell.show("finished", "home")
    assert close(shell).isAccepted()
    assert shell.window.findChildren(CloseDialog) == []


def test_closing_during_a_run_asks(shell: Shell) -> None:
    shell.show("running", "train")
    assert not close(shell).isAccepted()
    dialog = dialog_of(shell)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("step 150 of 240" in text for text in words)
    dialog.buttons["stay"].click()
    assert shell.window.isVisible()
    assert not {"stop_run", "leave_running"} & {name for name, _, _ in shell.intents.calls}


def test_closing_can_leave_the_run_alone(shell: Shell) -> None:
    shell.show("running", "train")
    close(shell)
    dialog_of(shell).buttons["background"].click()
    assert shell.intents.named("leave_running") == [()]
    assert not shell.window.isVisible()


@pytest.mark.parametrize(("button", "keep"), [("keep", True), ("discard", False)])
def test_closing_can_stop_first_and_then_close(shell: Shell, qtbot: QtBot, button: str, keep: bool) -> None:
    shell.show("running", "train")
    close(shell)
    dialog_of(shell).buttons[button].click()
    assert ("stop_run", (), {"keep": keep}) in shell.intents.calls
    assert shell.window.isVisible(), "the run has not ended yet"
    shell.show("finished", "train")
    qtbot.waitUntil(lambda: not shell.window.isVisible())


def test_the_language_changes_while_the_app_runs(shell: Shell) -> None:
    state = shell.show("finished", "home")
    before = shell.window.rail.buttons["home"].text()
    shell.store.set(replace(state, preferences=replace(state.preferences, language="zh_CN")))
    assert before == "Home"
    assert shell.window.rail.buttons["home"].text() == "主页"
    shell.store.set(state)
    assert shell.window.rail.buttons["home"].text() == "Home"


def test_the_theme_changes_while_the_app_runs(shell: Shell) -> None:
    state = shell.show("finished", "home")
    assert shell.window.theme.color("background").lightness() > 200
    shell.store.set(replace(state, preferences=replace(state.preferences, theme="dark")))
    assert shell.window.theme.color("background").lightness() < 60
    assert shell.window.palette().window().color() == shell.window.theme.color("background")
    shell.store.set(state)


@pytest.mark.parametrize("page", ["home", "method", "settings"])
def test_every_control_has_an_accessible_name(shell: Shell, page: str) -> None:
    shell.show("finished", page)
    widget = shell.window.page(page)  # type: ignore[arg-type]
    named = [*widget.findChildren(QPushButton), *shell.window.rail.buttons.values()]
    nameless = [button for button in named if not (button.accessibleName() or button.text())]
    assert nameless == []
    inner = {"qt_spinbox_lineedit"}
    lines = [
        line for line in widget.findChildren(QLineEdit) if line.objectName() not in inner and line.isVisible()
    ]
    assert [line for line in lines if not line.accessibleName()] == []
