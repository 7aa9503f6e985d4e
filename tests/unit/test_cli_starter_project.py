"""The starter project's own part: the order of things, the report, the exit code. The work itself is replaced."""

import json
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main, starter_project
from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.paths import sample_dataset, sample_heldout
from engine.server.tasks import Outcome, Task


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The parts in the order they were carried out, each a fake that succeeds."""
    parts: list[str] = []

    def fake(name: str, result: dict[str, Any]) -> Any:
        def work(job: Job) -> Outcome:
            parts.append(name)
            return Outcome(result=result)

        return lambda *args, **kwargs: Task(name, name, work, run_dir=str(tmp_path / "run"))

    target = {"target": "gguf:q8_0", "path": "/x.gguf", "size_bytes": 1, "verification": {"status": "passed"}}
    monkeypatch.setattr(starter_project, "starter_task", fake("starter", {"starter_model": "/starter"}))
    monkeypatch.setattr(starter_project, "train_task", fake("train", {"steps": 66}))
    monkeypatch.setattr(starter_project, "merge_task", fake("merge", {"merged": "/merged"}))
    monkeypatch.setattr(starter_project, "export_task", fake("export", {"targets": [target]}))

    def ask(model: str, prompts: list[str]) -> list[str]:
        parts.append(f"ask {model}")
        return [f"{model} says" for _ in prompts]

    monkeypatch.setattr(starter_project, "_ask", ask)
    return parts


def test_the_whole_path_in_order_with_every_path_and_time(
    done: list[str], luthier_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.run(["starter-project"], claimed=None) == 0
    assert done == ["starter", "train", "merge", "export", "ask starter", "ask /x.gguf"]
    text = capsys.readouterr()
    for path in ("/starter", "/merged", "/x.gguf", str(sample_dataset())):
        assert path in text.out
    questions = [row["instruction"] for row in json.loads(sample_heldout().read_text(encoding="utf-8"))[:3]]
    assert all(f"Question: {question}" in text.out for question in questions)
    assert text.out.count("before: starter says") == text.out.count("after:  /x.gguf says") == 3
    assert [line[0] for line in text.err.splitlines() if line[1:3] == ". "] == list("123456")


def test_with_json_one_object_at_the_end(done: list[str], luthier_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "stdout"
    assert main.run(["starter-project", "--json"], claimed=FileIO(out, "wb")) == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    report = json.loads(line)
    assert set(report["paths"]) == {"starter_model", "dataset", "run", "adapter", "merged", "gguf"}
    assert set(report["seconds"]) == {"starter", "import", "train", "merge", "export", "answers", "total"}
    assert report["rows"] >= 300 and len(report["answers"]) == 3
    assert report["training"] == {"steps": 66} and report["verification"]["status"] == "passed"


def test_an_export_that_fails_its_comparison_fails_the_project(
    done: list[str], luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = {"target": "gguf:q8_0", "path": "/x", "size_bytes": 1, "verification": {"status": "failed"}}
    task = Task("export", "e", lambda job: Outcome(result={"targets": [target]}))
    monkeypatch.setattr(starter_project, "export_task", lambda *args, **kwargs: task)
    assert main.run(["starter-project"], claimed=None) == 1


def test_a_part_that_fails_ends_it_with_a_sentence(
    done: list[str], luthier_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(job: Job) -> Outcome:
        raise UserError(ErrorCode.NETWORK, "no network", hint="plug it in")

    monkeypatch.setattr(starter_project, "starter_task", lambda: Task("starter", "s", fail))
    assert main.run(["starter-project"], claimed=None) == 1
    assert done == []
    assert "error: no network\n  plug it in" in capsys.readouterr().err


def test_the_sample_recipe_is_valid_and_trains_the_sample() -> None:
    recipe = starter_project.sample_recipe()
    assert [source.path for source in recipe.data.sources] == [str(sample_dataset())]
    assert recipe.model.path == "starter" and recipe.run.output_dir is None
