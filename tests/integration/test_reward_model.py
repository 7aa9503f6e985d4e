"""A reward model from pairs to a folder that transformers scores with: it learns, resumes, is measured and exported."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.chat.opening import load as open_chat
from engine.contract.errors import ErrorCode, UserError
from engine.evaluate.run import evaluate
from engine.export.run import export, merge
from engine.kernels.names import HEAD, HEAD_FILE
from engine.models.tuned import find_tuned, load_tuned, tokenizer_of
from engine.registry import parse_recipe
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob
from tests.integration.test_objectives import curve, recipe_of

METHODS: dict[str, dict[str, Any]] = {
    "lora": {"kind": "lora", "rank": 4},
    "full": {"kind": "full"},
    "prompt": {"kind": "prompt_tuning", "num_virtual_tokens": 4},
}


def reward_recipe(model: Path, folder: Path, method: str = "lora", **objective: Any) -> Any:
    """Ten steps over pairs whose better answer begins with yes and whose worse one begins with no."""
    pairs = recipe_of({"kind": "dpo"}, model, folder).model_dump(mode="json")
    pairs |= {"objective": {"kind": "rm", **objective}, "method": METHODS[method]}
    return parse_recipe(pairs)


def trained(model: Path, folder: Path, method: str = "lora") -> tuple[Path, QuietJob]:
    """A finished run and its job."""
    job = QuietJob()
    train(reward_recipe(model, folder, method), run_dir=folder / "run", resume=False, job=job)
    return folder / "run", job


@pytest.mark.parametrize("method", METHODS)
def test_it_learns_to_tell_pairs_and_is_measured(method: str, tiny_model: Path, tmp_path: Path) -> None:
    run_dir, job = trained(tiny_model, tmp_path, method)
    losses = curve(job, "train/loss")
    assert losses[0] == pytest.approx(float(np.log(2)), abs=0.2)
    assert losses[-1] < losses[0] and curve(job, "rewards/margin")[-1] > 0
    report = evaluate(run_dir, job=QuietJob())
    accuracy = next(item for item in report.measures if item.name == "pair_accuracy")
    assert (accuracy.before, accuracy.after) == (50.0, 100.0)
    assert accuracy.improved == report.rows > 0 and accuracy.worsened == 0
    assert report.loss_before == pytest.approx(np.log(2)) and report.loss_after < report.loss_before
    assert report.loss_after == pytest.approx(curve(job, "eval/loss")[-1], abs=2e-3)


def test_a_resumed_run_ends_with_the_same_head(tiny_model: Path, tmp_path: Path) -> None:
    recipe = reward_recipe(tiny_model, tmp_path)
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())

    def pause(job: QuietJob) -> None:
        if len(curve(job, "train/loss")) == 6:
            job.current = "pause"

    train(recipe, run_dir=tmp_path / "cut", resume=False, job=QuietJob(pause))
    train(recipe, run_dir=tmp_path / "cut", resume=True, job=QuietJob())
    for name in (HEAD_FILE, "adapter_model.safetensors"):
        whole, cut = (tmp_path / run / "adapter" / name for run in ("whole", "cut"))
        assert whole.read_bytes() == cut.read_bytes()


@pytest.mark.parametrize("method", ["lora", "full"])
def test_the_merged_folder_scores_in_transformers(method: str, tiny_model: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    run_dir, _ = trained(tiny_model, tmp_path, method)
    folder = merge(run_dir, job=QuietJob())
    loaded, about = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    assert not about["missing_keys"] and not about["unexpected_keys"] and loaded.config.num_labels == 1
    tuned = find_tuned(run_dir, reward_recipe(tiny_model, tmp_path, method))
    ids = tokenizer_of(tuned)("better or worse", return_tensors="pt")["input_ids"]
    model: Any = load_tuned(tuned, dtype="float32")
    inner = model.get_base_model() if tuned.is_adapter else model
    with torch.inference_mode():
        hidden = inner.base_model(input_ids=ids).last_hidden_state[0, -1]
        expected = float(model.get_submodule(HEAD)(hidden))
        assert float(loaded(input_ids=ids).logits[0, 0]) == pytest.approx(expected, abs=1e-5)


def test_exports_that_hold_it_are_verified_and_others_refused(tiny_model: Path, tmp_path: Path) -> None:
    run_dir, _ = trained(tiny_model, tmp_path)
    report = export(run_dir, targets=["merged", "merged:bfloat16", "adapter"], job=QuietJob())
    assert [item.verification.status for item in report.targets] == ["passed"] * 3
    assert (Path(report.targets[2].path) / HEAD_FILE).is_file()
    with pytest.raises(UserError) as caught:
        export(run_dir, targets=["merged", "gguf:q8_0"], job=QuietJob())
    assert caught.value.info.code is ErrorCode.EXPORT_FAILED and "gguf" in caught.value.info.message
    with pytest.raises(UserError) as caught:
        open_chat(str(run_dir), context_tokens=128)
    assert "reward model" in caught.value.info.message


def test_a_spoilt_export_fails_its_comparison(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import load_file, save_file

    run_dir, _ = trained(tiny_model, tmp_path)
    head = merge(run_dir, job=QuietJob()) / "model.safetensors"
    tensors = load_file(head)
    save_file({**tensors, "score.weight": tensors["score.weight"] * 1.1}, head, metadata={"format": "pt"})
    report = export(run_dir, targets=["merged"], job=QuietJob())
    assert report.targets[0].verification.status == "failed"
