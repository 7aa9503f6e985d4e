"""A process that is killed anywhere in the middle of saving leaves a checkpoint that is whole, and room for the next."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.train import checkpoint as checkpoints
from engine.train.background import Save, Saver
from engine.train.checkpoint import LoopState, Snapshot
from tests.integration.quiet_job import QuietJob

pytestmark = pytest.mark.skipif(os.name == "nt", reason="fork and SIGKILL are POSIX")

MOMENTS = frozenset(("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"))
FIRST, SECOND, AGAIN = 1.0, 2.0, 3.0  # what the weights of the three checkpoints are filled with


def snapshot(step: int, value: float) -> Snapshot:
    state = LoopState(step, 10 * step, 1.5, 2.5, None, None, 0, "hash")
    random = {"cpu": torch.zeros(16, dtype=torch.uint8)}
    return Snapshot(
        {"a": torch.full((64, 8), value)}, {"a.exp_avg": torch.full((64, 8), value)}, random, state
    )


def saves(folder: Path, job: QuietJob | None = None) -> None:
    """What a run does that keeps one checkpoint, saves on schedule in the background, and is paused right after."""
    saver = Saver(folder.parent, keep=1, job=job or QuietJob())
    try:
        saver.hand_over(Save(snapshot(10, SECOND), "scheduled", None))
        saver.settle()
        saver.write(Save(snapshot(10, AGAIN), "pause", None))
    finally:
        saver.close()


@pytest.fixture(autouse=True)
def enough_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for memory reads files of the system, which are no moments of a save."""
    monkeypatch.setattr("engine.train.background.room_for_copy", lambda **_: 1 << 30)


def prepared(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    checkpoints.save(folder, snapshot(5, FIRST))
    return folder


def forked(work: Callable[[], None]) -> int:
    """The process id of a child that does ``work`` and ends."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def ended_by(child: int) -> int:
    """The signal that ended ``child``; 0 when it came to its own end."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(moment: int, folder: Path) -> bool:
    """Save in a child that is killed at its ``moment``-th change of the disk; False when it came to its end before."""

    def work() -> None:
        import safetensors.torch as safetensors

        left = [moment]

        def count(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def half_and_whole(tensors: dict[str, torch.Tensor], path: Path) -> None:
            write(tensors, path)
            whole = path.read_bytes()
            path.write_bytes(whole[: len(whole) // 2])
            count()
            path.write_bytes(whole)
            count()

        def fsync(descriptor: int) -> None:
            count()
            sync(descriptor)

        write, safetensors.save_file = safetensors.save_file, half_and_whole  # type: ignore[assignment]
        sync, os.fsync = os.fsync, fsync  # type: ignore[assignment]
        sys.addaudithook(lambda event, _: count() if event in MOMENTS else None)
        saves(folder)

    return ended_by(forked(work)) == -signal.SIGKILL


def check_what_is_left(folder: Path) -> float:
    """A good checkpoint is there, and saving goes on; the value of its weights."""
    newest = checkpoints.newest_good(folder)
    assert newest is not None, sorted(path.name for path in folder.iterdir())
    loaded = checkpoints.load(newest)
    value = float(loaded.weights["a"][0, 0])
    for tensor in (loaded.weights["a"], loaded.optimizer["a.exp_avg"]):
        assert torch.equal(tensor, torch.full((64, 8), value))
    assert loaded.state.step == (5 if value == FIRST else 10)
    saves(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["step-000010"]
    after = checkpoints.newest_good(folder)
    assert after is not None and float(checkpoints.load(after).weights["a"][0, 0]) == AGAIN
    return value


def test_killed_at_every_change_of_the_disk(tmp_path: Path) -> None:
    seen = []
    for moment in range(1, 1000):
        folder = prepared(tmp_path / "checkpoints")
        if not killed_at(moment, folder):
            break
        seen.append(check_what_is_left(folder))
    assert len(seen) > 60, "the sweep met too few moments to say anything"
    assert sorted(seen) == seen and set(seen) == {FIRST, SECOND, AGAIN}, "never back to an older one"


def traced(child: int, *options: str) -> "subprocess.Popen[str]":
    """strace attached to ``child``."""
    command = ["strace", "-f", "-e", "trace=%file,%desc", *options, "-p", str(child)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    line = tracer.stderr.readline()
    if "attached" not in line:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        pytest.skip(f"strace cannot watch another process here: {line.strip()}")
    return tracer


def system_calls(folder: Path) -> "Counter[str]":
    """How often the saves make each system call on files."""
    counted = folder.parent / "calls.txt"
    assert traced_saves(folder, "-o", str(counted)) == 0
    names = (re.match(r"\d+ +(\w+)\(", line) for line in counted.read_text(encoding="utf-8").splitlines())
    return Counter(name[1] for name in names if name)


def traced_saves(folder: Path, *options: str) -> int:
    """Save in a child that strace watches from before it begins; the signal that ended it."""
    ready, go = os.pipe()

    def work() -> None:
        os.read(ready, 1)
        saves(folder)

    child = forked(work)
    tracer = traced(child, *options)
    os.write(go, b"!")
    ended = ended_by(child)
    tracer.communicate()
    for descriptor in (ready, go):
        os.close(descriptor)
    return ended


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_killed_at_every_system_call(tmp_path: Path) -> None:
    calls = system_calls(prepared(tmp_path / "checkpoints"))
    assert sum(calls.values()) > 100 and {"rename", "fsync", "write"} <= set(calls)
    killed = 0
    for name, count in calls.items():
        for moment in range(1, count + 1):
            folder = prepared(tmp_path / "checkpoints")
            inject = f"inject={name}:signal=KILL:when={moment}"
            killed += traced_saves(folder, "-o", "/dev/null", "-e", inject) == -signal.SIGKILL
            check_what_is_left(folder)
    assert killed > sum(calls.values()) * 0.95, "nearly every call of the first run comes in the others too"
    print(f"killed at {killed} of {sum(calls.values())} system calls")
