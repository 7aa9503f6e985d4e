"""A run whose disk is slow: its steps go on while a checkpoint is written, and what it leaves is what it would have left."""

import threading
from pathlib import Path
from typing import Any

import pytest

from engine.train import checkpoint as checkpoints
from engine.train.checkpoint import Snapshot
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob
from tests.integration.test_trainer import adapter_bytes, dataset, make_recipe

__all__ = ["dataset"]

PATIENCE_S = 60.0


class SlowDisk:
    """Writes nothing until it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        self.waited_in_vain = False
        save = checkpoints.save

        def slow(folder: Path, snapshot: Snapshot) -> Path:
            self.waited_in_vain |= not self.go_on.wait(PATIENCE_S)
            return save(folder, snapshot)

        monkeypatch.setattr(checkpoints, "save", slow)


def test_steps_go_on_while_a_slow_disk_is_written_to(
    tiny_model: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = make_recipe(tiny_model, dataset, run={"save_steps": 4, "save_total_limit": 9})
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())
    disk = SlowDisk(monkeypatch)

    def let_go_after_step_six(job: QuietJob) -> None:
        if len(job.series("train/loss")) >= 6:
            assert not any(event.type == "checkpoint" for event in job.events) or disk.go_on.is_set()
            disk.go_on.set()

    job = QuietJob(let_go_after_step_six)
    outcome = train(recipe, run_dir=tmp_path / "slow", resume=False, job=job)
    assert outcome.status == "completed" and not disk.waited_in_vain
    assert [event.step for event in job.events if event.type == "checkpoint"] == [4, 8]
    assert adapter_bytes(tmp_path / "slow") == adapter_bytes(tmp_path / "whole")
    for step in (4, 8):
        fast, slow = (
            checkpoints.load(checkpoints.folder_of(tmp_path / run / "checkpoints", step))
            for run in ("whole", "slow")
        )
        assert all(fast.weights[name].equal(slow.weights[name]) for name in fast.weights)
        assert all(fast.optimizer[name].equal(slow.optimizer[name]) for name in fast.optimizer)
        assert fast.random["cpu"].equal(slow.random["cpu"])


@pytest.mark.parametrize("wish", ["pause", "stop", "discard"])
def test_a_run_does_not_end_before_its_disk_is_done(
    wish: Any, tiny_model: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.contract.job import Cancelled

    disk = SlowDisk(monkeypatch)

    def when_two_steps_are_made_beside_it(job: QuietJob) -> None:
        if len(job.series("train/loss")) >= 5 and job.current is None:
            job.current = wish
            threading.Timer(0.1, disk.go_on.set).start()

    job = QuietJob(when_two_steps_are_made_beside_it)
    recipe = make_recipe(tiny_model, dataset)
    folder = tmp_path / "run" / "checkpoints"
    if wish == "discard":
        with pytest.raises(Cancelled):
            train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
        assert not folder.exists()
    else:
        train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
        assert [event.step for event in job.events if event.type == "checkpoint"] == [3, 5]
        assert checkpoints.steps(folder) == [3, 5]
    assert not disk.waited_in_vain
    assert not any(thread.name == "checkpoint" for thread in threading.enumerate())
