"""Checkpoints: whole or absent, hashed, rotated without losing the best."""

from pathlib import Path

import pytest
import torch

from engine.train import checkpoint as checkpoints
from engine.train.checkpoint import LoopState, Snapshot


def snapshot(step: int) -> Snapshot:
    state = LoopState(step, 10 * step, 1.5, 2.5, 0.7, step, 0, "hash")
    random = {"cpu": torch.get_rng_state()}
    return Snapshot({"a": torch.full((2, 3), float(step))}, {"a.exp_avg": torch.ones(2, 3)}, random, state)


def test_round_trip(tmp_path: Path) -> None:
    saved = snapshot(4)
    folder = checkpoints.save(tmp_path, saved)
    assert folder.name == "step-000004"
    loaded = checkpoints.load(folder)
    assert loaded.state == saved.state
    assert torch.equal(loaded.weights["a"], saved.weights["a"])
    assert torch.equal(loaded.optimizer["a.exp_avg"], saved.optimizer["a.exp_avg"])
    assert torch.equal(loaded.random["cpu"], saved.random["cpu"])


def test_nothing_is_pickled(tmp_path: Path) -> None:
    folder = checkpoints.save(tmp_path, snapshot(1))
    assert {path.suffix for path in folder.iterdir()} == {".safetensors", ".json"}


@pytest.mark.parametrize("fault", ["truncate", "remove", "no_manifest", "bad_manifest"])
def test_damage_is_found(tmp_path: Path, fault: str) -> None:
    older = checkpoints.save(tmp_path, snapshot(1))
    newer = checkpoints.save(tmp_path, snapshot(2))
    if fault == "truncate":
        (newer / "optimizer.safetensors").write_bytes(b"")
    elif fault == "remove":
        (newer / "weights.safetensors").unlink()
    elif fault == "no_manifest":
        (newer / checkpoints.MANIFEST).unlink()
    else:
        (newer / checkpoints.MANIFEST).write_text("{", encoding="utf-8")
    assert checkpoints.damage(newer)
    assert checkpoints.newest_good(tmp_path) == older


def test_a_failed_save_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "_fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        checkpoints.save(tmp_path, snapshot(3))
    assert list(tmp_path.iterdir()) == []


def test_rotation_keeps_the_newest_and_the_best(tmp_path: Path) -> None:
    for step in (1, 2, 3, 4, 5):
        checkpoints.save(tmp_path, snapshot(step))
    (tmp_path / ".step-000009.123").mkdir()
    checkpoints.rotate(tmp_path, keep=2, best=2)
    assert checkpoints.steps(tmp_path) == [2, 4, 5]
    assert not (tmp_path / ".step-000009.123").exists()
