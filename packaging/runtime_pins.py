"""The wheels that the engine of another device is frozen from, each with its hash: how they are found and written down.

pip resolves them against the index without fetching them: what Luthier needs, at the versions of constraints.txt, with the
PyTorch that the index serves for that device. They hold for one system and one Python, which the file's head names.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import environment
from console import SetupError

FOLDER = environment.ROOT / "packaging" / "runtimes"
PYTHON = (3, 11)
SYSTEM, MACHINE = "Linux", "x86_64"
DEVICES = ("cuda",)  # the index serves PyTorch for these; others only come from indexes of their own
TOOLS = ("pyinstaller",)


def pins_of(device: str) -> Path:
    """The file with the wheels of `device`.

    Raises:
        SetupError: when there are none.
    """
    if device not in DEVICES:
        raise SetupError(f"There are no pinned wheels for {device}, only for {', '.join(DEVICES)}.")
    return FOLDER / f"{device}.txt"


def require_host(device: str) -> None:
    """Raises:
    SetupError: when this computer is another one than the wheels are for.
    """
    here = (platform.system(), platform.machine(), sys.version_info[:2])
    if here != (SYSTEM, MACHINE, PYTHON):
        raise SetupError(
            f"The wheels for {device} are pinned for {SYSTEM} on {MACHINE} with Python {PYTHON[0]}.{PYTHON[1]}."
        )


def write_pins(device: str) -> int:
    """Resolve the wheels of `device` and write them down; how many there are.

    Raises:
        SetupError: when pip finds no set that fits together.
    """
    require_host(device)
    report = resolve([*environment.requirements(dev=False), *TOOLS])
    lines = [line_of(entry) for entry in report["install"]]  # type: ignore[attr-defined]
    head = (
        f"# The engine for {device}: {SYSTEM} on {MACHINE}, Python {PYTHON[0]}.{PYTHON[1]}, resolved by\n"
        f"# `python packaging/runtime.py --pins {device}` with the versions of constraints.txt. Do not edit.\n"
    )
    place = pins_of(device)
    place.parent.mkdir(exist_ok=True)
    place.write_text(head + "".join(sorted(lines)), encoding="utf-8")
    return len(lines)


def line_of(entry: dict[str, dict[str, object]]) -> str:
    """One line of a requirements file from one entry of pip's report, without where it was found.

    Raises:
        SetupError: when the index names no hash.
    """
    metadata = entry["metadata"]
    name = environment.canonical(str(metadata["name"]))
    archive = entry["download_info"].get("archive_info")
    hashes = archive.get("hashes", {}) if isinstance(archive, dict) else {}
    if "sha256" not in hashes:
        raise SetupError(f"The index names no SHA-256 of {name}.")
    return f"{name}=={metadata['version']} --hash=sha256:{hashes['sha256']}\n"


def resolve(requirements: list[str]) -> dict[str, object]:
    """pip's report on what it would install into an empty environment.

    Only the index counts: folders of wheels beside it may hold a PyTorch for the processor.
    """
    with tempfile.TemporaryDirectory() as folder:
        report, wanted = Path(folder) / "report.json", Path(folder) / "requirements.txt"
        wanted.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed"]
        command += ["--report", str(report), "--requirement", str(wanted)]
        command += ["--constraint", str(environment.CONSTRAINTS)]
        plain = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": "",
            "PIP_CONSTRAINT": "",
            "PIP_EXTRA_INDEX_URL": "",
        }
        done = subprocess.run(
            command, env={**os.environ, **plain}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise SetupError(f"pip finds no set of wheels: {done.stderr.strip()[-500:]}")
        found = json.loads(report.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
