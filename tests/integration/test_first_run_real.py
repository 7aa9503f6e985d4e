"""A new user's first minutes with the real engine: Enter through the welcome, then the sample to an answer by itself.

The sample is made small, so that it takes a minute; everything else is what a user has.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.contract.paths import data_dir, resources_dir
from engine.models.starter import is_installed, starter_path

ROOT = Path(__file__).resolve().parents[2]
ROWS = 8

DRIVE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
import app.actions.sample as sample

small = Path(sys.argv[1])
sample.resources_dir = lambda: small
sample.sample_dataset = lambda: small / "sample" / "workshop.json"
from app.main import build, run

app = build([])
seen = {"steps": [], "stages": [], "rows": [], "models": []}

def look():
    state = app.store.state
    step, tour = state.welcome.step, state.welcome.tour
    if tour and tour not in seen["stages"]:
        seen["stages"].append(tour)
    if step and step not in seen["steps"] and app.window.stack.currentWidget()._shown == step:
        ready = {
            "places": state.welcome.places is not None,
            "checks": state.engine.doctor is not None,
            "models": any(model.path in state.models.fits for model in state.engine.models),
        }
        if not ready.get(step, True) or state.engine.status == "starting":
            return
        seen["steps"].append(step)
        seen["rows"] = [check.state for check in state.engine.doctor.checks] if state.engine.doctor else []
        seen["models"] = [model.origin for model in state.engine.models]
        page = app.window.stack.currentWidget()
        QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Return)
    turns = state.chat.tuned.turns
    broken = [job for job in (state.train.job, state.export.job) if job.status in ("failed", "crashed")]
    if broken or (len(turns) == 2 and len(state.chat.base.turns) == 2):
        seen["answer"] = turns[-1].content if turns else str(broken[0].error)
        seen["export"] = [target.target for target in state.export.report.targets] if state.export.report else []
        app.window.close()

timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
code = run(app)
sys.stdout.write(json.dumps(seen) + "\\n")
sys.exit(code)
"""


@pytest.mark.skipif(not is_installed(), reason="the starter model is not installed")
@pytest.mark.timeout(900)
def test_from_the_welcome_to_an_answer(tmp_path: Path) -> None:
    home, small = tmp_path / "home", tmp_path / "resources" / "sample"
    (home / "models").mkdir(parents=True)
    (home / "models" / "starter").symlink_to(starter_path(), target_is_directory=True)
    assert starter_path().is_relative_to(data_dir())
    small.mkdir(parents=True)
    for name, rows in (("workshop.json", ROWS), ("heldout.json", 2)):
        content = json.loads((resources_dir() / "sample" / name).read_text(encoding="utf-8"))[:rows]
        (small / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    shutil.copyfile(resources_dir() / "sample" / "recipe.yaml", small / "recipe.yaml")

    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "LUTHIER_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", DRIVE, str(small.parent)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=850)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])

    assert seen["steps"] == ["look", "places", "checks", "models", "start"]
    assert "failed" not in seen["rows"] and len(seen["rows"]) == 9
    assert "starter" in seen["models"]
    assert seen["stages"] == ["data", "train", "export", "chat"]
    assert seen["export"] == ["gguf:q8_0"] and seen["answer"]
    settings = (home / "preferences.ini").read_text(encoding="utf-8")
    assert "welcomed=true" in settings
