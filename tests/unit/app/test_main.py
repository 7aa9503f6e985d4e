"""The whole app in a process of its own: what it loads, what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app import __version__
from app.client.library_lock import LibraryLock
from engine import __version__ as engine_version

ROOT = Path(__file__).parents[3]

LIGHT = """
import sys
from app.main import build, run
from PySide6.QtCore import QTimer
from tests.gui.fakes.programs import fake_program

app = build([], program=fake_program("normal"))

def look():
    if app.store.state.engine.schema is not None and app.store.state.engine.doctor is not None:
        app.window.close()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
code = run(app)
heavy = {"torch", "transformers", "peft", "datasets", "accelerate", "llama_cpp", "engine.registry"} & set(sys.modules)
sys.stdout.write(f"{code} {sorted(heavy)}\\n")
"""

TRAIN = """
import sys
from pathlib import Path
from app.main import build, run
from app.views.closing import CloseDialog
from PySide6.QtCore import QTimer
from tests.gui.fakes.programs import fake_program

data = Path(sys.argv[1])
data.write_text("[]")
app = build([str(data)], program=fake_program("normal", "--interval", "0.1", "--steps", "40"))
stage = "draft"

def look():
    global stage
    state = app.store.state
    if stage == "draft" and state.draft.plan is not None and state.data.report is not None:
        stage = "run"
        app.intents.start_run()
    elif stage == "run" and state.train.step >= 3:
        stage = "close"
        sys.stdout.write(state.train.job.run_dir + "\\n")
        sys.stdout.flush()
        if sys.argv[2] == "close":
            app.window.close()
    elif stage == "close" and sys.argv[2] == "close":
        dialog = app.window.findChild(CloseDialog)
        if dialog is not None and dialog.isVisible():
            stage = "gone"
            dialog.buttons["background"].click()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
sys.exit(run(app))
"""


def start(script: str, home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "LUTHIER_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True, cwd=home.parent,
    )  # fmt: skip


def test_the_app_never_loads_the_training_libraries(tmp_path: Path) -> None:
    output, errors = start(LIGHT, tmp_path / "home").communicate(timeout=120)
    assert output == "0 []\n", errors


def test_importing_the_app_loads_neither_engine_nor_charts() -> None:
    code = "import sys, app.main; print([m for m in ('torch', 'numpy', 'engine.registry', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("way", ["close", "kill"])
def test_a_run_outlives_the_app(tmp_path: Path, way: str) -> None:
    """Closed through the dialog or killed: the engine trains on to its end."""
    app = start(TRAIN, tmp_path / "home", str(tmp_path / "a.json"), way)
    assert app.stdout is not None
    run_dir = Path(app.stdout.readline().strip())
    process = json.loads((run_dir / "process.json").read_text())
    if way == "kill":
        app.send_signal(signal.SIGKILL)
    _, errors = app.communicate(timeout=120)
    assert app.returncode == (0 if way == "close" else -signal.SIGKILL), errors
    engine = psutil.Process(process["pid"])
    lock = LibraryLock(tmp_path / "home")
    assert lock.take() is None and engine.is_running(), "the run keeps nobody out"
    lock.release()
    assert engine.create_time() == pytest.approx(process["started"], abs=1.0)
    engine.wait(timeout=120)
    events = [json.loads(line) for line in (run_dir / "events.jsonl").read_text().splitlines()]
    steps = [event["step"][0] for event in events if event["type"] == "metrics"]
    assert steps == list(range(1, 41)) and events[-1]["status"] == "completed"


def test_after_a_close_no_engine_is_left(tmp_path: Path) -> None:
    app = start(LIGHT, tmp_path / "home")
    seen: set[psutil.Process] = set()
    while app.poll() is None:
        try:
            seen.update(psutil.Process(app.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    app.communicate(timeout=60)
    assert seen, "the quick engine was started"
    assert not psutil.wait_procs(list(seen), timeout=20)[1]


def test_a_second_app_says_so(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = (
        "import sys; from app.main import build, main; app = build([])\n"
        "import subprocess; sys.exit(subprocess.run([sys.executable, '-m', 'app']).returncode)"
    )
    app = start(code, home)
    _, errors = app.communicate(timeout=120)
    assert app.returncode == 3 and "has the library at" in errors


def test_one_version() -> None:
    assert __version__ == engine_version
