"""The app is killed in the middle of a run: the run goes on, a new app finds it with no gap in its charts, and when that
one stops it and leaves, nothing of the session is left. Real app, real engine, real signals; no time decides."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.train.checkpoint import damage, folder_of, steps

ROOT = Path(__file__).parents[2]
SITTING = Path(__file__).with_name("sitting.py")
WAIT_S = 150  # only ends a hanging test

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX"),
]


def sit(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    """The app in a process of its own, with ``home`` as its data folder."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "LUTHIER_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(SITTING), *arguments]
    errors = (home / "errors.txt").open("a")
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True, cwd=home
    )


def told(app: "subprocess.Popen[str]") -> dict[str, Any]:
    """The next thing that the app says."""
    assert app.stdout is not None
    line = app.stdout.readline()
    assert line, f"the app ended with {app.wait(10)} and said nothing"
    words: dict[str, Any] = json.loads(line)
    return words


def session_of(home: Path) -> list[psutil.Process]:
    """Every process that was started with ``home`` as its data folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if (
                process.environ().get("LUTHIER_HOME") == str(home)
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
    return found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose processes end with the test, whatever happens."""
    home = tmp_path / "home"
    home.mkdir()
    yield home
    for process in session_of(home):
        with suppress(psutil.Error):
            process.kill()


@pytest.fixture
def recipe(tiny_model: Path, tmp_path: Path) -> Path:
    rows = [{"instruction": f"Say {number}", "output": f"It is {number}."} for number in range(40)]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    document = {
        "name": "long",
        "model": {"path": str(tiny_model)},
        "data": {"sources": [{"path": str(tmp_path / "rows.json")}], "cutoff_len": 64},
        "method": {"kind": "lora", "rank": 2},
        "optim": {"max_steps": 100_000, "per_device_train_batch_size": 4},
        "run": {"logging_steps": 1, "num_threads": 1},
    }
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(document))
    return path


def journal_steps(run_dir: Path) -> list[int]:
    events = [json.loads(line) for line in (run_dir / "events.jsonl").read_text().splitlines()]
    return [
        step
        for event in events
        if event["type"] == "metrics" and "train/loss" in event
        for step in event["step"]
    ]


def test_killed_found_again_and_stopped(home: Path, recipe: Path) -> None:
    first = sit(home, "start", str(recipe))
    begun = told(first)
    run_dir = Path(begun["run_dir"])
    first.send_signal(signal.SIGKILL)
    assert first.wait(30) == -signal.SIGKILL
    engine = psutil.Process(json.loads((run_dir / "process.json").read_text())["pid"])
    killed_at = journal_steps(run_dir)[-1]
    deadline = time.monotonic() + WAIT_S
    while journal_steps(run_dir)[-1] < killed_at + 5:  # without any app
        assert engine.is_running() and time.monotonic() < deadline
        time.sleep(0.05)

    second = sit(home, "again", str(time.time()))
    found = told(second)
    assert found["steps"] == list(range(1, found["step"] + 1)) and found["step"] >= killed_at + 5
    later = told(second)
    assert later["steps"] == list(range(1, later["step"] + 1)) and later["step"] > found["step"]
    assert second.wait(WAIT_S) == 0, (home / "errors.txt").read_text()[-2000:]

    last = journal_steps(run_dir)
    assert last == list(range(1, last[-1] + 1))
    end = json.loads((run_dir / "events.jsonl").read_text().splitlines()[-1])
    assert (end["type"], end["status"]) == ("run.finished", "stopped")
    kept = steps(run_dir / "checkpoints")
    assert kept and damage(folder_of(run_dir / "checkpoints", kept[-1])) is None
    assert (run_dir / "adapter" / "adapter_model.safetensors").is_file()
    psutil.wait_procs(session_of(home), timeout=30)
    assert session_of(home) == []
