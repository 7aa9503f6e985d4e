"""Search in the window: planned on the Method page, watched on the Train page, its winner taken over in one step."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot

from app.actions import search as action
from app.forms.axes import left_of, searchable, usual_axis
from app.forms.fields import field_at
from app.state.document import get_value
from app.state.search import SearchPlan
from app.views.method import MethodPage
from app.views.train import TrainPage
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import RunFinished, RunStarted, TrialChanged
from engine.contract.search import Axis, SearchWish, StartSearch
from engine.registry import schema_reply
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.search_story import FOLDER, RANK, RATE, WISH, report, trials


@pytest.fixture
def method(qtbot: QtBot) -> Any:
    return opener(MethodPage, qtbot)


@pytest.fixture
def train(qtbot: QtBot) -> Any:
    return opener(TrainPage, qtbot)


def test_the_options_that_can_be_varied_come_from_the_declarations() -> None:
    schema = schema_reply()
    recipe = schema.default_recipe
    fields = {field.path: field for field in searchable(recipe, schema)}
    assert {"optim.learning_rate", "method.rank", "method.use_dora", "optim.optimizer"} <= fields.keys()
    assert not {path for path in fields if path.split(".")[0] in ("data", "run", "model", "objective")}
    assert not {"method.target_modules", "method.kind"} & fields.keys()
    assert usual_axis(fields["optim.learning_rate"], recipe) == Axis(
        path="optim.learning_rate", low=1e-5, high=1e-3, log=True
    )
    assert usual_axis(fields["method.rank"], recipe) == Axis(path="method.rank", low=2, high=32, whole=True)
    assert usual_axis(fields["method.use_dora"], recipe).choices == (False, True)
    full = {**recipe, "method": {"kind": "full", "train_embeddings": True}}
    assert left_of((RATE, RANK), searchable(full, schema)) == (RATE,)
    assert field_at(schema.recipe_schema, "optim.learning_rate") is not None


def plan_of(shown: Shown) -> SearchPlan:
    plan = shown.intents.named("plan_search")[-1][0]
    assert isinstance(plan, SearchPlan)
    shown.show(replace(shown.state, search=replace(shown.state.search, plan=plan)))
    return plan


def test_a_search_is_planned_and_begun(method: Any) -> None:
    shown: Shown = method("planned")
    section = shown.page.search
    section.fold.button.setChecked(True)
    assert not section.start.isEnabled() and "at least one" in section.fault.text()
    section.menu.aboutToShow.emit()
    actions = {item.text(): item for item in section.menu.actions()}
    actions["Learning rate"].trigger()
    assert [axis.path for axis in plan_of(shown).axes] == ["optim.learning_rate"]
    section.menu.aboutToShow.emit()
    assert "Learning rate" not in [item.text() for item in section.menu.actions()]
    next(item for item in section.menu.actions() if item.text() == "DoRA").trigger()
    plan_of(shown)
    row = section.rows["optim.learning_rate"]
    row.high.changed.emit(row.high.value())
    row.high.set_value(5e-4)
    row.high.changed.emit(5e-4)
    assert plan_of(shown).axes[0].high == 5e-4
    section.trials.setValue(7)
    assert plan_of(shown).trials == 7
    section.pruner.setCurrentIndex(section.pruner.findData("hyperband"))
    assert plan_of(shown).pruner == "hyperband"
    assert section.start.isEnabled() and not section.fault.text()
    section.start.click()
    (wish,) = shown.intents.named("start_search")[-1]
    assert isinstance(wish, SearchWish) and (wish.trials, wish.pruner) == (7, "hyperband")
    assert {axis.path: axis.choices for axis in wish.axes}["method.use_dora"] == (False, True)
    section.rows["method.use_dora"].boxes[True].click()
    plan_of(shown)
    assert "two values" in section.fault.text() and not section.start.isEnabled()
    section.rows["method.use_dora"].remove.click()
    assert [axis.path for axis in plan_of(shown).axes] == ["optim.learning_rate"]
    assert not unnamed_controls(shown.page)


def test_what_is_missing_is_said(method: Any) -> None:
    shown: Shown = method("searching")
    section = shown.page.search
    assert section.fault.text() == "A search is in progress." and len(section.rows) == 3
    quiet = replace(shown.state, search_job=replace(shown.state.search_job, status="completed"))
    recipe = {**quiet.draft.recipe, "data": {**quiet.draft.recipe["data"], "validation": {}}}
    shown.show(replace(quiet, draft=replace(quiet.draft, recipe=recipe)))
    assert "No rows are held out" in section.fault.text()


def test_trials_are_a_table_and_the_best_can_be_used(train: Any) -> None:
    shown: Shown = train("searching")
    view = shown.page.search
    model = view.model
    cells = [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(6)] == [
        "trial", "state", "held-out loss", "Learning rate", "Rank", "time",
    ]  # fmt: skip
    assert cells[1][:5] == ["2 ★", "✓ completed", "0.840", "8.7e-4", "16"] and len(cells) == 6
    assert "Trial 2" in view.best_words.text() and view.count.text() == "5 of 8 trials"
    assert view.curves is not None and not view.resume.isVisibleTo(shown.page)
    view.use.click()
    view.table.selectRow(2)
    view.use_chosen.click()
    assert shown.intents.named("use_trial") == [(1,), (2,)]
    view.stop.click()
    assert shown.intents.named("stop_search") == [()]
    stopped = replace(shown.state, search_job=replace(shown.state.search_job, status="stopped"))
    shown.show(stopped)
    assert view.resume.isVisibleTo(shown.page) and not view.stop.isVisibleTo(shown.page)
    view.resume.click()
    view.back.click()
    assert shown.intents.named("resume_search") == [()] and shown.intents.named("open_search") == [("",)]
    assert not unnamed_controls(shown.page)


# ---------------------------------------------------------------- actions


class Job(QObject):
    """As much of an engine's job as the action sees."""

    accepted, refused, events, finished, crashed = (Signal(object) for _ in range(5))
    made: "list[Job]" = []

    def __init__(self, program: Any, command: StartSearch, **rest: Any) -> None:
        super().__init__(rest.get("parent"))
        self.command = command
        self.wishes: list[str] = []
        self.made.append(self)

    def start(self) -> None:
        self.accepted.emit("search-1")

    def control(self, wish: str) -> None:
        self.wishes.append(wish)

    def stop(self, **how: Any) -> None: ...

    def end_now(self, **how: Any) -> None: ...


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(action, "EngineJob", Job)
    Job.made.clear()
    desk = Desk(qtbot, tmp_path / "home")
    desk.import_sample()
    yield desk
    desk.do.close()


