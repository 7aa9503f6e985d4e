"""A run's folder: one engine at a time, nothing overwritten by mistake."""

import json
import logging
import os
from pathlib import Path

import psutil
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.registry import default_recipe, parse_recipe
from engine.server.run_folder import RunFolder, choose_folder, find_run, read_process, runs_dir


def refused(*args: object, **kwargs: object) -> ErrorCode:
    with pytest.raises(UserError) as caught:
        RunFolder(*args, **kwargs)  # type: ignore[arg-type]
    return caught.value.info.code


def test_while_an_engine_works_there_the_folder_says_who_and_lets_nobody_else_in(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    process = read_process(folder.path)
    assert process is not None and process["pid"] == os.getpid()
    assert process["started"] == psutil.Process().create_time()
    assert process["protocol"] == 1
    for options in ({}, {"resume": True}, {"overwrite": True}):
        assert refused(folder.path, **options) is ErrorCode.BUSY
    folder.close()
    assert read_process(folder.path) is None
    RunFolder(folder.path, resume=True).close()


def test_a_run_is_not_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "run"
    RunFolder(path).close()
    (path / "adapter").mkdir()
    (path / "adapter" / "weights").write_text("precious")
    (path / "mine.txt").write_text("notes")
    assert refused(path) is ErrorCode.RECIPE_INVALID
    assert (path / "adapter" / "weights").exists()
    RunFolder(path, overwrite=True).close()
    assert not (path / "adapter").exists()
    assert (path / "mine.txt").exists(), "only what a run leaves is removed"


def test_a_folder_that_holds_other_things_can_become_a_run(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    RunFolder(tmp_path).close()
    assert (tmp_path / "notes.txt").exists()


def test_there_must_be_something_to_resume(tmp_path: Path) -> None:
    assert refused(tmp_path / "none", resume=True) is ErrorCode.NOT_FOUND
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file") is ErrorCode.UNREADABLE


def test_log_lines_reach_the_runs_log_while_it_lives(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    logging.getLogger("some.library").warning("watch out")
    folder.close()
    logging.getLogger("some.library").warning("too late")
    text = (tmp_path / "run" / "engine.log").read_text(encoding="utf-8")
    assert "watch out" in text and "too late" not in text


def test_a_hint_that_is_damaged_is_no_hint(tmp_path: Path) -> None:
    (tmp_path / "process.json").write_text("{")
    assert read_process(tmp_path) is None
    (tmp_path / "process.json").write_text(json.dumps([1]))
    assert read_process(tmp_path) is None


def test_a_run_gets_the_folder_asked_for_or_a_new_one(tmp_path: Path, luthier_home: Path) -> None:
    recipe = parse_recipe({**default_recipe(), "name": "My style / 中文!"})
    first = choose_folder(recipe)
    assert first.parent == runs_dir() and first.name.endswith("My-style-中文")
    first.mkdir(parents=True)
    assert choose_folder(recipe) != first
    named = recipe.replace(run=recipe.run.model_copy(update={"output_dir": str(tmp_path / "out")}))
    assert choose_folder(named) == tmp_path / "out"
    assert choose_folder(named, str(tmp_path / "other")) == tmp_path / "other"


def test_a_run_is_found_by_its_path_and_by_its_name(tmp_path: Path, luthier_home: Path) -> None:
    for folder in (tmp_path / "elsewhere", runs_dir() / "20260101-run"):
        folder.mkdir(parents=True)
        (folder / "recipe.yaml").write_text("")
    assert find_run(str(tmp_path / "elsewhere")) == tmp_path / "elsewhere"
    assert find_run("20260101-run") == runs_dir() / "20260101-run"
    with pytest.raises(UserError) as caught:
        find_run("nowhere")
    assert caught.value.info.code is ErrorCode.NOT_FOUND
