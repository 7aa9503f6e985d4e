"""The first run with real widgets: its keys, its choices, the check with its buttons, found models, and the ways out."""

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.state.base_models import ModelsState
from app.state.model import AppState, JobState
from app.state.welcome import STEPS, WelcomeState
from app.views.first_run import FirstRun
from engine.contract.places import PlaceReport, PlaceReports
from engine.contract.results import Check
from tests.gui.page_fixtures import Shown, show_page, unnamed_controls
from tests.gui.shell_fixtures import Shell, open_shell
from tests.gui.stories import Recorder, SnapshotStore, stories
from tests.gui.welcome_story import welcome_stories

GB = 2**30


@functools.cache
def shelf() -> AppState:
    """Made once: the whole story takes a second."""
    return stories()["shelf"]


@pytest.fixture
def shown(qtbot: QtBot, luthier_home: Path) -> Any:
    """Opens the first run in a state of the story, without the window around it."""

    def first_run(store: SnapshotStore, intents: Recorder, theme: object) -> FirstRun:
        return FirstRun(store, intents)  # type: ignore[arg-type]

    def opened(story: str) -> Shown:
        state = welcome_stories(shelf())[story]
        one = show_page(first_run, qtbot.addWidget, state, size=(1024, 660))
        one.page.activateWindow()
        assert QTest.qWaitForWindowActive(one.page, 20_000)
        return one

    return opened


@pytest.fixture
def shell(qtbot: QtBot, luthier_home: Path) -> Iterator[Shell]:
    with open_shell("welcome_look") as opened:
        yield opened


def step_of(one: Shown) -> Any:
    return one.page.step(one.state.welcome.step)


