"""What the machine must have before Python packages can help: Python, disk, system libraries, a compiler.

Standard library only. Everything is a question with a plain answer, so that tests can ask it about other
machines; only `install_debian_packages` changes anything.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from console import Console, SetupError, say_size

MIN_PYTHON = (3, 11)
MAX_PYTHON = (3, 13)

QT_PACKAGES = (
    "fonts-noto-cjk",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
TEST_PACKAGES = ("xauth", "xdotool", "xvfb")
# To read an installed window by its accessible names, see seat.py.
READER_PACKAGES = ("at-spi2-core", "dbus-daemon", "gir1.2-atspi-2.0", "python3-gi")
COMPILER_PACKAGES = ("build-essential", "cmake", "ninja-build")
INSTALLER_PACKAGES = ("binutils",)  # readelf; dpkg-deb is there anyway
BUNDLE_PACKAGES = ("binutils",)  # PyInstaller reads libraries with objdump


def python_problem(version: tuple[int, ...]) -> str | None:
    """A sentence when this Python cannot run Luthier, else None."""
    if MIN_PYTHON <= version[:2] <= MAX_PYTHON:
        return None
    have = ".".join(map(str, version[:3]))
    low, high = (".".join(map(str, v)) for v in (MIN_PYTHON, MAX_PYTHON))
    return (
        f"Luthier needs Python {low} to {high}, and this is Python {have}: install one of those and run the "
        f"same command with it, for example `make run PYTHON=python{low}`."
    )


def disk_problem(folder: Path, *, need_bytes: int) -> str | None:
    """A sentence when `folder`'s disk has less than `need_bytes` free, else None."""
    folder = next(p for p in (folder, *folder.parents) if p.exists())
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes >= need_bytes:
        return None
    return (
        f"The disk of {folder} has {say_size(free_bytes)} free and set-up needs {say_size(need_bytes)}: "
        "free some space there, or clone Luthier to a larger disk."
    )


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can open here. Windows and macOS always have a desktop."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def is_debian() -> bool:
    """Whether packages of this system come from apt (Debian, Ubuntu, Mint, ...)."""
    return sys.platform == "linux" and bool(shutil.which("apt-get") and shutil.which("dpkg-query"))


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def has_compiler() -> bool:
    """Whether llama.cpp could be compiled here, should no wheel fit this machine."""
    if sys.platform == "win32":
        return True  # Visual Studio is not on PATH; pip's own message is the judge there
    return any(shutil.which(name) for name in ("c++", "g++", "clang++"))


def has_venv() -> bool:
    """Whether this Python can make environments with pip inside; Debian ships that part on its own."""
    return importlib.util.find_spec("ensurepip") is not None


def build_packages() -> list[str]:
    """Debian packages without which `.venv` cannot be filled on this machine."""
    packages = [] if has_compiler() else list(COMPILER_PACKAGES)
    if not has_venv():
        packages.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    return packages


def missing_debian_packages(wanted: Iterable[str], *, dpkg_listing: str | None = None) -> list[str]:
    """Which of `wanted` dpkg does not have installed.

    Args:
        dpkg_listing: lines "name status" as dpkg-query prints them; asked of the system when None.
    """
    names = list(wanted)
    if dpkg_listing is None:
        answer = subprocess.run(
            ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *names],
            capture_output=True,
            text=True,
            check=False,  # it exits with 1 when a name is unknown, which is an answer
        )
        dpkg_listing = answer.stdout
    rows = (line.split() for line in dpkg_listing.splitlines())
    installed = {row[0] for row in rows if len(row) == 2 and row[1] == "installed"}
    return [name for name in names if name not in installed]


def apt_line(packages: Iterable[str]) -> str:
    return "sudo apt-get install -y " + " ".join(packages)


def install_debian_packages(packages: list[str], console: Console) -> None:
    """Install through apt. Only call this as root.

    Raises:
        SetupError: when apt fails; the sentence carries the line to run by hand.
    """
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-qq", "--no-install-recommends"]
    commands = (["apt-get", "update", "-qq"], ["apt-get", "install", *options, *packages])
    output = ""
    for command in commands:
        console.progress(" ".join(command[:2]))
        done = subprocess.run(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        output = done.stdout
        if done.returncode != 0 and command[1] == "install":
            reason = (output.strip().splitlines() or ["no reason given"])[-1]
            raise SetupError(
                f"apt could not install the system libraries ({reason}): check the network and the disk, "
                f"then run `{apt_line(packages)}` and try again."
            )
