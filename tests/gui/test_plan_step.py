"""One real step from the window: measured by a real engine, cancelled, refused, and shown beside what was counted."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.client.process import default_program
from app.state.model import AppState, JobState, PhaseMark
from app.views.method import MethodPage
from engine.contract.errors import ErrorCode, ErrorInfo
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.plan_story import CHANGES, measured, too_large
from tests.gui.stories import stories
from tests.integration.conftest import tiny_model as tiny_model

ACTIVE = JobState(kind="plan.try", status="running", phases=(PhaseMark("try", 1.0),), progress_name="try",
                  progress_done=1, progress_total=2, progress_unit="steps")  # fmt: skip


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(MethodPage, qtbot)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> Iterator[Desk]:
    """A desk with a real engine, a tiny model and rows that differ in length."""
    home = tmp_path / "home"
    monkeypatch.setenv("LUTHIER_HOME", str(home))
    made = Desk(qtbot, home, program=default_program())
    rows = tmp_path / "rows.jsonl"
    lines = [{"instruction": f"Say {n}", "output": "word " * (1 + 9 * (n == 3))} for n in range(6)]
    rows.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    made.wait(lambda state: state.engine.schema)
    made.do.set_option("model.path", str(tiny_model))
    made.do.set_option("optim.per_device_train_batch_size", 2)
    made.do.import_files([str(rows)])
    made.wait(lambda state: state.draft.plan and not state.draft.planning and state.draft.plan.train_rows)
    yield made
    made.do.close()


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_real_step_corrects_the_plan_and_leaves_no_run(desk: Desk, open_page: Callable[..., Shown]) -> None:
    shown = open_page(desk.state)
    step = shown.page.plan.step
    assert step.button.isEnabled() and not step.measured.isVisible()
    click(step.button)
    assert shown.intents.named("try_step") == [()]
    desk.do.try_step()
    seen: set[str] = set()
    desk.store.changed.connect(lambda state: seen.update(phase.name for phase in state.try_job.phases))
    desk.wait(lambda state: not state.try_job.active)
    assert desk.state.try_job.status == "completed", desk.state.try_job
    desk.wait(lambda state: state.draft.plan and state.draft.plan.tried)
    plan = desk.state.draft.plan
    assert plan is not None and desk.state.try_job.status == "completed" and {"load", "try"} <= seen
    assert plan.memory_bytes == desk.state.try_job.result["measured_bytes"] != plan.predicted_bytes
    shown.show(desk.state)
    assert step.measured.isVisible() and step.counted.isVisible() and not step.error.isVisible()
    assert not list((desk.home / "runs").glob("*")) and not desk.state.runs
    desk.do.set_option("method.rank", 3)
    desk.wait(lambda state: not state.draft.planning and state.draft.plan is not plan)
    assert desk.state.draft.plan is not None and not desk.state.draft.plan.tried


def test_a_step_that_is_cancelled_leaves_the_plan_as_it_was(desk: Desk) -> None:
    before = desk.state.draft.plan
    desk.do.try_step()
    desk.do.cancel_try()
    desk.wait(lambda state: not state.try_job.active)
    assert desk.state.try_job.status == "stopped" and desk.state.try_job.error is None
    assert desk.state.draft.plan is before and not (desk.home / "tried_steps.json").exists()
    assert not list((desk.home / "runs").glob("*"))


def test_progress_has_a_number_and_can_be_cancelled(open_page: Callable[..., Shown]) -> None:
    shown = open_page(replace(stories()["planned"], try_job=ACTIVE))
    step = shown.page.plan.step
    assert step.progress.isVisible() and not step.button.isVisible()
    assert "1" in step.progress.how_much.text() and unnamed_controls(shown.page.plan) == []
    click(step.progress.cancel)
    assert shown.intents.named("cancel_try") == [()]
    shown.show(replace(shown.state, try_job=replace(ACTIVE, status="stopping")))
    assert not step.progress.cancel.isEnabled()


def refused(state: AppState) -> AppState:
    error = ErrorInfo(code=ErrorCode.OUT_OF_MEMORY, message="Too much.", details={"needed_bytes": 9})
    job = JobState(kind="plan.try", status="failed", error=error)
    return replace(state, try_job=job, try_recipe=state.draft.recipe)


def test_a_refusal_can_be_overruled_and_goes_with_the_recipe_it_was_about(
    open_page: Callable[..., Shown],
) -> None:
    state = refused(stories()["planned"])
    shown = open_page(state)
    step = shown.page.plan.step
    assert step.error.isVisible() and step.anyway.isVisible()
    click(step.anyway)
    assert [how for name, _, how in shown.intents.calls if name == "try_step"] == [{"anyway": True}]
    other = {**state.draft.recipe, "name": "another"}
    shown.show(replace(state, draft=replace(state.draft, recipe=other)))
    assert not step.error.isVisible()


def test_the_button_says_why_it_cannot_be_pressed(open_page: Callable[..., Shown]) -> None:
    state = stories()["planned"]
    shown = open_page(state)
    step = shown.page.plan.step
    assert step.button.isEnabled() and not step.note.isVisible()
    shown.show(replace(state, draft=replace(state.draft, recipe={**state.draft.recipe, "data": {}})))
    assert not step.button.isEnabled() and "dataset" in step.note.text()
    shown.show(replace(stories()["running"], page="method"))
    assert not step.button.isEnabled() and "run is in progress" in step.note.text()


def test_both_figures_stand_beside_each_other(open_page: Callable[..., Shown]) -> None:
    state = measured(stories()["planned"])
    step = open_page(state).page.plan.step
    assert state.draft.plan is not None
    assert "+" in step.measured.value.text() and step.counted.value.text() != step.measured.value.text()


def test_what_takes_less_is_counted_when_somebody_wants_to_know(open_page: Callable[..., Shown]) -> None:
    state = stories()["planned"]
    shown = open_page(state)
    panel = shown.page.plan
    assert panel.smaller.isVisible() and not panel.changes.isVisible()
    click(panel.smaller.fold.button)
    assert shown.intents.named("plan_for_changes") == [(True,)]
    assert panel.smaller.changes.note.isVisible() and "Looking" in panel.smaller.changes.note.text()
    assert state.draft.plan is not None
    plan = state.draft.plan.model_copy(update={"changes": CHANGES, "asked_changes": True})
    shown.show(replace(state, draft=replace(state.draft, plan=plan)))
    rows = panel.smaller.changes.rows
    assert [row.change for row in rows] == list(CHANGES) and not panel.smaller.changes.note.isVisible()
    click(rows[0].apply)
    assert shown.intents.named("apply_change") == [(CHANGES[0].options,)]
    shown.show(too_large(state))
    assert panel.changes.isVisible() and not panel.smaller.isVisible()


def test_asked_for_changes_come_behind_the_figures(desk: Desk) -> None:
    plans = []
    desk.store.changed.connect(lambda state: plans.append(state.draft.plan))
    desk.do.plan_for_changes(True)
    desk.wait(lambda state: state.draft.plan and state.draft.plan.asked_changes)
    plan = desk.state.draft.plan
    assert plan is not None and plan.fits
    desk.do.set_option("method.rank", 5)
    desk.wait(
        lambda state: state.draft.plan is not plan and state.draft.plan and state.draft.plan.asked_changes
    )
    between = [item for item in plans if item is not None and not item.asked_changes]
    assert between and between[-1].memory_bytes == plans[-1].memory_bytes
    desk.do.apply_change(CHANGES[1].options)
    assert desk.state.draft.undo == "change that the plan proposes"
