"""An engine that is killed outright: what it leaves is enough to end exactly where it would have ended."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

STEPS = {"tiny": 24, "starter": 8}


@pytest.fixture(params=STEPS)
def recipe(request: pytest.FixtureRequest, tiny_model: Path, tmp_path: Path) -> dict[str, Any]:
    """A run of a random tiny model, and a shorter one of the starter model."""
    steps = STEPS[request.param]
    words = ["spruce", "maple", "ebony", "glue", "arch", "peg", "bow", "string"]
    picker = random.Random(11)
    rows = [
        {"instruction": " ".join(picker.choices(words, k=4)), "output": " ".join(picker.choices(words, k=9))}
        for _ in range(40)
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return {
        "model": {"path": str(tiny_model) if request.param == "tiny" else "starter"},
        "data": {"sources": [{"path": "rows.json"}], "cutoff_len": 128, "validation": {"ratio": 0.1}},
        "method": {"kind": "lora", "rank": 4, "lora_dropout": 0.1},
        "objective": {"kind": "sft"},
        "optim": {"max_steps": steps, "per_device_train_batch_size": 3, "gradient_accumulation_steps": 2,
                  "learning_rate": 1e-3},
        "run": {"save_steps": steps // 6 + 1, "eval_steps": 5, "num_threads": 1},
    }  # fmt: skip


def write(folder: Path, recipe: dict[str, Any], name: str) -> Path:
    document = {**recipe, "run": {**recipe["run"], "output_dir": name}}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def start(recipe_path: Path, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "engine", "run", str(recipe_path), "--json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def losses_of(events: list[dict[str, Any]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for event in events:
        if event["type"] == "metrics" and "train/loss" in event:
            found.update(zip(event["step"], event["train/loss"], strict=True))
    return found


def finish(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.skipif(
    os.name == "nt", reason="SIGKILL is POSIX; TerminateProcess is covered by the client's tests"
)
@pytest.mark.slow
def test_killed_at_a_random_step(recipe: dict[str, Any], tmp_path: Path) -> None:
    whole = finish(start(write(tmp_path, recipe, "whole")))
    assert whole[-1]["type"] == "run.finished"
    assert whole[-1]["status"] == "completed"

    cut_recipe = write(tmp_path, recipe, "cut")
    last = recipe["optim"]["max_steps"]
    kill_after = random.randint(recipe["run"]["save_steps"] + 1, last - 2)
    process = start(cut_recipe)
    assert process.stdout is not None
    seen: list[dict[str, Any]] = []
    for line in process.stdout:
        seen.append(json.loads(line))
        if max(losses_of(seen), default=0) >= kill_after:
            time.sleep(random.random() * 0.02)
            process.send_signal(signal.SIGKILL)
            break
    process.wait(timeout=60)
    process.stdout.close()

    resumed = finish(start(cut_recipe, "--resume"))
    assert min(losses_of(resumed)) > 1, f"killed after step {kill_after}: nothing was resumed"
    assert losses_of(seen).items() <= losses_of(whole).items()
    assert losses_of(seen) | losses_of(resumed) == losses_of(whole)
    name = "adapter/adapter_model.safetensors"
    assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
