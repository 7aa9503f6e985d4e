"""The project's `.venv`: made once, filled from the pinned versions, and stamped so that the next call is free.

Standard library only. Imported by bootstrap.py; the pure parts (digest, diagnosis, pip's progress lines)
have tests in tests/unit/packaging.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

from console import Console, SetupError, say_size

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "luthier-setup.json"
LOG = VENV / "luthier-setup.log"
PYPROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"

PINS_HEADER = """\
# The exact versions Luthier is tested with, development tools included.
# Made by `python packaging/bootstrap.py pins`; see packaging/README.md before changing a line.
"""

NO_NETWORK = (
    "The package index cannot be reached: check the network (behind a proxy set HTTPS_PROXY; for a mirror "
    "set PIP_INDEX_URL) and run the same command again; what is already there is kept."
)
DISK_FULL = "The disk is full: free some gigabytes on the disk of {folder} and run the same command again."
NO_COMPILER = (
    "llama.cpp has no ready wheel for this Python and no C++ compiler was found: install one (Debian: "
    "`sudo apt-get install -y build-essential cmake`; Windows: Visual Studio Build Tools with C++) and "
    "run the same command again."
)

# What pip and its children print, mapped to what the user can do. The first match wins.
_SYMPTOMS: tuple[tuple[str, str], ...] = (
    (r"No space left on device|Errno 28|not enough space on the disk|WinError 112", DISK_FULL),
    (
        r"Temporary failure in name resolution|Name or service not known|getaddrinfo failed|"
        r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|Read timed out|"
        r"ConnectionResetError|Connection aborted|Connection broken|ProxyError|SSLError|"
        r"Network is unreachable|IncompleteRead|IncompleteDownloadError|HTTP error 5\d\d",
        NO_NETWORK,
    ),
    (r"CMAKE_CXX?_COMPILER|No CMAKE_.*COMPILER|nmake|compiler.*not found|Visual Studio", NO_COMPILER),
)


def digest(*, python: str, files: tuple[Path, ...] = (PYPROJECT, CONSTRAINTS)) -> str:
    """Fingerprint of everything that decides what is in `.venv`; another fingerprint means: install again."""
    sha = hashlib.sha256(python.encode())
    for file in files:
        sha.update(b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return sha.hexdigest()


def current_digest() -> str:
    return digest(python=f"{sys.implementation.name} {sys.version_info[:3]} {sys.platform}")


def read_stamp() -> dict[str, Any]:
    """The stamp of the last finished set-up, or an empty one when it is missing or unreadable."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, Any]) -> None:
    temporary = STAMP.with_suffix(".tmp")
    temporary.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    temporary.replace(STAMP)


def is_current(stamp: dict[str, Any], *, fingerprint: str, dev: bool) -> bool:
    """Whether a finished set-up covers what is asked now (a development set-up covers a plain one)."""
    return stamp.get("digest") == fingerprint and (bool(stamp.get("dev")) or not dev)


def venv_program(name: str) -> Path:
    """Path of a program inside `.venv`."""
    if sys.platform == "win32":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def requirements(*, dev: bool) -> list[str]:
    """The dependencies as pyproject.toml declares them."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]["dev"] if dev else []
    return [*project["dependencies"], *extras]


def canonical(name: str) -> str:
    """A package's name as the index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(name: str) -> str:
    """`name==version` as constraints.txt pins it."""
    pattern = re.compile(rf"^{re.escape(canonical(name))}==\S+", re.MULTILINE)
    match = pattern.search(CONSTRAINTS.read_text(encoding="utf-8"))
    if match is None:
        raise SetupError(f"packaging/constraints.txt has no line for {name}: add `{name}==<version>` there.")
    return match.group()


def write_pins() -> int:
    """Pin every version that `.venv` holds in constraints.txt; returns how many.

    Left out: the project itself, and local version labels such as `+cpu`, which no index serves.
    """
    command = [str(venv_program("python")), "-m", "pip", "freeze", "--all", "--exclude-editable"]
    frozen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    rows = (line.split("+")[0].partition("==") for line in frozen if "==" in line)
    pins = sorted(f"{canonical(name)}=={version}" for name, _, version in rows)
    CONSTRAINTS.write_text(PINS_HEADER + "\n".join(pins) + "\n", encoding="utf-8")
    return len(pins)


