"""Two real processes and one library: the second brings the first to the front, or says who has it; stale locks go."""

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
from app.client.library_lock import HOLDER, LOCK, LibraryLock, bell_name
from engine.contract.library_version import LIBRARY_VERSION, write_library

ROOT = Path(__file__).resolve().parents[2]

OPEN = """
import sys
from app.main import build, run
from PySide6.QtCore import QTimer
from tests.gui.fakes.programs import fake_program

app = build([], program=fake_program("normal"))
said = set()

def look():
    state = app.store.state
    sources = [item["path"] for item in state.draft.recipe.get("data", {}).get("sources", ())]
    for word in ("open" if (app.preferences._home / "open.json").exists() else "", state.page, *sources):
        if word and word not in said:
            said.add(word)
            sys.stdout.write(word + "\\n")
            sys.stdout.flush()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
sys.exit(run(app))
"""
HANG = "import time; from app.main import build; app = build([]); app.lock.sign(); print('open', flush=True); time.sleep(600)"


def start(home: Path, *words: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "LUTHIER_HOME": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C"
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True, cwd=home.parent,
    )  # fmt: skip


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"{word!r} was not said: {process.communicate()[1][-2000:]}")


def end(process: subprocess.Popen[str]) -> None:
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    for child in children:
        if child.is_running():
            child.kill()


def second(home: Path, *arguments: str) -> tuple[int, str]:
    process = start(home, "-m", "app", *arguments)
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def test_a_second_start_brings_the_first_window_and_its_files(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = start(home, "-c", OPEN)
    try:
        wait_for(first, "open")
        (tmp_path / "mine.jsonl").write_text("{}\n")
        assert second(home, "mine.jsonl") == (0, "")
        wait_for(first, str(tmp_path / "mine.jsonl"))  # a relative name means the second one's folder
    finally:
        end(first)


def test_a_window_that_does_not_answer_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = start(home, "-c", HANG)
    try:
        wait_for(first, "open")
        code, said = second(home)
        year = time.strftime("%Y")
        assert code == 3
        assert (
            f"Luthier {__version__} (process {first.pid}) has had the library at {home} open since {year}-"
            in said
        )
    finally:
        end(first)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_lock_of_a_killed_window_is_taken_over(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = start(home, "-c", OPEN)
    wait_for(first, "open")
    children = psutil.Process(first.pid).children(recursive=True)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    assert (home / LOCK).exists() and (home / HOLDER).exists()
    again = start(home, "-c", OPEN)
    try:
        wait_for(again, "open")
        assert second(home, "--page", "chat") == (0, ""), "the socket of the dead one is in nobody's way"
        wait_for(again, "chat")
    finally:
        end(again)
        for child in children:
            if child.is_running():
                child.kill()


def test_a_number_that_another_program_has_now_is_no_holder(luthier_home: Path) -> None:
    luthier_home.mkdir()
    began = psutil.Process().create_time()
    lock = LibraryLock(luthier_home)
    assert lock.take() is None
    content = (luthier_home / LOCK).read_bytes()
    lock.release()
    (luthier_home / LOCK).write_bytes(content)  # left behind by a process whose number is ours now
    claim = {"pid": os.getpid(), "version": "0.0.1", "since": 1.0, "began": began}
    (luthier_home / HOLDER).write_text(json.dumps(claim))
    holder = LibraryLock(luthier_home).take()
    assert holder is not None and (holder.pid, holder.version) == (os.getpid(), "0.0.1")
    (luthier_home / HOLDER).write_text(json.dumps({**claim, "began": began - 3600}))
    assert LibraryLock(luthier_home).take() is None


def test_an_older_program_leaves_a_newer_library_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    write_library(home, program="9.1", version=LIBRARY_VERSION + 1)
    code, said = second(home)
    assert code == 2 and "written by Luthier 9.1" in said and "Nothing was changed" in said
    assert [path.name for path in home.iterdir()] == ["library.json"]


def test_a_long_path_gets_a_short_name(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a rather long folder"] * 6)
    assert len(bell_name(deep)) < 40
