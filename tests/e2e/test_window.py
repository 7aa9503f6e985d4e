"""The whole path in a real window under Xvfb: from a dropped file to an answer of the tuned model."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.contract.paths import data_dir, sample_dataset
from engine.models.starter import starter_path

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "e2e"
ROWS = 24

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Xvfb is not for Windows")


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own; Xvfb chooses a free number and writes it to the pipe."""
    xvfb = shutil.which("Xvfb")
    assert xvfb, "Xvfb is missing; set-up installs it, or: apt-get install xvfb"
    read, write = os.pipe()
    command = [xvfb, "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    assert number
    yield f":{number}"
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new user's data folder, with the starter model already in it."""
    folder = tmp_path / "home"
    (folder / "models").mkdir(parents=True)
    target = starter_path()
    assert target.is_relative_to(data_dir())
    (folder / "models" / target.name).symlink_to(target, target_is_directory=True)
    return folder


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A few rows of the sample, and one that cannot be used."""
    rows = json.loads(sample_dataset().read_text(encoding="utf-8"))[:ROWS]
    path = tmp_path / "mine.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows] + [
        '{"instruction": "no answer", "output": ""}'
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.timeout(900)
def test_from_a_dropped_file_to_an_answer(display: str, home: Path, dataset: Path) -> None:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LUTHIER_HOME": str(home)}
    command = [sys.executable, "-m", "tests.e2e.walk", str(dataset), str(PICTURES)]
    finished = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    seen: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])

    assert (seen["family"], seen["rows"], seen["accepted"], seen["rejected"]) == ("alpaca", ROWS + 1, ROWS, 1)
    assert seen["trained_text"].endswith(("— Maple<|im_end|>", "——小枫<|im_end|>"))
    assert "Start" in seen["start_button"]
    assert 3 <= seen["paused_at"] < ROWS // 2
    assert seen["steps"] == [float(step) for step in range(1, ROWS // 2 + 1)]
    assert seen["last_loss"] < seen["first_loss"]
    assert seen["memory_points"] == ROWS // 2
    assert Path(seen["run_dir"], "adapter", "adapter_model.safetensors").is_file()
    assert seen["export"]["target"] == "gguf:q8_0"
    assert seen["export"]["verification"]["status"] in ("passed", "warning")
    assert Path(seen["export"]["path"]).stat().st_size == seen["export"]["size_bytes"]
    assert seen["answers"]["base"] and seen["answers"]["tuned"]
    assert seen["tuned_tokens"] > 0
    assert seen["answer_shown"]
