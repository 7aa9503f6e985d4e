"""Checkpoints beside the steps: a copy of what was, one at a time, announced when it stands, and no fault lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.train import background
from engine.train import checkpoint as checkpoints
from engine.train.background import Save, Saver, copied
from engine.train.checkpoint import LoopState, Snapshot
from tests.integration.quiet_job import QuietJob

PATIENCE_S = 60.0


def state(step: int) -> LoopState:
    return LoopState(step, 10 * step, 1.5, 2.5, None, None, 0, "hash")


def save_of(step: int, weights: torch.Tensor) -> Save:
    random = {"cpu": torch.zeros(8, dtype=torch.uint8)}
    return Save(
        Snapshot({"a": weights}, {"a.exp_avg": torch.ones(3)}, random, state(step)), "scheduled", None
    )


class Gate:
    """Holds the writer's thread up until it is opened, and knows who came."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open, self.came, self.threads = threading.Event(), threading.Event(), list[str]()
        self.at_once = self.most = 0
        real = checkpoints.save

        def held_up(folder: Path, snapshot: Snapshot) -> Path:
            self.threads.append(threading.current_thread().name)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            self.came.set()
            assert self.open.wait(PATIENCE_S)
            try:
                return real(folder, snapshot)
            finally:
                self.at_once -= 1

        monkeypatch.setattr(checkpoints, "save", held_up)


@contextmanager
def saver_for(run_dir: Path, job: QuietJob, *, keep: int = 2) -> Iterator[Saver]:
    saver = Saver(run_dir, keep=keep, job=job)
    try:
        yield saver
    finally:
        saver.close()


def announced(job: QuietJob) -> list[int]:
    return [event.step for event in job.events if event.type == "checkpoint"]


def test_what_is_saved_is_what_was_when_it_was_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, job, weights = Gate(monkeypatch), QuietJob(), torch.full((3, 5), 7.0)
    with saver_for(tmp_path, job) as saver:
        saver.hand_over(save_of(4, weights))
        assert gate.came.wait(PATIENCE_S) and gate.threads == ["checkpoint"]
        weights.zero_()
        saver.settle(wait=False)
        assert not announced(job), "nothing is told before it stands there"
        gate.open.set()
        saver.settle()
    loaded = checkpoints.load(checkpoints.folder_of(saver.folder, 4))
    assert torch.equal(loaded.weights["a"], torch.full((3, 5), 7.0))
    assert announced(job) == [4]


def test_a_second_one_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, job = Gate(monkeypatch), QuietJob()
    with saver_for(tmp_path, job) as saver:
        saver.hand_over(save_of(1, torch.ones(2)))
        assert gate.came.wait(PATIENCE_S)
        threading.Timer(0.05, gate.open.set).start()
        saver.hand_over(save_of(2, torch.ones(2)))
        saver.write(save_of(3, torch.ones(2)))
    assert gate.most == 1 and announced(job) == [1, 2, 3]
    assert gate.threads == ["checkpoint", "checkpoint", "MainThread"]


def test_without_room_for_a_copy_the_steps_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, job = Gate(monkeypatch), QuietJob()
    gate.open.set()
    monkeypatch.setattr(background, "room_for_copy", lambda **_: 64_000)
    with saver_for(tmp_path, job) as saver:
        saver.hand_over(save_of(1, torch.ones(2)))
        assert announced(job) == [1]
    assert gate.threads == ["MainThread"]


def failing(monkeypatch: pytest.MonkeyPatch, number: int, *, times: int) -> None:
    real, left = checkpoints.save, [times]

    def save(folder: Path, snapshot: Snapshot) -> Path:
        left[0] -= 1
        if left[0] >= 0:
            raise OSError(number, "It failed")
        return real(folder, snapshot)

    monkeypatch.setattr(checkpoints, "save", save)


def test_a_fault_of_the_writer_reaches_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, 5, times=1)
    with saver_for(tmp_path, QuietJob()) as saver:
        saver.hand_over(save_of(1, torch.ones(2)))
        with pytest.raises(OSError, match="It failed"):
            saver.settle()
        saver.settle()


def test_a_full_disk_is_waited_for_with_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.train.room.LOOK_S", 0.01)
    failing(monkeypatch, 28, times=2)
    job, weights = QuietJob(), torch.full((4,), 3.0)
    with saver_for(tmp_path, job) as saver:
        saver.hand_over(save_of(1, weights))
        weights.zero_()
        saver.settle()
    assert job.warnings == ["disk_full"] and job.phases.count("wait_for_space") == 2
    assert announced(job) == [1]
    loaded = checkpoints.load(checkpoints.folder_of(saver.folder, 1))
    assert torch.equal(loaded.weights["a"], torch.full((4,), 3.0))


def test_what_a_full_disk_refused_is_not_missed_when_a_newer_one_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, 28, times=1)
    job = QuietJob()
    with saver_for(tmp_path, job) as saver:
        saver.hand_over(save_of(1, torch.ones(2)))
        saver.write(save_of(2, torch.ones(2)))
    assert announced(job) == [2] and not job.warnings


def test_what_comes_back_wrong_costs_no_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = QuietJob()
    with saver_for(tmp_path, job, keep=1) as saver:
        saver.write(save_of(1, torch.ones(2)))

        def rot(path: Path) -> None:
            content = bytearray(path.read_bytes())
            content[-1] ^= 1
            path.write_bytes(content)

        monkeypatch.setattr(checkpoints, "_forget_cached", rot)
        for step in (1, 2):  # in the place of the good one, and after it
            saver.hand_over(save_of(step, torch.zeros(2)))
            with pytest.raises(OSError, match="something else came back"):
                saver.settle()
    assert announced(job) == [1]
    newest = checkpoints.newest_good(saver.folder)
    assert newest is not None and newest.name == "step-000001"
    assert torch.equal(checkpoints.load(newest).weights["a"], torch.ones(2))


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.arange(12, dtype=torch.bfloat16).reshape(3, 4).T,
        lambda: torch.tensor(5.5, dtype=torch.float64),
        lambda: torch.tensor([True, False, True]),
        lambda: torch.empty(0, 4),
        lambda: torch.arange(7, dtype=torch.uint8)[::2],
    ],
)
def test_a_copy_is_equal_and_shares_nothing(make: Callable[[], torch.Tensor], tmp_path: Path) -> None:
    tensor = make()
    before = tensor.clone()
    parts: dict[str, Any] = {"one": tensor, "two": tensor}
    copy = copied(Snapshot(parts, {}, {}, state(1)))
    if tensor.numel():
        tensor.zero_()
        copy.weights["two"].zero_()
    assert torch.equal(copy.weights["one"], before) and copy.weights["one"].dtype == before.dtype
    assert checkpoints.load(checkpoints.save(tmp_path, copy)).weights["one"].shape == before.shape


@pytest.mark.parametrize("on_card", [True, False])
def test_room_is_what_is_free_beside_the_largest_step(on_card: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    taken = psutil.Process().memory_info().rss
    free = psutil.virtual_memory().available
    monkeypatch.setattr(background, "peak_memory_bytes", lambda: taken + free)
    assert background.room_for_copy(on_card=on_card) < 1_000_000_000
    monkeypatch.setattr(background, "peak_memory_bytes", lambda: taken)
    room = background.room_for_copy(on_card=on_card)
    if on_card:
        assert room > free - 2_000_000_000
    else:
        assert 0.05 * taken < room < 0.2 * taken, "a run on a processor takes what was planned for it"
