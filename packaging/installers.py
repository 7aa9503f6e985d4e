"""Makes the installers for Linux from a finished bundle, and says what takes the space.

Called by `make installers` with the environment's Python. It leaves build/installers: a .deb, a .run for other
distributions, the bill of materials, licence texts, SHA256SUMS, and installers.json with the figures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import elf
from bundle import BUILD, BUNDLE
from console import Console, SetupError, say_size
from deb import LEVEL, build_deb
from inventory import write_inventory
from payload import EPOCH_VARIABLE, ROOT, Build, own_version, require_bundle, size_of, sizes

KINDS = ("deb", "run")


def default_epoch() -> int:
    """The time that the installers carry: the wish of the environment, else that of the newest commit."""
    if os.environ.get(EPOCH_VARIABLE):
        return int(os.environ[EPOCH_VARIABLE])
    command = ["git", "log", "-1", "--format=%ct"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return int(answer.stdout.strip() or time.time())


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path, files: list[Path]) -> None:
    """SHA256SUMS as `sha256sum --check` reads it."""
    lines = [f"{sha256(file)}  {file.name}\n" for file in sorted(files)]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def judge_bundle(bundle: Path, console: Console, *, strict: bool) -> elf.Report:
    """Raises:
    SetupError: when `strict` and a file asks for more than the installers may.
    """
    report = elf.check(bundle)
    console.line(f"{report.files} ELF files, glibc {elf.spell(report.glibc)} or newer")
    for problem in report.problems:
        console.line(problem)
    if strict and report.problems:
        raise SetupError("The bundle asks for more than an installer can promise, see above.")
    return report


def make(build: Build, target: Path, *, kinds: list[str], level: int, strict: bool = True) -> list[Path]:
    """Build the installers; returns their files.

    Raises:
        SetupError: when there is no bundle, or one that cannot be shipped.
    """
    require_bundle(build.bundle)
    target.mkdir(parents=True, exist_ok=True)
    console = Console(total_steps=1 + len(kinds))
    with console.step(f"Looking at {build.bundle}, {say_size(size_of(build.bundle))}"):
        report = judge_bundle(build.bundle, console, strict=strict)
        for name, size in sizes(build.bundle):
            console.line(f"{say_size(size):>8}  {name}")
    files = []
    for kind in kinds:
        with console.step(
            {"deb": "Package for Debian and Ubuntu", "run": "File for other distributions"}[kind]
        ):
            files.append(_make_one(kind, build, report, target, level))
            console.line(f"{files[-1]}, {say_size(files[-1].stat().st_size)}")
    write_sums(target, [*files, *write_inventory(target, build.version, build.epoch)])
    figures = {
        "version": build.version,
        "elf": elf.as_json(report),
        "installed_bytes": size_of(build.bundle),
        "largest": dict(sizes(build.bundle)),
        "files": {file.name: {"bytes": file.stat().st_size, "sha256": sha256(file)} for file in files},
    }
    (target / "installers.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return files


def _make_one(kind: str, build: Build, report: elf.Report, target: Path, level: int) -> Path:
    if kind == "deb":
        return build_deb(build, report, target, level=level)
    from selfextract import build_run

    return build_run(build, report, target, level=level)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="folder with the two programs")
    parser.add_argument("--out", type=Path, default=BUILD / "installers", help="where the installers go")
    parser.add_argument("--only", choices=KINDS, action="append", help="make only this kind")
    parser.add_argument("--version", default=own_version(), help="the version that the installers carry")
    parser.add_argument("--level", type=int, default=LEVEL, help="how hard to compress, 1 to 19")
    arguments = parser.parse_args()
    build = Build(arguments.bundle.resolve(), arguments.version, default_epoch())
    try:
        make(build, arguments.out.resolve(), kinds=arguments.only or list(KINDS), level=arguments.level)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
