"""lm-eval as a bridge: its scores stand among the report's figures, and what is missing is said before the work."""

import json
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engine.cli.main import run as cli
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import EvaluationWish
from engine.contract.job import Cancelled
from engine.evaluate.harness import Score, check_tasks, harness_measures, harness_scores
from engine.evaluate.run import evaluate
from tests.integration.quiet_job import QuietJob
from tests.unit.evaluate.test_evaluate import run_dir

__all__ = ["run_dir"]

FOUND = {  # as lm-eval 0.4.13 gives it
    "results": {
        "colours": {
            "alias": "colours",
            "acc,none": 0.75,
            "acc_stderr,none": 0.1,
            "word_perplexity,none": 9.5,
            "exact_match,strict-match": 0.5,
        }
    },
    "n-samples": {"colours": {"original": 8, "effective": 4}},
    "higher_is_better": {"colours": {"acc": True, "word_perplexity": False, "exact_match": True}},
}


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A library that knows one task; what it was asked."""
    asked: list[dict[str, Any]] = []

    def simple_evaluate(**options: Any) -> dict[str, Any]:
        import datasets.config

        options["model"]._model_call()
        asked.append({**options, "offline": datasets.config.HF_HUB_OFFLINE})
        return FOUND

    class HFLM:
        def __init__(self, **options: Any) -> None:
            self.options = options

        def _model_call(self, *args: Any, **options: Any) -> None:
            pass

    class TaskManager:
        def match_tasks(self, names: list[str]) -> list[str]:
            return [name for name in names if name == "colours"]

    for name, content in {
        "lm_eval": {"simple_evaluate": simple_evaluate},
        "lm_eval.tasks": {"TaskManager": TaskManager},
        "lm_eval.models": {},
        "lm_eval.models.huggingface": {"HFLM": HFLM},
    }.items():
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    return asked


def test_its_figures_stand_in_the_report(run_dir: Path, stand_in: list[dict[str, Any]]) -> None:
    wish = EvaluationWish(probe=False, answers=0, lm_eval=("colours",), lm_eval_limit=4)
    report = evaluate(run_dir, job=QuietJob(), wish=wish)
    figures = {item.title: item for item in report.measures if item.name.startswith("lm_eval/")}
    assert set(figures) == {
        "colours: acc",
        "colours: word_perplexity",
        "colours: exact_match (strict-match)",
    }
    assert (figures["colours: acc"].before, figures["colours: acc"].rows) == (0.75, 4)
    assert figures["colours: word_perplexity"].better == "lower"
    assert [(item["tasks"], item["limit"], item["offline"]) for item in stand_in] == [
        (["colours"], 4, True)
    ] * 2


def test_before_and_after_are_told_apart() -> None:
    before, after = (
        {"a: acc": Score(0.2, True, 5)},
        {"a: acc": Score(0.6, True, 5), "b: acc": Score(1.0, True, 5)},
    )
    (only,) = harness_measures(before, after)
    assert (only.before, only.after, only.better, only.rows) == (0.2, 0.6, "higher", 5)


def test_without_the_library_it_is_said_before_the_work(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.evaluate.harness.find_spec", lambda name: None)
    assert cli(["evaluate", str(run_dir), "--lm-eval", "arc_easy"], claimed=None) != 0
    assert "lm-eval is not installed" in capfd.readouterr().err


@pytest.mark.usefixtures("stand_in")
def test_a_task_that_nobody_knows() -> None:
    check_tasks(["colours", "mine.yaml"])
    with pytest.raises(UserError, match="no task shapes"):
        check_tasks(["colours", "shapes"])
    with pytest.raises(UserError, match="reward model"):
        check_tasks(["colours"], scores=True)


def test_data_that_are_not_here(stand_in: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(**options: Any) -> None:
        raise ConnectionError("Couldn't reach the Hub\nand more")

    monkeypatch.setattr(sys.modules["lm_eval"], "simple_evaluate", nothing)
    model: Any = _Model()
    with pytest.raises(UserError, match=r"not on this computer: Couldn't reach the Hub$") as caught:
        harness_scores(model, model, ["colours"], limit=0, job=QuietJob(), name="before")
    assert caught.value.info.code is ErrorCode.NOT_FOUND


@pytest.mark.usefixtures("stand_in")
def test_each_question_is_a_moment_to_end_at() -> None:
    job, model = QuietJob(), _Model()
    job.current = "cancel"
    asked: Any = model
    with pytest.raises(Cancelled):
        harness_scores(asked, asked, ["colours"], limit=0, job=job, name="before")


def test_the_library_itself(run_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("lm_eval")
    rows = [{"q": "The sky is", "c": [" blue", " a spoon"]}, {"q": "Snow is", "c": [" white", " seven"]}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    task = {
        "task": "colours",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": str(tmp_path / "rows.jsonl")},
        "test_split": "train",
        "output_type": "multiple_choice",
        "doc_to_text": "{{q}}",
        "doc_to_choice": "{{c}}",
        "doc_to_target": 0,
        "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
    }
    (tmp_path / "colours.yaml").write_text(json.dumps(task), encoding="utf-8")
    wish = EvaluationWish(probe=False, answers=0, lm_eval=(str(tmp_path / "colours.yaml"),))
    report = evaluate(run_dir, job=QuietJob(), wish=wish)
    (figure,) = [item for item in report.measures if item.name.startswith("lm_eval/")]
    assert figure.title == "colours: acc" and figure.rows == 2
    assert 0.0 <= figure.before <= 1.0 and 0.0 <= figure.after <= 1.0


class _Model:
    def parameters(self) -> Any:
        import torch

        return iter([torch.zeros(1)])