def press(one: Shown, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(one.page.focusWidget() or one.page, key, modifier)


def test_it_stands_over_the_pages_and_leaves_with_them(shell: Shell) -> None:
    assert isinstance(shell.window.stack.currentWidget(), FirstRun)
    assert not shell.window.rail.isVisible() and "Welcome" in shell.window.windowTitle()
    shell.store.set(replace(shell.store.state, welcome=WelcomeState()))
    assert shell.window.stack.currentWidget() is shell.window.page("home") and shell.window.rail.isVisible()


def test_the_palette_shows_it_again(shell: Shell) -> None:
    shell.show("planned", "home")
    again = next(item for item in shell.window.commands() if item.title == "Show the welcome again")
    again.run()
    assert shell.intents.named("show_welcome") == [("look",)]


def test_settings_show_it_again(shell: Shell) -> None:
    shell.show("planned", "settings")
    page = shell.window.page("settings")
    names = ("Show the welcome again", "Choose folders…")
    for button in page.findChildren(QAbstractButton):
        if button.text() in names:
            button.click()
    assert sorted(shell.intents.named("show_welcome")) == [("look",), ("places",)]


@pytest.mark.parametrize("step", STEPS)
def test_every_control_has_a_name(shown: Any, step: str) -> None:
    one = shown(f"welcome_{step}")
    assert unnamed_controls(one.page) == []
    assert one.page.skip.accessibleName() == "Skip" and one.page.next.accessibleName() == "Next"


def test_the_keys(shown: Any) -> None:
    one = shown("welcome_places")
    press(one, Qt.Key.Key_Return)
    press(one, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    press(one, Qt.Key.Key_Escape)
    assert one.intents.calls == [
        ("show_welcome", ("checks",), {}), ("show_welcome", ("look",), {}), ("end_welcome", (), {})
    ]  # fmt: skip


def test_enter_presses_the_button_in_focus(shown: Any) -> None:
    one = shown("welcome_checks")
    one.page.back_button.setFocus()
    press(one, Qt.Key.Key_Return)
    assert one.intents.named("show_welcome") == [("places",)]


def test_language_and_theme_count_at_once(shown: Any) -> None:
    one = shown("welcome_look")
    step = step_of(one)
    step.language.button("zh_CN").click()
    step.theme.button("dark").click()
    assert one.intents.named("set_language") == [("zh_CN",)] and one.intents.named("set_theme") == [("dark",)]


def test_a_folder_counts_after_it_was_looked_at(shown: Any, tmp_path: Path, qtbot: QtBot) -> None:
    one = shown("welcome_places")
    step, wanted = step_of(one), str(tmp_path / "big disk")
    step.models.field.setText(wanted)
    runs = step.runs.path()
    assert not one.page.next.isEnabled(), "nothing is known of this folder yet"
    qtbot.waitUntil(lambda: one.intents.named("look_at_places") == [(wanted, runs)], timeout=20_000)
    good = PlaceReport(path=wanted, exists=False, free_bytes=3 * GB)
    other = good.model_copy(update={"path": runs, "exists": True})

    def told(report: PlaceReport) -> None:
        welcome = replace(one.state.welcome, places=PlaceReports(models=report, runs=other))
        one.show(replace(one.state, welcome=welcome))

    told(good.model_copy(update={"problem": "Read-only file system", "fix": "Choose another."}))
    assert not one.page.next.isEnabled() and "Read-only file system" in step.models.said.text()
    press(one, Qt.Key.Key_Return)
    assert one.intents.named("choose_places") == []
    told(good)
    assert one.page.next.isEnabled() and "3.0 GB free; it will be made" in step.models.said.text()
    one.page.next.click()
    assert one.intents.named("choose_places") == [(wanted, runs)]
    assert one.intents.named("show_welcome") == [("checks",)]


def test_unchanged_folders_are_not_chosen_again(shown: Any) -> None:
    one = shown("welcome_barred")
    one.page.next.click()
    assert one.intents.named("choose_places") == [] and one.intents.named("show_welcome") == [("checks",)]


def with_checks(state: AppState, *checks: Check) -> AppState:
    assert state.engine.doctor is not None
    doctor = state.engine.doctor.model_copy(update={"checks": checks})
    return replace(state, engine=replace(state.engine, doctor=doctor))


def test_rows_that_are_not_green_mend_themselves(shown: Any) -> None:
    one = shown("welcome_checks")
    starter = Check(name="Starter model", state="warning", detail="not installed", fix="Press Install.", remedy="install_starter")  # fmt: skip
    disk = Check(name="Disk", state="warning", detail="1.0 GB", fix="Choose another.", remedy="choose_places")
    fine = Check(name="Memory", state="ok", detail="26 GB free")
    one.show(with_checks(one.state, starter, disk, fine))
    rows = step_of(one).check_rows()
    assert [row.button is not None for row in rows] == [True, True, False]
    for row in rows[:2]:
        row.button.click()
    assert one.intents.named("install_starter") == [()] and one.intents.named("show_welcome") == [("places",)]
    assert rows[0].accessibleName() == "Starter model: needs a look. not installed"
    one.show(replace(one.state, starter_job=JobState(status="running")))
    assert not rows[0].button.isEnabled()


def test_an_engine_that_does_not_run_is_a_row_with_a_way_out(shown: Any) -> None:
    one = shown("welcome_checks")
    one.show(replace(one.state, engine=replace(one.state.engine, status="failed", detail="It ended with 7.")))
    (row,) = step_of(one).check_rows()
    assert row.check.state == "failed" and "It ended with 7." in row.check.detail and row.check.fix


def test_found_models_are_listed_with_their_fit(shown: Any) -> None:
    one = shown("welcome_models")
    step = step_of(one)
    assert [row.model.path for row in step.rows.values()] == [model.path for model in one.state.engine.models]
    badges = [row.badges.count() for row in step.rows.values()]
    assert badges.count(3) == len(one.state.models.fits) and badges.count(1) == 1, "one is still weighed"
    none = replace(one.state, engine=replace(one.state.engine, models=()), models=ModelsState(scanned=True))
    one.show(none)
    assert step.nothing.isVisible() and step.rows == {}


def test_the_ways_out(shown: Any) -> None:
    one = shown("welcome_start")
    step = step_of(one)
    assert not one.page.next.isVisible() and step.sample.accessibleName() == "Try the sample"
    press(one, Qt.Key.Key_Return)
    assert one.intents.named("tour_sample") == [()], "the sample has the focus"
    step.own.click()
    assert one.intents.calls[-2:] == [("end_welcome", (), {}), ("show_page", ("data",), {})]


@pytest.mark.parametrize("story", [*(f"welcome_{step}" for step in STEPS), "welcome_barred"])
def test_nothing_is_cut_off_in_a_small_window(shown: Any, story: str) -> None:
    one = shown(story)
    for button in one.page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width() - 1, button.text()