def create_venv(console: Console) -> None:
    """Make `.venv`, or make it anew when its Python no longer starts (moved, or upgraded away).

    Raises:
        SetupError: when Debian's split python3-venv is missing.
    """
    python = venv_program("python")
    if python.exists():
        probe = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
        if probe.returncode == 0:
            return
        console.line("the old .venv no longer works, making a new one")
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise SetupError(diagnose(made.stdout + made.stderr, package=".venv"))


def diagnose(output: str, *, package: str) -> str:
    """One sentence for a failed installer, from what it printed."""
    if "ensurepip" in output:
        return "Python's venv module is incomplete here: run `sudo apt-get install -y python3-venv` and try again."
    for pattern, sentence in _SYMPTOMS:
        if re.search(pattern, output, re.IGNORECASE):
            return sentence.format(folder=ROOT)
    errors = [line.strip() for line in output.splitlines() if line.lstrip().lower().startswith("error")]
    reason = errors[-1] if errors else "it gave no reason"
    return f"pip could not install {package} ({reason}): the whole output is in {LOG}."


def install(console: Console, arguments: list[str], *, package: str, old_pip: bool = False) -> None:
    """`pip install ARGUMENTS` with the pins, tried again once when the network was at fault.

    Args:
        old_pip: the pip that came with Python is at work, which cannot print progress for programs.

    Raises:
        SetupError: with one sentence, when pip fails for good.
    """
    bar = "off" if old_pip else "raw"
    command = [str(venv_program("python")), "-m", "pip", "install", "--no-input", f"--progress-bar={bar}"]
    command += ["--disable-pip-version-check", "--constraint", str(CONSTRAINTS), *arguments]
    for attempt in (1, 2):
        code, output = _run_pip(console, command)
        if code == 0:
            return
        sentence = diagnose(output, package=package)
        if sentence != NO_NETWORK or attempt == 2:
            raise SetupError(sentence)
        console.line("the network failed, trying once more in 5 s")
        time.sleep(5)


def _run_pip(console: Console, command: list[str]) -> tuple[int, str]:
    """Run pip, turning what it prints into progress. Returns its exit code and its last 200 lines."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    environ.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
    child = subprocess.Popen(
        command,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(child, lines), daemon=True)
    reader.start()
    progress, tail = PipProgress(), [f"$ {' '.join(command)}"]
    with LOG.open("a", encoding="utf-8") as log:
        while True:
            try:
                line = lines.get(timeout=1.0)
            except queue.Empty:
                console.progress(progress.text)  # keeps the clock moving while a compiler is silent
                continue
            if line is None:
                break
            if not line.startswith("Progress "):
                log.write(line)
                tail = [*tail[-199:], line]
            if notable := progress.feed(line):
                console.line(notable)
            console.progress(progress.text)
    return child.wait(), "".join(tail)


def _pump(child: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(line)
    lines.put(None)


class PipProgress:
    """Follows pip's output (with `--progress-bar raw`) and words what it is doing now."""

    _NOTABLE_BYTES = 20_000_000  # smaller downloads pass in the moving line only

    def __init__(self) -> None:
        self.text = "starting pip"
        self._file = ""
        self._clock = time.monotonic()

    def feed(self, line: str) -> str | None:
        """Take one line of pip; return a sentence when it is worth a line of its own."""
        words = line.split()
        if line.startswith("Progress ") and len(words) == 4:
            self._download(int(words[1]), int(words[3]))
            return None
        if not words:
            return None
        if words[0] in ("Downloading", "Processing") and len(words) > 1:
            self._file, self._clock = words[1].rsplit("/", 1)[-1], time.monotonic()
            self.text = f"{words[0].lower()} {self._file}"
        elif words[0] == "Collecting":
            self.text = f"looking for {words[1]}"
        elif line.lstrip().startswith("Building wheel for ") and "started" in line:
            self.text = f"building {words[3]} from source"
            return f"building {words[3]} from source, this takes some minutes"
        elif line.startswith("Installing collected packages:"):
            count = line.count(",") + 1
            self.text = f"unpacking {count} packages"
        return None

    def _download(self, done_bytes: int, total_bytes: int) -> None:
        elapsed_s = max(time.monotonic() - self._clock, 0.1)
        share = f"{100 * done_bytes // total_bytes}% of {say_size(total_bytes)}" if total_bytes else ""
        self.text = (
            f"downloading {self._file}  {share or say_size(done_bytes)}  {say_size(done_bytes / elapsed_s)}/s"
        )
