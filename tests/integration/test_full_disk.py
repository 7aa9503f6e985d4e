"""A disk that fills up during a run: the run waits, says what it needs, and ends as if nothing had been."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.contract.errors import UserError
from engine.train import checkpoint as checkpoints
from engine.train.checkpoint import Snapshot
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob
from tests.integration.test_trainer import dataset, make_recipe

__all__ = ["dataset"]

SIZES_KB = range(200, 2_200, 100)  # of the small disks; the run needs more than the last while it saves


def adapter(run_dir: Path) -> bytes:
    return (run_dir / "adapter" / "adapter_model.safetensors").read_bytes()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.train.room.LOOK_S", 0.01)


def fill_up(monkeypatch: pytest.MonkeyPatch, full: Callable[[int], bool], error: Exception) -> list[int]:
    """Saves fail with ``error`` as long as ``full`` says so of their count; the count of each save."""
    save, calls = checkpoints.save, []

    def on_a_full_disk(folder: Path, snapshot: Snapshot) -> Path:
        calls.append(len(calls))
        if full(calls[-1]):
            raise error
        return save(folder, snapshot)

    monkeypatch.setattr(checkpoints, "save", on_a_full_disk)
    return calls


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("I/O error: No space left (os error 28)")]
)
def test_a_run_waits_for_space_and_ends_the_same(
    error: Exception, tiny_model: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = make_recipe(tiny_model, dataset)
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())
    calls = fill_up(monkeypatch, lambda call: call in (0, 1, 3), error)
    job = QuietJob()
    outcome = train(recipe, run_dir=tmp_path / "held_up", resume=False, job=job)
    assert outcome.status == "completed" and len(calls) == 6
    assert job.warnings == ["disk_full", "disk_full"], "told once for each time it fills up"
    assert job.phases.count("wait_for_space") == 3
    assert adapter(tmp_path / "held_up") == adapter(tmp_path / "whole")


@pytest.mark.parametrize("wish", ["pause", "stop"])
def test_a_wish_is_heard_while_it_waits(
    wish: Any, tiny_model: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = make_recipe(tiny_model, dataset)
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())
    fill_up(monkeypatch, lambda call: call == 1, OSError(28, "No space left on device"))

    def when_it_waits(job: QuietJob) -> None:
        if "wait_for_space" in job.phases:
            job.current = wish

    outcome = train(recipe, run_dir=tmp_path / "run", resume=False, job=QuietJob(when_it_waits))
    assert outcome.status == ("paused" if wish == "pause" else "stopped")
    first, second = checkpoints.steps(tmp_path / "run" / "checkpoints")
    assert first == 3 and second >= 6, "a fault of the writer is met at the next step, or when it must be"
    if wish == "pause":
        train(recipe, run_dir=tmp_path / "run", resume=True, job=QuietJob())
        assert adapter(tmp_path / "run") == adapter(tmp_path / "whole")


def test_a_run_that_is_to_end_on_a_full_disk_says_so(
    tiny_model: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_up(monkeypatch, lambda call: call > 0, OSError(28, "No space left on device"))

    def when_it_waits(job: QuietJob) -> None:
        if "wait_for_space" in job.phases:
            job.current = "pause"

    with pytest.raises(OSError, match="No space"):
        recipe = make_recipe(tiny_model, dataset)
        train(recipe, run_dir=tmp_path / "run", resume=False, job=QuietJob(when_it_waits))
    newest = checkpoints.newest_good(tmp_path / "run" / "checkpoints")
    assert newest is not None and newest.name == "step-000003"


def test_other_faults_of_the_disk_end_the_run(
    tiny_model: Path, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_up(monkeypatch, lambda call: True, OSError(5, "Input/output error"))
    job = QuietJob()
    with pytest.raises((OSError, UserError), match="Input/output"):
        train(make_recipe(tiny_model, dataset), run_dir=tmp_path / "run", resume=False, job=job)
    assert not job.warnings


@pytest.mark.soak
@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="small disks are mounted by root alone")
@pytest.mark.parametrize("kilobytes", SIZES_KB)
def test_small_disks(kilobytes: int, tiny_model: Path, dataset: Path, tmp_path: Path) -> None:
    recipe = make_recipe(tiny_model, dataset, run={"save_total_limit": 2})
    train(recipe, run_dir=tmp_path / "whole", resume=False, job=QuietJob())
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        document = recipe.model_dump(mode="json")
        document["run"]["output_dir"] = str(disk / "run")
        path = tmp_path / "recipe.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        events = ended(path, lambda: grow(disk))
        last = events[-1]
        if last["status"] != "completed":  # before or after its steps there is nobody to wait
            assert last["error"]["code"] == "disk_full", last
            grow(disk)
            last = ended(path, lambda: None, "--resume")[-1]
        assert last["status"] == "completed"
        assert not list((disk / "run").rglob("*.part"))
        assert adapter(disk / "run") == adapter(tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def grow(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)


def ended(recipe: Path, when_full: Callable[[], None], *options: str) -> list[dict[str, Any]]:
    """All events of a run in a process of its own; ``when_full`` is called when it waits."""
    command = [sys.executable, "-m", "engine", "run", str(recipe), "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if events[-1].get("code") == "disk_full" and events[-1]["type"] == "warning":
            when_full()
    process.wait()
    return events
