"""Compiles the Windows installer around a stand-in payload and lives its life under wine, silently and with pages.

It cannot show that Luthier runs on Windows, only that installing, upgrading and removing do what they promise, into a
folder with spaces and Chinese characters. Needs makensis and a 64-bit wine, and a Chinese font for readable pictures
of the pages; leaves build/verify-windows.json and build/verify-windows/*.png.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import framebuffer
from bundle import BUILD, screen
from console import SetupError
from windows_installer import build_setup, require_makensis

FOLDER = "C:\\用户 目录\\Luthier app"
DATA = "AppData/Local/Luthier/runs/mine/recipe.yaml"
UNINSTALL_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Luthier"
STEP_LIMIT_S = 180
REFUSED_AS_OLDER = 3
OWN_KEY = r"HKCU\Software\Luthier"
FONT = "Noto Sans CJK SC"
FONTS_OF_WINDOWS = (
    "MS Shell Dlg",
    "MS Shell Dlg 2",
    "Segoe UI",
    "SimSun",
    "Tahoma",
    "Verdana",
    "宋体",
    "Microsoft YaHei",
)
LANGUAGES = {"en": "1033", "zh": "2052"}
PICTURES = BUILD / "verify-windows"


class Wine:
    """One wine with a disk of its own."""

    def __init__(self, folder: Path) -> None:
        self.drive = folder / "drive_c"
        quiet = {"WINEPREFIX": str(folder), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
        self.environ = {**os.environ, "LANG": "C.UTF-8", **quiet}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["wine", *command],
            env=self.environ,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=STEP_LIMIT_S,
            check=False,
        )

    def install(self, setup: Path) -> int:
        """Silently; the folder is the last word, and with its spaces it must not be quoted."""
        return self.run(str(setup), "/S", *f"/D={FOLDER}".split(" ")).returncode

    def registered(self, name: str) -> str | None:
        answer = self.run("reg", "query", UNINSTALL_KEY, "/v", name)
        lines = [line for line in answer.stdout.splitlines() if name in line]
        return lines[0].split("REG_SZ")[-1].strip() if answer.returncode == 0 and lines else None

    def note(self, key: str, name: str, value: str) -> None:
        """Write a text into the registry."""
        self.run("reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", value, "/f")

    def path(self, windows: str) -> Path:
        return self.drive / windows.removeprefix("C:\\").replace("\\", "/")


def stand_in(folder: Path, *, library: str) -> Path:
    """Two programs and a library; what they contain does not matter to an installer."""
    (folder / "_internal").mkdir(parents=True)
    for name in ("luthier.exe", "luthier-engine.exe", f"_internal/{library}"):
        (folder / name).write_bytes(name.encode() * 1000)
    return folder


class Pages:
    """The installer's windows on a screen of their own, turned with the Enter key."""

    def __init__(self, wine: Wine, language: str, display: str, folder: Path) -> None:
        self.wine, self.language, self.folder = wine, language, folder
        self.environ = {**wine.environ, "DISPLAY": display}

    def turn(self, program: str, *arguments: str, names: tuple[str, ...]) -> None:
        """Open `program`, take a picture of each page under its name, and press Enter to get to the next."""
        process = subprocess.Popen(
            ["wine", program, *arguments],
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for name in names:
                self._settle()
                framebuffer.save(self.folder, PICTURES / f"{self.language}-{name}.png")
                self._do("key", "Return")
        finally:
            self._do("key", "Escape")
            process.terminate()
            process.wait(30)

    def _settle(self) -> None:
        """Wait until a window is there and the screen no longer changes."""
        deadline = time.monotonic() + STEP_LIMIT_S
        before = b""
        while time.monotonic() < deadline:
            time.sleep(2)
            now = framebuffer.read(self.folder)[2]
            if now == before and any(now):
                return
            before = now
        raise SetupError("the pages do not come to rest")

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environ, capture_output=True, check=False)


