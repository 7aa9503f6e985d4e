"""The draft from the first drop to the plan."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.client.engine_client import Reply
from engine.contract.messages import CheckRecipe
from engine.contract.results import RecipeCheck
from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


def test_a_dropped_file_is_inspected_counted_and_planned(sit_down: SitDown) -> None:
    desk = sit_down()
    path = desk.import_sample()
    assert desk.state.page == "data"
    assert desk.state.data.inspection.files[0].path == str(path)
    assert desk.state.data.preview.total == 10 and desk.state.data.busy == frozenset()
    assert desk.state.draft.recipe["method"]["kind"] == "lora", "the engine's defaults complete the draft"
    assert desk.state.draft.errors == ()


def test_the_same_file_is_added_once(sit_down: SitDown) -> None:
    desk = sit_down()
    path = desk.import_sample()
    desk.do.import_files([str(path), str(path)])
    assert len(desk.state.draft.recipe["data"]["sources"]) == 1
    desk.do.import_files([str(desk.home / "missing.json")])
    assert "missing.json" in desk.texts()[-1]


def test_faults_stand_beside_the_option_and_go_again(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_option("optim.learning_rate", "quick")
    desk.wait(lambda s: s.draft.errors)
    assert desk.state.draft.errors[0].path == "optim.learning_rate" and desk.state.draft.plan is None
    desk.do.undo_draft()
    desk.wait(lambda s: s.draft.plan and not s.draft.errors)
    assert desk.state.draft.recipe["optim"]["learning_rate"] == 1e-4
    desk.do.redo_draft()
    desk.wait(lambda s: s.draft.errors)


def test_only_the_newest_change_is_asked(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    for rank in range(1, 60):
        desk.do.set_option("method.rank", rank)
    desk.wait(lambda s: s.draft.plan and not s.draft.planning and s.draft.recipe["method"]["rank"] == 59)
    desk.do.undo_draft()
    assert desk.state.draft.recipe["method"]["rank"] == 8, "typing in one field is one step"


def test_an_answer_that_was_overtaken_changes_nothing(
    sit_down: SitDown, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit_down()
    desk.import_sample()
    held: list[tuple[CheckRecipe, Reply[RecipeCheck]]] = []
    ask = desk.quick.ask

    def slow(command: Any, result: Any, **more: Any) -> Any:
        if not isinstance(command, CheckRecipe):
            return ask(command, result, **more)
        held.append((command, Reply()))
        return held[-1][1]

    monkeypatch.setattr(desk.quick, "ask", slow)
    desk.do.set_option("method.rank", 5)
    desk.wait(lambda s: held)
    desk.do.set_option("method.rank", 6)  # typed while the engine was checking the five
    command, reply = held.pop()
    reply.settle(RecipeCheck(errors=(), recipe=dict(command.recipe)))
    assert desk.state.draft.recipe["method"]["rank"] == 6
    desk.wait(lambda s: held)
    assert held[0][0].recipe["method"]["rank"] == 6


def test_a_variant_comes_back_as_it_was_left(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_option("method.rank", 64)
    desk.do.choose_variant("method", "full")
    assert (
        desk.state.draft.recipe["method"]["kind"] == "full"
        and "rank" not in desk.state.draft.recipe["method"]
    )
    desk.do.choose_variant("method", "lora")
    assert desk.state.draft.recipe["method"]["rank"] == 64


def test_sources_can_be_mapped_and_removed(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_source_format(0, "alpaca")
    desk.do.map_column(0, "instruction", "question")
    assert desk.state.draft.recipe["data"]["sources"][0]["columns"] == {"instruction": "question"}
    desk.do.map_column(0, "instruction", "")
    assert desk.state.draft.recipe["data"]["sources"][0]["columns"] == {}
    desk.do.remove_source(5)
    desk.do.remove_source(0)
    desk.wait(lambda s: s.data.inspection is None)
    desk.do.undo_draft()
    desk.wait(lambda s: s.data.inspection is not None)


def test_rows_are_shown_from_where_one_asks(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.show_rows(6)
    desk.wait(lambda s: s.data.preview_offset == 6 and s.data.preview.rows[0].index == 6)


def test_the_draft_is_there_next_time(sit_down: SitDown, tmp_path: Path) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_option("method.rank", 17)
    desk.do.close()
    again = sit_down(home=desk.home)
    again.wait(lambda s: s.draft.plan and s.data.inspection)
    assert again.state.draft.recipe["method"]["rank"] == 17


def test_a_draft_of_another_version_loses_only_what_nobody_knows(sit_down: SitDown, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "draft.json").write_text(
        json.dumps({"optim": {"learning_rate": 0.5, "gone": 1}, "method": {"kind": "full"}})
    )
    desk = sit_down(home=home)
    desk.wait(lambda s: s.draft.plan)
    assert desk.state.draft.errors == ()
    assert desk.state.draft.recipe["optim"]["learning_rate"] == 0.5
    assert desk.state.draft.recipe["method"]["kind"] == "full"


def test_a_recipe_is_saved_and_opened(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.do.set_option("method.rank", 21)
    desk.wait(lambda s: s.draft.plan and s.draft.recipe["method"]["rank"] == 21)
    path = desk.home / "r.yaml"
    desk.do.save_recipe(str(path))
    desk.do.set_option("method.rank", 3)
    desk.do.import_files([str(path)])
    desk.wait(lambda s: s.draft.recipe["method"]["rank"] == 21)
    (desk.home / "bad.yaml").write_text("a: [")
    desk.do.open_recipe(str(desk.home / "bad.yaml"))
    assert "bad.yaml" in desk.texts()[-1]


def test_when_the_quick_engine_dies_it_is_started_and_asked_again(sit_down: SitDown) -> None:
    import psutil

    desk = sit_down()
    desk.import_sample()
    first = desk.quick.pid
    psutil.Process(first).kill()
    desk.wait(lambda s: s.engine.status == "starting")
    desk.wait(lambda s: s.engine.status == "ready" and desk.quick.pid not in (0, first))
    desk.do.set_option("method.rank", 5)
    desk.wait(lambda s: s.draft.plan and not s.draft.planning and s.draft.recipe["method"]["rank"] == 5)


def test_an_engine_that_always_dies_is_not_started_for_ever(sit_down: SitDown) -> None:
    desk = sit_down("dies:hello")
    desk.wait(lambda s: s.engine.status == "failed")
    assert "code 7" in desk.state.engine.detail


def test_the_sample_project_fetches_the_starter_when_it_is_missing(sit_down: SitDown) -> None:
    desk = sit_down("no_starter")
    desk.wait(lambda s: s.engine.doctor)
    desk.do.use_sample()
    assert desk.state.page == "data" and desk.state.draft.recipe["model"]["path"] == "starter"
    assert desk.state.draft.recipe["data"]["sources"][0]["path"].endswith(".json")
    desk.wait(lambda s: s.starter_job.status == "completed")
    desk.wait(lambda s: s.draft.plan and not s.draft.errors)


def test_a_change_that_makes_it_fit_is_one_step_of_undo(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.import_sample()
    desk.wait(lambda s: s.draft.plan)
    before = desk.state.draft.recipe
    desk.do.apply_change({"optim.per_device_train_batch_size": 1, "optim.gradient_accumulation_steps": 16})
    optim = desk.state.draft.recipe["optim"]
    assert (optim["per_device_train_batch_size"], optim["gradient_accumulation_steps"]) == (1, 16)
    desk.do.undo_draft()
    assert desk.state.draft.recipe == before
