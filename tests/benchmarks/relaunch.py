"""From starting a new app to a run that is seen live, after the app before it was killed in the middle of that run.

    python tests/benchmarks/relaunch.py [--times 5] [--steps 200] [--json]

Each time: a real app (without a display) trains a random tiny model, is killed by SIGKILL once ``--steps`` steps are in the
journal, and a second app is started. "live_s" counts from just before that start to the moment its state says that the run
is running, with every step of the journal in the loss chart; "gaps" counts steps that are missing or twice. "imports_s" is a
process that only imports the app, for the share that is Python's. Medians; wants an otherwise idle machine.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITTING = ROOT / "tests" / "integration" / "sitting.py"
LIMIT_S = 3.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as work:
        recipe = write_recipe(Path(work))
        for number in range(options.times):
            found.append(once(Path(work) / f"home{number}", recipe, options.steps))
    figures = {
        "times": options.times,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        **{name: round(statistics.median(one[name] for one in found), 2) for name in ("live_s", "imports_s")},
        "steps": int(statistics.median(one["steps"] for one in found)),
        "gaps": int(sum(one["gaps"] for one in found)),
        "limit_s": LIMIT_S,
    }
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:>10}  {value}")
    return 0


def once(home: Path, recipe: Path, steps: int) -> dict[str, float]:
    """One kill and one relaunch."""
    home.mkdir()
    first = sit(home, "start", str(recipe))
    assert first.stdout is not None
    run_dir = Path(json.loads(first.stdout.readline())["run_dir"])
    while known(run_dir) < steps:
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.wait()
    began = time.time()
    subprocess.run([sys.executable, "-c", "import app.main, app.views.home"], cwd=ROOT, check=True)
    imports_s = time.time() - began
    second = sit(home, "again", str(time.time()))
    assert second.stdout is not None
    live = json.loads(second.stdout.readline())
    second.communicate()
    expected = range(1, live["step"] + 1)
    gaps = (
        len(set(expected) ^ {int(step) for step in live["steps"]})
        + len(live["steps"])
        - len(set(live["steps"]))
    )
    return {"live_s": live["live_s"], "imports_s": imports_s, "steps": live["step"], "gaps": gaps}


def known(run_dir: Path) -> int:
    """Steps in the journal."""
    return (run_dir / "events.jsonl").read_text(encoding="utf-8").count('"metrics"')


def sit(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "LUTHIER_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, str(SITTING), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )


def write_recipe(folder: Path) -> Path:
    """A random tiny model, and a recipe that trains it for longer than anybody waits."""
    sys.path.insert(0, str(ROOT))
    from tests.unit.export.tiny import make_base

    model = make_base(folder / "tiny")
    rows = [{"instruction": f"Say {number}", "output": f"It is {number}."} for number in range(40)]
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    document = {
        "name": "long",
        "model": {"path": str(model)},
        "data": {"sources": [{"path": str(folder / "rows.json")}], "cutoff_len": 64},
        "method": {"kind": "lora", "rank": 2},
        "optim": {"max_steps": 100_000},
        "run": {"logging_steps": 1, "num_threads": 1},
    }
    path = folder / "recipe.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


if __name__ == "__main__":
    raise SystemExit(main())