def show_pages(wine: Wine, setup: Path, language: str) -> None:
    """Install and remove with pages in one language, into the same folder as silently."""
    app = wine.path(FOLDER)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for font in FONTS_OF_WINDOWS:
        wine.note(r"HKCU\Software\Wine\Fonts\Replacements", font, FONT)
    wine.note(OWN_KEY, "InstallerLanguage", LANGUAGES[language])
    wine.note(OWN_KEY, "InstallFolder", FOLDER)
    with tempfile.TemporaryDirectory(prefix="luthier-pages-") as name, screen("-fbdir", name) as display:
        pages = Pages(wine, language, display or "", Path(name))
        pages.turn(str(setup), names=("1-welcome", "2-folder", "3-finished"))
        require((app / "luthier.exe").exists(), "nothing was installed by the pages")
        pages.turn(str(app / "uninstall.exe"), *f"_?={FOLDER}".split(" "), names=("4-remove", "5-removed"))
        require(not (app / "_internal").exists(), "nothing was removed by the pages")


def require(ok: bool, otherwise: str) -> None:
    if not ok:
        raise SetupError(otherwise)


def checks(wine: Wine, setups: dict[str, Path]) -> list[tuple[str, Callable[[], None]]]:
    """A user's life with the installer; each check stands on the ones before it."""
    app = wine.path(FOLDER)
    user = next(path for path in (wine.drive / "users").iterdir() if path.name != "Public")
    data = user / DATA

    def install() -> None:
        data.parent.mkdir(parents=True)
        data.write_text("mine", encoding="utf-8")
        require(wine.install(setups["0.9.0"]) == 0, "the installer failed")
        require((app / "_internal" / "old.dll").exists(), "the library is not there")
        require(wine.registered("DisplayVersion") == "0.9.0", "it is not in the list of programs")
        require(any(user.rglob("Luthier.lnk")), "it is not in the Start menu")

    def upgrade() -> None:
        require(wine.install(setups["0.10.0"]) == 0, "the installer failed")
        require((app / "_internal" / "new.dll").exists(), "the new library is not there")
        require(not (app / "_internal" / "old.dll").exists(), "the old library is still there")
        require(wine.registered("DisplayVersion") == "0.10.0", "the list of programs has the old version")

    def downgrade() -> None:
        require(wine.install(setups["0.9.0"]) == REFUSED_AS_OLDER, "an older version was let in")
        require((app / "_internal" / "new.dll").exists(), "the newer version is gone")

    def remove() -> None:
        # With `_?=` it works in place instead of from a copy, so that its end can be waited for.
        wine.run(str(app / "uninstall.exe"), "/S", *f"_?={FOLDER}".split(" "))
        left = [path.name for path in app.rglob("*") if path.name != "uninstall.exe"]
        require(left == [], f"left behind: {', '.join(left)}")
        require(wine.registered("DisplayVersion") is None, "it is still in the list of programs")
        require(not any(user.rglob("Luthier.lnk")), "it is still in the Start menu")
        require(data.read_text(encoding="utf-8") == "mine", "the user's data are gone")

    return [
        ("install into a folder with spaces and Chinese", install),
        ("upgrade in place", upgrade),
        ("an older version is refused", downgrade),
        ("removal leaves the user's data", remove),
        ("pages in English", lambda: show_pages(wine, setups["0.10.0"], "en")),
        ("pages in Chinese", lambda: show_pages(wine, setups["0.10.0"], "zh")),
    ]


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    rows = []
    try:
        require_makensis()
        require(bool(shutil.which("wine")), "wine is missing: run `sudo apt-get install -y wine wine64`.")
        with tempfile.TemporaryDirectory(prefix="luthier-wine-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            wine = Wine(folder / "prefix")
            wine.run("wineboot", "--init")
            setups = {
                version: build_setup(stand_in(folder / version, library=library), version, folder)
                for version, library in (("0.9.0", "old.dll"), ("0.10.0", "new.dll"))
            }
            for title, check in checks(wine, setups):
                rows.append(_carry_out(title, check))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    BUILD.mkdir(exist_ok=True)
    (BUILD / "verify-windows.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row["ok"] for row in rows) else 1


def _carry_out(title: str, check: Callable[[], None]) -> dict[str, object]:
    try:
        check()
        problem = ""
    except (SetupError, OSError, subprocess.TimeoutExpired) as error:
        problem = str(error)
    print(f"{'FAILED' if problem else 'passed':8}{title}  {problem}", flush=True)
    return {"check": title, "ok": not problem, "detail": problem}


if __name__ == "__main__":
    sys.exit(main())