def test_a_search_from_its_beginning_to_the_winner_in_the_recipe(desk: Desk) -> None:
    desk.do.start_search(WISH)
    (job,) = Job.made
    assert job.command.wish == WISH and job.command.recipe == desk.state.draft.recipe
    assert (
        desk.state.page == "train" and desk.state.search.shown and desk.state.search_job.status == "starting"
    )
    desk.do.start_search(WISH)
    assert len(Job.made) == 1, "one at a time"
    desk.do.start_run()
    assert "A search is in progress" in desk.texts()[-1] and not desk.state.train.run_id
    job.events.emit(
        [RunStarted(kind="search", run_dir=FOLDER), *(TrialChanged(trial=trial) for trial in trials()[:2])]
    )
    assert desk.state.search.folder == FOLDER and desk.state.search_job.status == "running"
    job.events.emit([TrialChanged(trial=trials()[1].model_copy(update={"value": 0.1}))])
    assert [trial.value for trial in desk.state.search.trials][1] == 0.1 and len(
        desk.state.search.trials
    ) == 2
    desk.do.run_intent("stop_search")  # of the notice
    assert job.wishes == ["stop"] and desk.state.search_job.status == "stopping"
    job.events.emit([RunFinished(status="stopped")])
    job.finished.emit(RunFinished(status="stopped"))
    before = desk.state.draft.recipe
    desk.do.use_trial(1)
    recipe = desk.state.draft.recipe
    assert get_value(recipe, "optim.learning_rate") == 8.7e-4 and get_value(recipe, "method.rank") == 16
    assert desk.state.draft.undo == "options of trial 2"
    desk.do.undo_draft()
    assert desk.state.draft.recipe == before
    desk.do.resume_search()
    assert Job.made[1].command.folder == FOLDER and Job.made[1].command.wish is None


def test_a_trial_of_another_method_is_not_forced_on_the_recipe(desk: Desk) -> None:
    desk.store.dispatch(action.SearchesListed((report(),)))
    desk.do.open_search(FOLDER)
    assert desk.state.search.shown and desk.state.search.trials == trials()
    desk.do.choose_variant("method", "full")
    before = desk.state.draft.recipe
    desk.do.use_trial(1)
    assert desk.state.draft.recipe == before and "no option method.rank" in desk.texts()[-1]
    desk.do.open_search("")
    assert not desk.state.search.shown and desk.state.search.trials


def test_an_engine_that_dies_leaves_what_was_known(desk: Desk) -> None:
    desk.do.start_search(WISH)
    job = Job.made[0]
    job.events.emit([RunStarted(kind="search", run_dir=FOLDER), TrialChanged(trial=trials()[5])])
    error = ErrorInfo(code=ErrorCode.NOT_FOUND, message="There is no model")
    job.refused.emit(error)
    assert desk.state.search_job.error == error and desk.state.search.trials[0].state == "stopped"
    desk.do.resume_search()
    assert len(Job.made) == 2


def test_a_run_takes_the_page_back(desk: Desk) -> None:
    desk.store.dispatch(action.SearchesListed((report(),)))
    desk.do.open_search(FOLDER)
    assert desk.state.search.best is not None and desk.state.search.best.number == 1
    assert desk.state.search.done == 5 and desk.state.search.shown
    desk.do.open_run("any")
    assert desk.state.page == "train" and not desk.state.search.shown
