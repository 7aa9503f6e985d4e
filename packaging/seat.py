"""A virtual desk: a screen, and the bus over which a window tells what it shows to those who cannot see it.

Both lie in one folder, so that a root made by `cleanroot` can be given them without getting anything else, no network
either. Whoever sits at the desk is an ordinary user.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bundle import screen
from cleanroot import USER
from console import SetupError
from host import READER_PACKAGES, apt_line

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
READER = "/usr/bin/python3"  # Debian's, since only it has the bindings of the accessibility library
HERE = Path(__file__).resolve().parent
WALKER = ("window_walk.py", "window_hands.py", "framebuffer.py")
UP_WITHIN_S = 15


@dataclass(frozen=True)
class Seat:
    """Where the screen and the bus are."""

    display: str
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """For the app and for whoever looks at it."""
        return {
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "XDG_RUNTIME_DIR": str(self.folder),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/bus",
        }

    def walk(self, path: str, pictures: Path, *, epochs: str = "", limit_s: float) -> dict[str, object]:
        """Sit down and use the window that is open; returns what the walker saw.

        The walker is copied to the desk, because an ordinary user may not be let into this checkout.

        Raises:
            SetupError: with the walker's own sentence.
        """
        tools, taken = self.folder / "walker", self.folder / "pictures"
        for folder in (tools, taken):
            folder.mkdir(exist_ok=True)
            os.chown(folder, USER, USER)
        for name in WALKER:
            shutil.copyfile(HERE / name, tools / name)
        command = [*_as_user(), READER, "-B", str(tools / WALKER[0]), path, str(taken), epochs]
        environ = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.folder), **self.environ}
        try:
            done = subprocess.run(
                command, env=environ, cwd=tools, capture_output=True, text=True, timeout=limit_s, check=False
            )
        finally:
            for picture in sorted(taken.glob("*.png")):
                shutil.move(picture, pictures / picture.name)
        if done.returncode != 0:
            raise SetupError((done.stderr.strip() or "the walk ended without a word")[-900:])
        seen: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
        return seen


def _as_user() -> list[str]:
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]


def require_reader() -> None:
    """Raises:
    SetupError: when a window cannot be read on this machine.
    """
    found = subprocess.run(
        [READER, "-c", "import gi; gi.require_version('Atspi', '2.0')"], capture_output=True
    )
    if found.returncode != 0 or not LAUNCHER.exists() or not shutil.which("dbus-daemon"):
        raise SetupError(f"Reading windows needs more: run `{apt_line(READER_PACKAGES)}`.")


@contextmanager
def seat() -> Iterator[Seat]:
    """The desk, for as long as the block lasts.

    Raises:
        SetupError: when one of its parts does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="luthier-seat-") as name, screen("-fbdir", name) as display:
        folder = Path(name)
        os.chown(folder, USER, USER)
        place = Seat(display or "", folder)
        environ = {**os.environ, **place.environ, "HOME": name}
        bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={name}/bus"]
        running = []
        try:
            for command, sign in ((bus, folder / "bus"), ([str(LAUNCHER)], folder / "at-spi")):
                words = [*_as_user(), *command, *(["--launch-immediately"] if sign.name == "at-spi" else [])]
                running.append(
                    subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                )
                _await(sign)
            yield place
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(10)


def _await(path: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while not path.exists():
        if time.monotonic() > deadline:
            raise SetupError(f"{path.name} did not come up: the window cannot be read.")
        time.sleep(0.05)
