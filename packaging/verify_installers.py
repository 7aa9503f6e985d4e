"""Installs what `make installers` made into a fresh Debian, uses it without a network, upgrades and removes it.

Called by `make verify-installers`, as root. For each installer: installed into a root that debootstrap made, with
nothing else in it; then cut off from every network, as an ordinary user at a virtual desk: first start, sample,
training, export and a chat with the result, all through the window (`window_walk.py`); the time until the window is
painted; an upgrade that keeps everything, and a removal that leaves the user's data alone. Pictures, a table and
build/verify-installers/report.json tell what held. The second build is the same bundle with a higher version.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cleanroot
import framebuffer
from bundle import BUILD, BUNDLE
from console import SetupError, say_duration
from deb import LEVEL, LOOKED_UP
from elf import PACKAGES
from installers import KINDS, default_epoch, make
from payload import Build, own_version
from seat import Seat, require_reader, seat

DEB_NAME, RUN_NAME = "luthier_{}_amd64.deb", "luthier-{}-x86_64.run"
USER_DATA = f"{cleanroot.HOME}/.local/share/Luthier"
APP_OF_A_USER = f"{cleanroot.HOME}/.local/share/luthier-app"
# What every desktop has and a bare root has not: the .run cannot bring it, since it does not act as root.
DESKTOP = tuple(sorted({name.split()[0] for name in PACKAGES.values()} | set(LOOKED_UP)))
WINDOW_LIMIT_S = 90
WALK_LIMIT_S = 5400
STARTS = 5
FIRST_PAINT_S = 2.0  # the most that it may take, as the median of STARTS
MOST_DEB_BYTES, MOST_INSTALLED_BYTES = 450_000_000, 1_700_000_000


@dataclass
class Visit:
    """One installer in one fresh root, and what was found there."""

    kind: str
    root: Path
    desk: Seat
    pictures: Path
    rows: list[dict[str, object]] = field(default_factory=list)

    @property
    def programs(self) -> str:
        return "/usr/bin" if self.kind == "deb" else f"{cleanroot.HOME}/.local/bin"

    def check(self, name: str, what: Callable[[], str]) -> bool:
        """Carry out one check and keep its outcome; a failure is a row, not the end."""
        started = time.monotonic()
        try:
            detail, ok = what(), True
        except (SetupError, subprocess.TimeoutExpired, OSError) as error:
            detail, ok = str(error), False
        seconds = time.monotonic() - started
        row = {
            "installer": self.kind,
            "check": name,
            "ok": ok,
            "detail": detail,
            "seconds": round(seconds, 1),
        }
        self.rows.append(row)
        mark = "passed" if ok else "FAILED"
        print(f"{mark:8}{self.kind:5}{name:28}{say_duration(seconds):>14}  {detail[:600]}", flush=True)
        return ok

    def inside(self, *command: str, user: bool = True, network: bool = False, limit_s: float = 1800) -> str:
        """Run a program in the root and return what it wrote; a failure is a SetupError with its last line."""
        words = cleanroot.entering(
            self.root, command, user=user, network=network, DEBIAN_FRONTEND="noninteractive"
        )
        done = subprocess.run(words, capture_output=True, text=True, timeout=limit_s, check=False)
        if done.returncode != 0:
            lines = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()
            raise SetupError(f"{command[0]} ended with {done.returncode}: {lines[-1]}")
        return done.stdout

    def install(self, installer: Path) -> str:
        """By apt as root, or as an ordinary user by starting the file."""
        place = self.root / "tmp" / installer.name
        shutil.copyfile(installer, place)
        place.chmod(0o755)
        try:
            options = ("-y", "-qq", "--no-install-recommends")
            wanted = (f"/tmp/{installer.name}",) if self.kind == "deb" else DESKTOP
            self.inside("apt-get", "update", "-qq", user=False, network=True)
            self.inside("apt-get", "install", *options, *wanted, user=False, network=True)
            if self.kind == "run":
                self.inside("sh", f"/tmp/{installer.name}")
        finally:
            place.unlink()
        return installer.name

    def remove(self) -> str:
        """Everything but the user's data must be gone."""
        if self.kind == "deb":
            self.inside("apt-get", "purge", "-y", "-qq", "luthier", user=False)
        else:
            self.inside(f"{APP_OF_A_USER}/uninstall")
        search = ["find", "/usr", "/opt", "/etc", "/var/lib/dpkg/info", cleanroot.HOME, "-iname", "*luthier*"]
        found = {line for line in self.inside(*search, user=False).splitlines() if line != cleanroot.HOME}
        left = sorted(path for path in found if not path.startswith(USER_DATA))
        if left:
            raise SetupError(f"left behind: {', '.join(left[:5])}")
        return f"only {USER_DATA} is left, {self.data_files()} files"

    def data_files(self) -> int:
        return len(self.inside("find", USER_DATA, "-type", "f").splitlines())

    def size(self, installer: Path) -> str:
        """What is downloaded and what it becomes on the disk; only the .deb is held to its figures."""
        home = "/usr/lib/luthier" if self.kind == "deb" else APP_OF_A_USER
        installed = int(self.inside("du", "-sb", home).split()[0])
        file = installer.stat().st_size
        said = f"{file / 1e6:.0f} MB, installed {installed / 1e6:.0f} MB"
        if self.kind == "deb" and (file > MOST_DEB_BYTES or installed > MOST_INSTALLED_BYTES):
            raise SetupError(f"{said}: more than it should be")
        return said

    def first_paint(self) -> str:
        """Start the app several times; the median of the seconds until something shows in the middle of the screen.

        Beside it stands the app's own processor time until then, which other programs hardly change.
        """
        seconds, work = [], []
        for _ in range(STARTS):
            with self._open() as (started, pid):
                seconds.append(self._painted() - started)
                work.append(_processor_s(pid))
        median = sorted(seconds)[STARTS // 2]
        each = ", ".join(f"{one:.1f}" for one in seconds)
        said = (
            f"{median:.1f} s (median of {STARTS}: {each}), {sorted(work)[STARTS // 2]:.1f} s of one processor"
        )
        if median > FIRST_PAINT_S:
            raise SetupError(
                f"{said}; {FIRST_PAINT_S:.0f} s are the most, and the load here is {os.getloadavg()[0]:.0f}"
            )
        return said

    @contextmanager
    def _open(self) -> Iterator[tuple[float, int]]:
        """The app as the user starts it, until the block ends; gives the time of the start and its process."""
        words = cleanroot.entering(
            self.root, [f"{self.programs}/luthier"], user=True, network=False, **self.desk.environ
        )
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            app = subprocess.Popen(words, stdout=said, stderr=said)
            try:
                yield started, app.pid
                if app.poll() is not None:
                    said.seek(0)
                    raise SetupError(f"the app ended with {app.returncode}: {said.read().strip()[-300:]}")
            finally:
                app.terminate()
                app.wait(30)
                self._until_black()

    def _painted(self) -> float:
        deadline = time.monotonic() + WINDOW_LIMIT_S
        while time.monotonic() < deadline:
            if framebuffer.is_painted(self.desk.folder):
                return time.monotonic()
            time.sleep(0.02)
        raise SetupError("the app painted no window")

    def _until_black(self) -> None:
        """The window is gone, and so is what the app started."""
        deadline = time.monotonic() + WINDOW_LIMIT_S
        while framebuffer.is_painted(self.desk.folder) and time.monotonic() < deadline:
            time.sleep(0.1)

    def walk(self, path: str, *, epochs: str = "") -> str:
        """Use the window; the pictures get the installer's name."""
        folder = self.pictures / self.kind
        folder.mkdir(exist_ok=True)
        with self._open():
            seen = self.desk.walk(path, folder, epochs=epochs, limit_s=WALK_LIMIT_S)
        return json.dumps(seen, ensure_ascii=False)

    def engine(self, *arguments: str) -> str:
        lines = self.inside(f"{self.programs}/luthier-engine", *arguments).strip().splitlines()
        return " ".join(lines[-1:]).strip()


def _processor_s(pid: int) -> float:
    """Seconds that this process has kept a processor busy so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def visit(seen: Visit, first: Path, second: Path, *, selftest: bool, epochs: str) -> None:
    """All checks of one installer, in the order of a user's life with it."""
    if not seen.check("install", lambda: seen.install(first)):
        return
    seen.check("size", lambda: seen.size(first))
    seen.check("no network", lambda: _no_network(seen))
    seen.check(
        "registries of the window", lambda: seen.inside(f"{seen.programs}/luthier", "--check-contents")
    )
    seen.check("first start to chat", lambda: seen.walk("first", epochs=epochs))
    seen.check("first paint", seen.first_paint)
    seen.check("doctor", lambda: seen.engine("doctor"))
    if selftest:
        seen.check("selftest", lambda: seen.engine("selftest"))
    seen.check("upgrade keeps data", lambda: _upgrade(seen, second))
    seen.check("window after upgrade", lambda: seen.walk("again"))
    seen.check("removal", seen.remove)


def _no_network(seen: Visit) -> str:
    devices = seen.inside("cat", "/proc/net/dev").splitlines()[2:]
    names = [line.split(":")[0].strip() for line in devices]
    if names != ["lo"]:
        raise SetupError(f"there is a network: {', '.join(names)}")
    return "only an unconnected loopback"


def _upgrade(seen: Visit, second: Path) -> str:
    before = seen.data_files()
    seen.install(second)
    after = seen.data_files()
    if after < before:
        raise SetupError(f"{before - after} files of the user are gone")
    return f"{second.name}, {after} files of the user are still there"


def next_version(version: str) -> str:
    """A version that comes right after.

    >>> next_version("0.1.0")
    '0.1.1'
    """
    head, _, last = version.rpartition(".")
    return f"{head}.{int(last) + 1}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="folder with the two programs")
    parser.add_argument("--installers", type=Path, default=BUILD / "installers", help="where they are, or go")
    parser.add_argument("--base", type=Path, help="a fresh root that is made once and used again")
    parser.add_argument("--mirror", help="where debootstrap finds Debian; default: where apt does")
    parser.add_argument("--only", choices=KINDS, action="append", help="verify only this kind")
    parser.add_argument("--selftest", action="store_true", help="also the engine's long self-test")
    parser.add_argument("--out", type=Path, default=BUILD / "verify-installers", help="report and pictures")
    parser.add_argument("--epochs", default="", help="train the sample for fewer epochs than it asks for")
    arguments = parser.parse_args()
    try:
        return verify(arguments)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


def verify(arguments: argparse.Namespace) -> int:
    cleanroot.require_tools()
    require_reader()
    kinds, out = arguments.only or list(KINDS), arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    version = own_version()
    places = ((version, arguments.installers.resolve()), (next_version(version), out))
    _make_missing(arguments.bundle.resolve(), kinds, places)
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="luthier-verify-", ignore_cleanup_errors=True) as name:
        base = arguments.base or Path(name) / "base"
        cleanroot.make(base, arguments.mirror or cleanroot.mirror())
        for kind in kinds:
            pattern = DEB_NAME if kind == "deb" else RUN_NAME
            first, second = (folder / pattern.format(each) for each, folder in places)
            with seat() as desk, cleanroot.room(base, Path(name) / kind, desk.folder) as root:
                seen = Visit(kind, root, desk, out, rows)
                visit(seen, first, second, selftest=arguments.selftest, epochs=arguments.epochs)
                _write_report(out, version, rows)
    ok = _write_report(out, version, rows)
    print(f"\n{'All checks passed' if ok else 'Some checks FAILED'}: {out / 'report.json'}")
    return 0 if ok else 1


def _write_report(out: Path, version: str, rows: list[dict[str, object]]) -> bool:
    """Whether everything held so far."""
    ok = all(row["ok"] for row in rows)
    report = {"ok": ok, "version": version, "checks": rows}
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (out / "report.json").write_text(text + "\n", encoding="utf-8")
    return ok


def _make_missing(bundle: Path, kinds: list[str], places: tuple[tuple[str, Path], tuple[str, Path]]) -> None:
    """The second build is made fast rather than small, since nobody downloads it."""
    for (version, folder), level in zip(places, (LEVEL, 1), strict=True):
        names = {"deb": DEB_NAME.format(version), "run": RUN_NAME.format(version)}
        wanted = [kind for kind in kinds if not (folder / names[kind]).exists()]
        if wanted:
            make(Build(bundle, version, default_epoch()), folder, kinds=wanted, level=level)


if __name__ == "__main__":
    sys.exit(main())
