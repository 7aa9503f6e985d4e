"""Builds the frozen programs and proves that they work on their own: self-test, then a real window.

Called by `make bundle` with the environment's Python. What it leaves is in build/: dist/luthier is the
bundle, bundle-selftest.json and bundle-window.png are the proof.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console import SetupError, say_duration, say_size
from trim import link_copies, strip_symbols

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
BUNDLE = BUILD / "dist" / "luthier"
SUFFIX = ".exe" if sys.platform == "win32" else ""
SELFTEST_LIMIT_S = 900
WINDOW_LIMIT_S = 60
STAYS_ALIVE_S = 5

_GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication(sys.argv)
sys.exit(0 if app.primaryScreen().grabWindow(0).save(sys.argv[1]) else 1)
"""


def build(folder: Path = BUNDLE, *, python: str = sys.executable) -> None:
    """Let the PyInstaller of `python` make the bundle `folder`; nothing of an earlier one stays.

    Raises:
        SetupError: with the log's path, when PyInstaller fails.
    """
    shutil.rmtree(folder, ignore_errors=True)
    log = BUILD / "bundle.log"
    BUILD.mkdir(exist_ok=True)
    command = [python, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += [f"--distpath={folder.parent}", f"--workpath={BUILD / 'pyinstaller'}"]
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [*command, str(ROOT / "packaging" / "luthier.spec")],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            check=False,
        )
    if done.returncode != 0:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise SetupError(f"PyInstaller failed, the whole log is in {log}:\n{tail}")
    if sys.platform == "linux":
        link_copies(folder)
        strip_symbols(folder)


def bundle_size() -> int:
    """Bytes on disk, shared files once."""
    return sum(file.stat().st_size for file in BUNDLE.rglob("*") if file.is_file() and not file.is_symlink())


def bare_environ(home: Path) -> dict[str, str]:
    """An environment as on a user's machine: none of this project's Python, and an empty data folder."""
    kept = ("SYSTEMROOT", "TEMP", "TMP", "LANG", "LC_ALL", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
    environ = {name: os.environ[name] for name in kept if name in os.environ}
    path = os.environ.get("PATH", "") if sys.platform == "win32" else "/usr/bin:/bin"
    return {**environ, "PATH": path, "HOME": str(home), "LUTHIER_HOME": str(home / "luthier")}


def selftest(home: Path) -> dict[str, object]:
    """`luthier-engine selftest --json` from inside the bundle, away from the repository.

    Raises:
        SetupError: naming the part that failed.
    """
    engine = BUNDLE / f"luthier-engine{SUFFIX}"
    log = BUILD / "bundle-selftest.log"
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [str(engine), "selftest", "--json"],
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            encoding="utf-8",
            cwd=home,
            env=bare_environ(home),
            timeout=SELFTEST_LIMIT_S,
            check=False,
        )
    (BUILD / "bundle-selftest.json").write_text(done.stdout, encoding="utf-8")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = {}
    if done.returncode != 0 or not report.get("ok") or not report.get("frozen"):
        raise SetupError(f"The bundle's self-test failed (exit code {done.returncode}), see {log}.")
    return dict(report)


def check_contents(home: Path) -> None:
    """The window's registries against those of the source tree; the engine's are a part of its self-test.

    Raises:
        SetupError: naming what the bundle has lost.
    """
    done = subprocess.run(
        [str(BUNDLE / f"luthier{SUFFIX}"), "--check-contents"],
        capture_output=True,
        text=True,
        cwd=home,
        env={**bare_environ(home), "QT_QPA_PLATFORM": "offscreen"},
        timeout=WINDOW_LIMIT_S,
        check=False,
    )
    if done.returncode != 0:
        raise SetupError(f"The bundled window is not whole: {done.stderr.strip()[-500:]}")


@contextmanager
def screen(*options: str) -> Iterator[str | None]:
    """A virtual X display of its own, as ":N"; None where programs have a desktop anyway (Windows, macOS).

    Args:
        options: further ones of Xvfb.

    Raises:
        SetupError: when Xvfb is missing or does not come up.
    """
    if sys.platform != "linux":
        yield None
        return
    if shutil.which("Xvfb") is None:
        raise SetupError("Xvfb is missing: run `sudo apt-get install -y xvfb xdotool` and try again.")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    command += [
        "-noreset",
        *options,
    ]  # else it starts anew, and refuses the app, whenever a looking xdotool leaves
    server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise SetupError("Xvfb did not start: run `Xvfb :99` by hand to see why.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def window_appears(home: Path, display: str | None) -> float:
    """Start the bundled app, wait for its window, take a picture; returns the seconds until it showed.

    Raises:
        SetupError: when the app ends by itself or no window comes.
    """
    environ = bare_environ(home)
    if display:
        environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    log = BUILD / "bundle-app.log"
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        app = subprocess.Popen(
            [str(BUNDLE / f"luthier{SUFFIX}")], cwd=home, env=environ, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        seen_s = _wait_for_window(app, display, environ, log) - started
        time.sleep(STAYS_ALIVE_S)
        if app.poll() is not None:
            raise SetupError(f"The bundled app opened and ended (exit code {app.returncode}), see {log}.")
        if display:
            _grab(BUILD / "bundle-window.png", display)
    finally:
        app.terminate()
        try:
            app.wait(15)
        except subprocess.TimeoutExpired:
            app.kill()
    return seen_s


def _wait_for_window(
    app: subprocess.Popen[bytes], display: str | None, environ: dict[str, str], log: Path
) -> float:
    deadline = time.monotonic() + WINDOW_LIMIT_S
    while time.monotonic() < deadline:
        if app.poll() is not None:
            raise SetupError(f"The bundled app ended at once (exit code {app.returncode}), see {log}.")
        if display is None:
            return time.monotonic()
        search = ["xdotool", "search", "--onlyvisible", "--pid", str(app.pid), "--name", "Luthier"]
        if subprocess.run(search, env=environ, capture_output=True, check=False).stdout.strip():
            return time.monotonic()
        time.sleep(0.1)
    raise SetupError(f"The bundled app showed no window within {WINDOW_LIMIT_S} s, see {log}.")


def _grab(picture: Path, display: str) -> None:
    environ = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    subprocess.run([sys.executable, "-c", _GRAB, str(picture)], env=environ, check=False, timeout=60)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--no-build", action="store_true", help="check the bundle that is already in build/dist"
    )
    arguments = parser.parse_args()
    try:
        if not arguments.no_build:
            started = time.monotonic()
            print("[1/3] Freezing the programs (some minutes)", flush=True)
            build()
            print(f"      {BUNDLE}, {say_size(bundle_size())}, {say_duration(time.monotonic() - started)}")
        with tempfile.TemporaryDirectory(prefix="luthier-bundle-", ignore_cleanup_errors=True) as folder:
            print("[2/3] Self-test of the bundled engine", flush=True)
            for part in selftest(Path(folder)).get("parts", []):  # type: ignore[attr-defined]
                print(f"      {part['name']}: {part['detail']} ({part['seconds']} s)")
            print("[3/3] Window of the bundled app", flush=True)
            check_contents(Path(folder))
            with screen() as display:
                seen_s = window_appears(Path(folder), display)
            print(f"      visible after {say_duration(seen_s)}, picture in {BUILD / 'bundle-window.png'}")
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"The bundle works: {BUNDLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
