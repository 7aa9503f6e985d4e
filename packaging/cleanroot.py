"""A fresh Debian in a folder, and programs inside of it that see no network and none of this machine's files.

Needs root, debootstrap, and leave to mount and to unshare. The mirror is the one that this machine's apt uses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from console import SetupError
from host import is_root

SUITE = "bookworm"
USER = 1000
HOME = "/home/luthier"
SCREENS = Path("/tmp/.X11-unix")


def mirror() -> str:
    """Where this machine's apt finds Debian.

    Raises:
        SetupError: when it uses no mirror of Debian.
    """
    command = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", f"Codename: {SUITE}"]
    sites = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    if not sites:
        raise SetupError(f"apt of this machine knows no mirror of Debian {SUITE}: name one with --mirror.")
    return sites[0]


def require_tools() -> None:
    """Raises:
    SetupError: when this machine cannot make or enter such a root.
    """
    if sys.platform != "linux" or not is_root():
        raise SetupError("The installers are verified in a fresh root, which only root on Linux can make.")
    missing = [
        tool for tool in ("debootstrap", "unshare", "chroot", "Xvfb", "xdotool") if not shutil.which(tool)
    ]
    if missing:
        raise SetupError(
            f"{', '.join(missing)} missing: run `sudo apt-get install -y debootstrap xvfb xdotool`."
        )


def make(base: Path, source: str) -> None:
    """A minimal Debian in `base`, unless it stands there already.

    Raises:
        SetupError: when debootstrap fails.
    """
    if (base / "etc" / "debian_version").exists():
        return
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", SUITE, str(base), source],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
        shutil.rmtree(base, ignore_errors=True)
        raise SetupError(f"debootstrap failed: {reason}")


@contextmanager
def room(base: Path, folder: Path, *shared: Path) -> Iterator[Path]:
    """A root that begins as `base` and keeps its own changes, which are thrown away at the end.

    Args:
        shared: folders of this machine that are seen inside under the same path, besides that of the screens.
    """
    upper, work, root = (folder / name for name in ("upper", "work", "root"))
    for path in (upper, work, root):
        path.mkdir(parents=True)
    layers = f"lowerdir={base},upperdir={upper},workdir={work}"
    mounted = [root]
    _mount("-t", "overlay", "overlay", "-o", layers, str(root))
    try:
        shutil.copyfile("/etc/resolv.conf", root / "etc" / "resolv.conf")
        SCREENS.mkdir(exist_ok=True)
        for outside in (SCREENS, *shared):
            inside = root / str(outside).lstrip("/")
            inside.mkdir(parents=True, exist_ok=True)
            _mount("--bind", str(outside), str(inside))
            mounted.append(inside)
        home = root / HOME.lstrip("/")
        home.mkdir(parents=True)
        os.chown(home, USER, USER)
        yield root
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "--lazy", str(place)], check=False)


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"Mounting is not allowed here: {done.stderr.strip()}")


def entering(root: Path, command: Sequence[str], *, user: bool, network: bool, **environ: str) -> list[str]:
    """The words that run `command` inside of `root`, as an ordinary user or as root.

    Args:
        network: False cuts it off from every network, the machine's own included.
    """
    values = {"HOME": HOME if user else "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    inner = ["chroot", *([f"--userspec={USER}:{USER}"] if user else []), str(root), "/usr/bin/env", "-i"]
    inner += [f"{name}={value}" for name, value in (values | environ).items()]
    prepare = 'mount -t proc proc "$0/proc" && exec "$@"'
    apart = ["unshare", "--mount", *([] if network else ["--net"])]
    return [*apart, "sh", "-c", prepare, str(root), *inner, *command]
