"""Overfitting: read from the run's curve and from the distance between the two sides."""

import json
from pathlib import Path

from engine.evaluate.curves import POINTS, curves
from engine.evaluate.overfitting import overfitting


def journal(folder: Path, held: dict[int, float], train: dict[int, float] | None = None) -> Path:
    lines = [{"type": "run.started"}]
    lines += [
        {"type": "metrics", "step": [step], "train/loss": [value]} for step, value in (train or {}).items()
    ]
    lines += [{"type": "metrics", "step": [step], "eval/loss": [value]} for step, value in held.items()]
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "events.jsonl").write_text(text + '\n{"type": "metrics", "step": [9', encoding="utf-8")
    return folder


def test_a_falling_curve_is_green(tmp_path: Path) -> None:
    found = overfitting(
        journal(tmp_path, {10: 2.0, 20: 1.0, 30: 0.9}), held_out=(3.0, 0.9), trained=(3.0, 0.8)
    )
    assert found.verdict == "green"
    assert len(found.signs) == 1 and found.signs[0].startswith("No sign")
    assert found.curves[0].values == (2.0, 1.0, 0.9)


def test_a_risen_curve_names_the_better_step(tmp_path: Path) -> None:
    rising = {10: 2.0, 20: 1.0, 30: 1.1}
    found = overfitting(journal(tmp_path, rising), held_out=(3.0, 1.1), trained=(3.0, 1.0))
    assert found.verdict == "amber"
    assert "lowest at step 20 (1.000) and rose to 1.100" in found.signs[0]
    worse = overfitting(journal(tmp_path, {**rising, 40: 1.4}), held_out=(3.0, 1.4), trained=(3.0, 1.3))
    assert worse.verdict == "red"


def test_what_was_learnt_by_heart_shows_against_training_rows(tmp_path: Path) -> None:
    def verdict(held: tuple[float, float], trained: tuple[float, float]) -> str:
        return overfitting(tmp_path, held_out=held, trained=trained).verdict

    assert verdict((3.0, 1.2), (3.0, 0.7)) == "amber"
    assert verdict((3.0, 1.2), (3.0, 0.1)) == "red"
    assert verdict((3.5, 1.2), (3.0, 0.7)) == "green", "the held-out rows were harder from the start"
    assert verdict((3.0, 0.06), (3.0, 0.01)) == "green", "both are next to nothing"


def test_worse_than_the_base_is_red(tmp_path: Path) -> None:
    found = overfitting(tmp_path, held_out=(1.0, 1.01), trained=None)
    assert found.verdict == "red" and "made it worse" in found.signs[0]


def test_a_resumed_run_has_one_curve_and_many_steps_are_averaged(tmp_path: Path) -> None:
    lines = [
        {"type": "metrics", "step": [1, 2, 3], "train/loss": [3.0, 9.0, 9.0]},
        {"type": "metrics", "step": [2, 3], "train/loss": [2.0, None]},
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    assert curves(path)[0].steps == (1, 2)
    assert curves(path)[0].values == (3.0, 2.0)
    many = {step: float(step) for step in range(1, 1001)}
    train, held = curves(journal(tmp_path, {}, many) / "events.jsonl")
    assert len(train.steps) == POINTS
    assert train.values[0] == 3.0 and train.steps[-1] == 1000
    assert held.steps == ()
    assert curves(tmp_path / "none.jsonl")[0].steps == ()
