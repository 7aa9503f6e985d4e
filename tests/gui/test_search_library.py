"""Trials of a search in the library of runs: found, grouped under their search, compared, opened and thrown away."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.state.library import run_id, scan, search_of
from app.state.model import RunSummary
from app.state.summary import by_search, by_themselves
from app.views.home import HomePage
from app.views.train import TrainPage
from engine.contract.messages import Metrics, RunFinished, RunStarted
from engine.server.journal import JOURNAL, Journal
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.search_story import FOLDER, report, trials


@pytest.fixture
def home(qtbot: QtBot) -> Any:
    return opener(HomePage, qtbot)


@pytest.fixture
def train(qtbot: QtBot) -> Any:
    return opener(TrainPage, qtbot)


def write_trial(search: Path, number: int, *, ended: bool = True) -> Path:
    """A trial as the engine leaves it."""
    search.mkdir(parents=True, exist_ok=True)
    (search / "search.json").write_text("{}")
    place = search / "trials" / f"trial-{number:03}"
    place.mkdir(parents=True)
    recipe = {"name": f"{search.name} #{number + 1}", "method": {"kind": "lora"}}
    (place / "recipe.yaml").write_text(json.dumps(recipe))
    journal = Journal(place / JOURNAL)
    journal.append(RunStarted(kind="train", run_dir=str(place), seq=1))
    series: dict[str, Any] = {"train/loss": [3.0, 2.0], "eval/loss": [2.5, 1.5 + number]}
    journal.append(Metrics(step=[1, 2], **series, seq=2))
    if ended:
        journal.append(RunFinished(status="completed", seq=3))
    journal.close()
    return place


def summaries() -> tuple[RunSummary, ...]:
    """The trials of the story as the library has them."""
    return tuple(
        RunSummary(
            id=f"s~trial-{trial.number:03}", name=f"workshop #{trial.number + 1}", dir=trial.run_dir,
            status="completed" if trial.state == "completed" else "stopped", created=1000.0 + trial.number,
            spark=(3.0, 2.0), eval_loss=trial.value, checkpoint_step=20, disk_bytes=1000, search=FOLDER,
        )
        for trial in trials()
    )  # fmt: skip


def test_a_trial_is_a_run_with_a_name_of_its_own(tmp_path: Path) -> None:
    """Trials of two searches have the same folder names; one without an end waits and has not crashed."""
    places = [write_trial(tmp_path / name, 0, ended=name == "a") for name in ("a", "b")]
    plain = tmp_path / "runs" / "trial-000"
    plain.mkdir(parents=True)
    assert search_of(plain) == "" and run_id(plain) == "trial-000"
    first, second = scan(places, {})
    assert (first.id, second.id) == ("a~trial-000", "b~trial-000")
    assert first.search == str(tmp_path / "a") and first.name == "a #1" and first.eval_loss == 1.5
    assert (first.status, second.status) == ("completed", "stopped") and first.spark == (3.0, 2.0)
    assert by_themselves((first, second)) == () and list(by_search((second, first))) == [
        str(tmp_path / "b"),
        str(tmp_path / "a"),
    ]


def test_trials_stand_under_their_search(home: Any) -> None:
    shown: Shown = home("finished")
    alone = shown.state.runs
    state = replace(
        shown.state,
        runs=(*summaries(), *alone),
        search=replace(shown.state.search, kept=(report(),)),
    )
    shown.show(state)
    (group,) = shown.page.searches.values()
    assert len(shown.page.grid.widgets()) == len(alone) and len(group.grid.widgets()) == 6
    assert "6 trials" in group.figures.text() and "0.840" in group.figures.text()
    assert not group.fold.content.isVisible()
    group.fold.button.setChecked(True)
    cards = group.grid.widgets()
    assert [card.run.name for card in cards] == [f"workshop #{number}" for number in range(1, 7)]
    assert all(card.resume_button.isHidden() for card in cards), "a trial goes on with its search"
    for card in cards[:2]:
        card.box.setChecked(True)
    assert shown.page.compare.isVisible()
    shown.page.compare.click()
    assert shown.intents.named("compare_runs") == [(["s~trial-000", "s~trial-001"],)]
    group.show_button.click()
    group.menu.actions()[-1].trigger()
    assert shown.intents.named("open_search") == [(FOLDER,)]
    assert shown.intents.named("delete_search") == [(FOLDER,)]
    assert not unnamed_controls(shown.page)
    shown.show(replace(state, runs=alone))
    assert not shown.page.searches and len(shown.page.grid.widgets()) == len(alone)


def test_a_trial_is_opened_from_the_table_and_offered_under_its_search(train: Any) -> None:
    shown: Shown = train("searching")
    shown.show(replace(shown.state, runs=(*summaries(), *shown.state.runs)))
    view = shown.page.search
    assert not view.open_chosen.isEnabled()
    view.table.selectRow(1)
    assert view.open_chosen.isEnabled()
    view.open_chosen.click()
    assert shown.intents.named("open_run") == [(trials()[1].run_dir,)]


def test_the_overlay_offers_trials_under_their_search(train: Any) -> None:
    shown: Shown = train("finished")
    shown.show(replace(shown.state, runs=(*summaries(), *shown.state.runs)))
    large = shown.page.charts.large
    large.compare_menu.aboutToShow.emit()
    menus = [action.menu() for action in large.compare_menu.actions() if action.menu() is not None]
    assert [menu.title() for menu in menus] == ["Search 20261124-190000-workshop"]
    assert [action.text() for action in menus[0].actions()] == [f"workshop #{n}" for n in range(1, 7)]
    menus[0].actions()[1].trigger()
    assert shown.intents.named("compare_runs") == [(["s~trial-001"],)]


def test_found_at_the_start_compared_and_thrown_away_with_undo(qtbot: QtBot, tmp_path: Path) -> None:
    search = tmp_path / "home" / "searches" / "20261124-workshop"
    first, second = write_trial(search, 0), write_trial(search, 1)
    desk = Desk(qtbot, tmp_path / "home")
    desk.wait(lambda s: len(s.runs) == 2)
    assert {run.search for run in desk.state.runs} == {str(search)}
    desk.do.compare_runs([run.id for run in desk.state.runs])
    desk.wait(lambda s: len(s.train.compare) == 2)
    assert sorted(name for name, _ in desk.state.train.compare) == [
        "20261124-workshop #1",
        "20261124-workshop #2",
    ]
    desk.do.open_run(str(second))
    desk.wait(lambda s: s.train.run_id)
    assert desk.state.train.name == "20261124-workshop #2" and desk.state.page == "train"
    desk.do.delete_run("20261124-workshop~trial-000")
    assert not first.exists() and len(desk.state.runs) == 1
    desk.do.delete_search(str(search))
    assert not search.exists() and not desk.state.runs
    desk.do.run_intent("undo_search:20261124-workshop")
    assert second.is_dir() and [run.dir for run in desk.state.runs] == [str(second)]
    desk.do.close()
