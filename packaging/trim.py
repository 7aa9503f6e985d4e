"""Makes a finished bundle for Linux smaller without taking anything from it: symbol tables, and libraries held twice.

What a bundle does not need at all never gets in, see `luthier.spec`. Here go the names that only a debugger reads
(90 MB of PyTorch alone), and files that a wheel brings under several names because a wheel cannot hold links.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from console import SetupError
from elf import is_elf

SMALLEST = 200_000  # bytes of a file; below, nothing is worth a process
# Wheels whose libraries were renamed by auditwheel: it moves their tables, and strip would move them again.
MOVED = ".libs"


@dataclass(frozen=True)
class Trimmed:
    """What one pass took away."""

    files: int
    saved_bytes: int


def strip_symbols(bundle: Path) -> Trimmed:
    """Remove debug information and the names of inner functions from every ELF file that still is sound without.

    Raises:
        SetupError: when strip is missing.
    """
    if shutil.which("strip") is None:
        raise SetupError("strip is missing: run `sudo apt-get install -y binutils` and try again.")
    count = saved = 0
    for path in sorted(bundle.rglob("*.so*")):
        if path.is_symlink() or path.stat().st_size < SMALLEST or not is_elf(path):
            continue
        if any(part.endswith(MOVED) for part in path.relative_to(bundle).parts):
            continue
        taken = _strip(path)
        count, saved = count + bool(taken), saved + taken
    return Trimmed(count, saved)


def _strip(path: Path) -> int:
    """Bytes that `path` lost; it is replaced only by a file with the same segments and the same dynamic section."""
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        lean = Path(name) / path.name
        done = subprocess.run(
            ["strip", "--strip-unneeded", "-o", str(lean), str(path)], capture_output=True, check=False
        )
        if done.returncode != 0 or _loaded(lean) != _loaded(path):
            return 0
        taken = path.stat().st_size - lean.stat().st_size
        if taken <= 0:
            return 0
        shutil.copymode(path, lean)
        lean.replace(path)
        return taken


def _loaded(path: Path) -> list[str]:
    """The segments that the system loads, where from and where to, as readelf lists them."""
    answer = subprocess.run(["readelf", "-lW", str(path)], capture_output=True, text=True, check=False)
    return [
        line.strip() for line in answer.stdout.splitlines() if line.strip().startswith(("LOAD", "DYNAMIC"))
    ]


def link_copies(bundle: Path) -> Trimmed:
    """Libraries with the same content in one folder become links to the one that the others depend on by its name."""
    groups: dict[tuple[Path, int], list[Path]] = {}
    for path in sorted(bundle.rglob("*.so*")):
        if not path.is_symlink() and path.is_file():
            groups.setdefault((path.parent, path.stat().st_size), []).append(path)
    count = saved = 0
    for group in groups.values():
        kept: dict[str, Path] = {}
        for path in sorted(group, key=lambda file: len(file.name), reverse=True):
            first = kept.setdefault(_sum(path), path) if len(group) > 1 else path
            if first is not path:
                path.unlink()
                path.symlink_to(first.name)
                count, saved = count + 1, saved + first.stat().st_size
    return Trimmed(count, saved)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
