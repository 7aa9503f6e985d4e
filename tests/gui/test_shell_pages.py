"""Home, Method and Settings: what they show of a state, and which intents their controls send."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.models.diagnostics import summary
from app.models.redaction import redacted
from app.state.model import DraftState, JobState
from app.views.home import HomePage
from app.views.method import MethodPage
from app.views.next_step import next_step
from app.views.settings import SettingsPage
from engine.contract.errors import ErrorCode, ErrorInfo
from tests.gui.shell_fixtures import Shell, open_shell
from tests.gui.stories import plan, recipe, runs, stories


@pytest.fixture
def shell(qtbot: QtBot) -> Iterator[Shell]:
    with open_shell() as made:
        yield made


def words_of(widget: object) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]  # type: ignore[attr-defined]


def home(shell: Shell, story: str) -> HomePage:
    shell.show(story, "home")
    page = shell.window.page("home")
    assert isinstance(page, HomePage)
    return page


def method(shell: Shell, story: str) -> MethodPage:
    shell.show(story, "method")
    page = shell.window.page("method")
    assert isinstance(page, MethodPage)
    return page


# ------------------------------------------------------------ home


def test_an_empty_home_offers_three_verbs(shell: Shell) -> None:
    page = home(shell, "empty")
    assert page.welcome.isVisible()
    assert not page.begin.isVisible()
    assert page.grid.widgets() == []
    QTest.mouseClick(page.verbs[1], Qt.MouseButton.LeftButton)
    assert shell.intents.named("use_sample") == [()]


def test_runs_are_cards_that_act(shell: Shell) -> None:
    page = home(shell, "finished")
    assert len(page.grid.widgets()) == 4
    card = page._cards["r6"]
    assert card.figures.text() == "step 1,200 of 3,420 · loss 0.948 · eval 0.969"
    assert card.made_of.full_text() == "LoRA · SmolLM2-135M-Instruct · nurse_chat · 4,747 rows"
    assert card.status.text() == "‖ Paused"
    card.resume_button.click()
    card.open_button.click()
    assert shell.intents.named("resume_run") == [("r6",)]
    assert shell.intents.named("open_run") == [("r6",)]
    assert not page._cards["r7"].resume_button.isVisible(), "a completed run has nothing to resume"
    assert not page._cards["r5"].resume_button.isVisible(), "no checkpoint, nothing to resume"


def test_a_run_is_renamed_in_place(shell: Shell, qtbot: QtBot) -> None:
    card = home(shell, "finished")._cards["r6"]
    card._edit_name(True)
    card.name_edit.selectAll()
    qtbot.keyClicks(card.name_edit, "Nurses")
    qtbot.keyClick(card.name_edit, Qt.Key.Key_Return)
    assert shell.intents.named("rename_run") == [("r6", "Nurses")]
    card._edit_name(True)
    qtbot.keyClicks(card.name_edit, "never")
    qtbot.keyClick(card.name_edit, Qt.Key.Key_Escape)
    assert len(shell.intents.named("rename_run")) == 1


def test_two_ticked_runs_can_be_compared(shell: Shell) -> None:
    page = home(shell, "finished")
    assert not page.compare.isVisible()
    page._cards["r6"].box.click()
    page._cards["r4"].box.click()
    assert page.compare.text() == "Compare 2 runs"
    page.compare.click()
    assert shell.intents.named("compare_runs") == [(["r6", "r4"],)]


def test_a_run_that_is_deleted_elsewhere_loses_its_tick(shell: Shell) -> None:
    page = home(shell, "finished")
    page._cards["r6"].box.click()
    page._cards["r4"].box.click()
    shell.store.set(replace(shell.store.state, runs=tuple(run for run in runs() if run.id != "r4")))
    assert len(page.grid.widgets()) == 3
    assert not page.compare.isVisible()


def test_a_crash_leaves_a_banner_with_three_ways_on(shell: Shell) -> None:
    page = home(shell, "crashed")
    assert page.crash.text.text() == (
        "Workshop assistant stopped unexpectedly at step 150. Its last checkpoint is at step 100."
    )
    for button in (page.crash.resume, page.crash.keep, page.crash.discard):
        button.click()
    assert [shell.intents.named(name) for name in ("resume_run", "keep_run", "delete_run")] == [[("r7",)]] * 3
    shell.show("finished", "home")
    assert not page.crash.isVisible()


# ------------------------------------------------------------ method


@pytest.mark.parametrize(
    ("story", "act", "text"),
    [
        ("starting", "wait", "The engine is starting…"),
        ("empty", "data", "Choose a dataset"),
        ("planned", "start", "Start training: 17 to 23 min, 2.1 GB"),
        ("faulty", "fault", "Mend one option"),
        ("running", "running", "Show the running training"),
    ],
)
def test_the_primary_button_says_what_it_does_or_what_is_missing(
    shell: Shell, story: str, act: str, text: str
) -> None:
    page = method(shell, story)
    step = next_step(shell.store.state)
    assert (step.act, step.text) == (act, text)
    assert page.start.text() == text
    assert page.start.isEnabled() == (act != "wait")


def test_the_primary_button_acts(shell: Shell) -> None:
    method(shell, "empty").start.click()
    method(shell, "planned").start.click()
    assert shell.intents.named("show_page") == [("data",)]
    assert shell.intents.named("start_run") == [()]


def test_a_plan_that_does_not_fit_says_so(shell: Shell) -> None:
    page = method(shell, "planned")
    tight = replace(shell.store.state, draft=DraftState(recipe=recipe(), plan=plan(fits=False)))
    shell.store.set(tight)
    assert page.start.text() == "Start anyway: needs 2.1 GB of 1.5 GB"
    assert page.plan.fit.text() == "✕ does not fit"


def test_the_plan_is_shown_part_by_part(shell: Shell) -> None:
    shown = words_of(method(shell, "planned").plan)
    for words in (
        "2.1 GB",
        "Weights",
        "540 MB",
        "Activations",
        "810 MB",
        "3,420",
        "17 to 23 min",
        "2.4 M (1.8%)",
    ):
        assert words in shown


def test_a_plan_that_failed_shows_why(shell: Shell) -> None:
    page = method(shell, "planned")
    error = ErrorInfo(code=ErrorCode.NOT_FOUND, message="There is no model at /x", hint="Choose another.")
    shell.store.set(replace(shell.store.state, draft=DraftState(recipe=recipe(), plan_error=error)))
    assert page.plan.error.isVisible()
    assert page.plan.error.message.text() == "There is no model at /x"


def test_choosing_a_variant_and_an_option_sends_intents(shell: Shell) -> None:
    page = method(shell, "planned")
    card = page.cards["method"]
    QTest.mouseClick(card.choices["full"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(card.choices["lora"], Qt.MouseButton.LeftButton)
    assert shell.intents.named("choose_variant") == [("method", "full")], "the chosen one is not chosen again"
    assert card.form is not None
    QTest.keyClick(card.form.rows["method.rank"].editor, Qt.Key.Key_Up)
    assert shell.intents.named("set_option") == [("method.rank", 9)]


def test_another_variant_brings_its_own_options(shell: Shell) -> None:
    page = method(shell, "planned")
    document = recipe()
    document["method"] = {"kind": "full", "train_embeddings": True}
    shell.store.set(replace(shell.store.state, draft=DraftState(recipe=document)))
    card = page.cards["method"]
    assert card.form is not None
    assert set(card.form.rows) == {"method.train_embeddings"}
    assert card.choices["full"].property("selected") is True
    assert card.choices["lora"].property("selected") is False


def test_a_fault_is_shown_beside_its_field_and_focused(shell: Shell, qtbot: QtBot) -> None:
    page = method(shell, "faulty")
    form = page.cards["method"].form
    assert form is not None
    assert form.rows["method.rank"].error.text() == "⚠ must be at least 1"
    shell.window.activateWindow()
    page.start.click()
    qtbot.waitUntil(lambda: form.rows["method.rank"].editor.hasFocus())


def test_the_installation_of_the_starter_model_is_watched(shell: Shell) -> None:
    page = method(shell, "planned")
    assert not page.starter_card.isVisible()
    job = JobState(
        "s1", "starter", "running", progress_done=30 * 2**20, progress_total=90 * 2**20, progress_unit="bytes"
    )
    shell.store.set(replace(shell.store.state, starter_job=job))
    assert page.starter_card.isVisible()
    assert page.starter.how_much.text() == "30.0 MB of 90.0 MB"


# ------------------------------------------------------------ settings


def test_settings_send_intents(shell: Shell) -> None:
    shell.show("planned", "settings")
    page = shell.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.appearance.theme.button("dark").click()
    page.appearance.language.button("zh_CN").click()
    page.places.paths["runs"].copy_button.click()
    page.places.paths["data"].reveal_button.click()
    assert shell.intents.named("set_theme") == [("dark",)]
    assert shell.intents.named("set_language") == [("zh_CN",)]
    assert shell.intents.named("copy_text") == [("/home/mara/.local/share/Luthier/runs",)]
    assert shell.intents.named("reveal") == [("/home/mara/.local/share/Luthier",)]
    assert page.appearance.theme.value() == "dark"


def test_settings_show_models_and_checks(shell: Shell) -> None:
    shell.show("planned", "settings")
    shown = words_of(shell.window.page("settings"))
    for words in (
        "Qwen2.5-7B-Instruct",
        "Hugging Face cache",
        "chat only",
        "Training libraries",
        "26.0 GB free of 32.0 GB",
    ):
        assert words in shown


def test_refresh_asks_the_doctor(shell: Shell) -> None:
    shell.show("planned", "settings")
    page = shell.window.page("settings")
    button = next(item for item in page.findChildren(QPushButton) if item.text() == "Refresh")
    button.click()
    assert shell.intents.named("refresh_doctor") == [()]


def test_diagnostics_do_not_name_the_user() -> None:
    text = redacted(summary(stories()["crashed"]), "/home/mara")
    assert "mara" not in text
    assert "~/.local/share/Luthier" in text
    assert "torch 2.9.1" in text
    assert "engine_died" in text
    assert "step 149 loss 0.71" in text


def test_redaction_knows_both_slashes() -> None:
    assert redacted(r"C:\Users\mara\x and C:/Users/mara/y", r"C:\Users\mara") == r"~\x and ~/y"
