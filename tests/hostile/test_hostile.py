"""Every hostile file is answered: no crash, no hang, no more than a gigabyte, honest rows or a sentence.

The files are opened in processes of their own, many in each, so that one that kills or stalls its process is known.
Time is measured as the processor's, which a busy machine does not stretch.
"""

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.hostile.corpus import make_corpus

pytestmark = pytest.mark.timeout(1800)  # a minute where nobody else works
ROOT = Path(__file__).resolve().parents[2]
CHILDREN = 2
LONGEST_S = 10.0
ASLEEP_S = 60
MOST_MB = 1024
LONGEST_MESSAGE = 1000

GOOD = {
    "good.zip": 52,
    "good.tar": 50,
    "good.tar.gz": 50,
    "good.tar.zst": 50,
    **{f"good.jsonl.{suffix}": 50 for suffix in ("gz", "bz2", "xz", "zst")},
    "good.xlsx": 1,
    "good_by_another_name.txt": 1,
    "good.docx": 1,
    "good.pdf": 1,
    "good.parquet": 100,
    "good.arrow": 100,
    "good_stream.arrow": 100,
    "good_compressed.feather": 100,
    "utf16_le_bare_chinese.csv": 23,
    "utf16_be_bare.csv": 11,
    "gb18030.csv": 23,
    "line_ends_mixed.csv": 3,
    "names_odd.zip": 100,
    "new\nline.jsonl": 3,
}


class Child:
    """A process that opens files; another one is started when it has died or hangs."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def open(self, path: str) -> dict[str, Any]:
        """What became of ``path``."""
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(path).encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline() if self._answers(process) else None
        if line:
            return {"path": path, **json.loads(line)}
        self._end()
        return {"path": path, "crash": "it hangs" if line is None else f"it died with {process.returncode}"}

    @staticmethod
    def _answers(process: "subprocess.Popen[bytes]") -> bool:
        """Whether an answer comes before the process has worked, or slept, for too long. Waiting for a processor that
        others use is neither."""
        assert process.stdout is not None
        watched = psutil.Process(process.pid)
        begun = last = _worked(watched)
        asleep = 0
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not selector.select(1.0):
                worked = _worked(watched)
                sleeps = worked == last and watched.status() != psutil.STATUS_RUNNING
                asleep, last = asleep + 1 if sleeps else 0, worked
                if worked - begun > 3 * LONGEST_S or asleep > ASLEEP_S:
                    return False
        return True

    def _start(self) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "LUTHIER_HOME": str(self._home)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.probe"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _worked(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """What became of each file of the corpus."""
    folder = tmp_path_factory.mktemp("hostile")
    paths = [path for group in make_corpus(folder / "files") for path in group]
    before = _listing(folder / "files")
    with ThreadPoolExecutor(CHILDREN) as pool:
        shares = [paths[first::CHILDREN] for first in range(CHILDREN)]
        homes = [folder / f"home{number}" for number in range(CHILDREN)]
        found = [item for share in pool.map(_open_all, homes, shares) for item in share]
    assert _listing(folder / "files") == before, "opening a file has made, changed or removed one"
    assert len(found) == len(paths)
    yield found
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size > 1 << 20:
            path.unlink()


def _open_all(home: Path, paths: list[str]) -> list[dict[str, Any]]:
    with Child(home) as child:
        return [child.open(path) for path in paths]


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    found = ((str(path), path.lstat()) for path in folder.rglob("*"))
    return sorted((name, status.st_mtime_ns, status.st_size) for name, status in found)


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")
def test_every_file_is_answered_in_bounded_time_and_memory(answers: list[dict[str, Any]]) -> None:
    assert len(answers) >= 400
    faults = [f"{item['path'][-80:]!r}: {fault}" for item in answers for fault in _faults(item)]
    assert not faults, "\n".join(faults)


def _faults(item: dict[str, Any]) -> Iterator[str]:
    if "crash" in item:
        yield item["crash"]
        return
    if item["seconds"] > LONGEST_S:
        yield f"takes {item['seconds']:.1f} s"
    if item["peak_mb"] > MOST_MB:
        yield f"takes {item['peak_mb']} MB"
    if item["rows"] != item["accepted"] + item["rejected"]:
        yield f"{item['rows']} rows, but {item['accepted']} accepted and {item['rejected']} rejected"
    if not item["rows"] and not any(item["messages"]):
        yield "no rows, and no word why"
    if item["rejected"] and not any(item["messages"]):
        yield "rejected rows, and no word why"
    for message in item["messages"]:
        if "Traceback" in message or "/home" in message or len(message) > LONGEST_MESSAGE:
            yield f"no sentence for a user: {message[:300]}"


@pytest.mark.skipif(sys.platform != "linux", reason="as above")
def test_what_is_sound_is_read_all_the_same(answers: list[dict[str, Any]]) -> None:
    accepted = {item["path"].rpartition("/")[2]: item.get("accepted") for item in answers}
    assert {name: accepted[name] for name in GOOD} == GOOD
