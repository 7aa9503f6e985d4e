"""Every objective from a file to an adapter on a tiny model: the loss falls, pairs come apart, a resumed run ends alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.registry import parse_recipe
from engine.train.loop import train
from engine.train.start import START
from tests.integration.quiet_job import QuietJob

WORDS = ["wood", "glue", "string", "bow", "bridge", "scroll", "varnish", "spruce", "maple", "ebony"]


def rows_of(kind: str) -> list[dict[str, Any]]:
    rng = np.random.default_rng(3)

    def words(count: int) -> str:
        return " ".join(rng.choice(WORDS, count))

    if kind == "pt":
        return [{"text": words(20)} for _ in range(12)]
    if kind == "dpo":
        return [
            {"prompt": words(3), "chosen": f"yes {words(3)}", "rejected": f"no {words(5)}"} for _ in range(12)
        ]
    return [
        {
            "prompt": words(3),
            "completion": ("yes " if number % 2 else "no ") + words(3),
            "label": bool(number % 2),
        }
        for number in range(12)
    ]


def recipe_of(objective: dict[str, Any], model: Path, folder: Path, **run: Any) -> Any:
    path = folder / f"{objective['kind']}.json"
    path.write_text(json.dumps(rows_of(objective["kind"])), encoding="utf-8")
    return parse_recipe(
        {
            "model": {"path": str(model)},
            "data": {"sources": [{"path": str(path)}], "cutoff_len": 128, "validation": {"ratio": 0.2}},
            "method": {"kind": "lora", "rank": 4},
            "objective": objective,
            "optim": {"learning_rate": 5e-3, "max_steps": 10, "per_device_train_batch_size": 3},
            "run": {"save_steps": 4, "seed": 5, "load_best_at_end": False, **run},
        }
    )


def curve(job: QuietJob, name: str) -> list[float]:
    return [value for _, value in sorted(job.series(name).items())]


@pytest.mark.parametrize(
    "objective",
    [{"kind": "pt"}, {"kind": "dpo"}, {"kind": "dpo", "loss": "simpo", "beta": 2.0}, {"kind": "dpo", "loss": "orpo"},
     {"kind": "kto"}],
    ids=["pt", "dpo", "simpo", "orpo", "kto"],
)  # fmt: skip
def test_the_loss_falls(objective: dict[str, Any], tiny_model: Path, tmp_path: Path) -> None:
    job = QuietJob()
    outcome = train(
        recipe_of(objective, tiny_model, tmp_path), run_dir=tmp_path / "run", resume=False, job=job
    )
    losses = curve(job, "train/loss")
    assert len(losses) == 10 and np.mean(losses[-3:]) < np.mean(losses[:3])
    assert outcome.report.eval_loss is not None
    assert Path(outcome.paths["adapter"], "adapter_model.safetensors").is_file()
    if objective["kind"] == "dpo":
        assert curve(job, "rewards/margin")[-1] > 0
    starts = objective["kind"] == "kto" or objective == {"kind": "dpo"}
    assert (tmp_path / "run" / START).is_file() == starts
    if objective == {"kind": "dpo"}:
        assert losses[0] == pytest.approx(float(np.log(2)), abs=1e-4), (
            "the model begins where it is compared with"
        )


def test_resumed_it_compares_with_the_same_start(tiny_model: Path, tmp_path: Path) -> None:
    recipe = recipe_of({"kind": "dpo"}, tiny_model, tmp_path)
    whole, second = QuietJob(), QuietJob()
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=whole)

    def pause(job: QuietJob) -> None:
        if len(curve(job, "train/loss")) == 6:
            job.current = "pause"

    first = QuietJob(pause)
    train(recipe, run_dir=tmp_path / "cut", resume=False, job=first)
    (tmp_path / "cut" / START).unlink()  # it is found again, as the fresh model is the start
    train(recipe, run_dir=tmp_path / "cut", resume=True, job=second)
    assert curve(first, "train/loss") + curve(second, "train/loss") == curve(whole, "train/loss")
    name = "adapter/adapter_model.safetensors"
    assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_rows_of_another_kind_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    recipe = recipe_of({"kind": "pt"}, tiny_model, tmp_path)
    wrong = recipe.replace(objective=recipe_of({"kind": "dpo"}, tiny_model, tmp_path).objective)
    with pytest.raises(UserError) as caught:
        train(wrong, run_dir=tmp_path / "run", resume=False, job=QuietJob())
    assert caught.value.info.code is ErrorCode.DATA_EMPTY and "objective" in caught.value.info.message
