"""The package for Debian, Ubuntu and their kin: the bundle in /usr/lib/luthier and what a desktop wants to know.

There are no maintainer scripts: menus, icons and file types are brought up to date by the triggers of the packages
that keep them, and nothing outside of the package is made, so that removal leaves exactly the user's own data.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from console import SetupError
from elf import Report
from payload import ROOT, TEMPLATES, Build, copy_bundle, fill, size_of, write, write_share

HOME = "usr/lib/luthier"
PROGRAMS = ("luthier", "luthier-engine")
LEVEL = 12  # of zstd; the package is 423 MB then, and 450 are the most that it should be
LOOKED_UP = ("fontconfig-config", "xkb-data")  # files that Qt reads at run time, so no link leads to them
RECOMMENDED = ("fonts-noto-cjk", "hicolor-icon-theme", "shared-mime-info", "desktop-file-utils")


def control(build: Build, report: Report, *, installed_bytes: int) -> str:
    """The description that apt and software centres show."""
    depends = ", ".join([f"libc6 (>= {'.'.join(map(str, report.glibc))})", *_others(report), *LOOKED_UP])
    recommends = ", ".join([*report.recommends, *RECOMMENDED])
    return (
        f"Package: luthier\nVersion: {build.version}\nArchitecture: amd64\n"
        "Maintainer: The Luthier authors\nSection: science\nPriority: optional\n"
        f"Installed-Size: {-(-installed_bytes // 1024)}\nDepends: {depends}\nRecommends: {recommends}\n"
        "Description: fine-tune language models on this computer\n"
        " A desktop workstation for fine-tuning language models, offline and without code:\n"
        " data, methods, training with live curves, export to GGUF, and chat with the\n"
        " result. The training engine and a starter model are inside.\n"
    )


def _others(report: Report) -> list[str]:
    return [name for name in report.depends if name != "libc6"]


def build_deb(build: Build, report: Report, target: Path, *, level: int = LEVEL) -> Path:
    """Make `luthier_VERSION_amd64.deb` in the folder `target`.

    Raises:
        SetupError: when dpkg-deb is missing or fails.
    """
    if shutil.which("dpkg-deb") is None:
        raise SetupError("dpkg-deb is missing: a .deb can be made on Debian, Ubuntu and their kin only.")
    package = target / f"luthier_{build.version}_amd64.deb"
    with tempfile.TemporaryDirectory(prefix=".deb-", dir=target) as name:
        stage = Path(name) / "stage"
        _lay_out(stage, build, report)
        command = [
            "dpkg-deb",
            "--root-owner-group",
            "-Zzstd",
            f"-z{level}",
            "--build",
            str(stage),
            str(package),
        ]
        environ = {**os.environ, "SOURCE_DATE_EPOCH": str(build.epoch)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SetupError(f"dpkg-deb failed: {done.stderr.strip()}")
    return package


def _lay_out(stage: Path, build: Build, report: Report) -> None:
    home = stage / HOME
    home.parent.mkdir(parents=True)
    copy_bundle(build.bundle, home)
    write_share(stage / "usr" / "share", build, program="/usr/bin/luthier")
    programs = stage / "usr" / "bin"
    programs.mkdir()
    for program in PROGRAMS:
        (programs / program).symlink_to(f"../lib/luthier/{program}")
    year = build.date[:4]
    terms = fill((TEMPLATES / "copyright").read_text(encoding="utf-8"), {"@YEAR@": year})
    write(stage / "usr" / "share" / "doc" / "luthier" / "copyright", terms)
    shutil.copyfile(ROOT / "CHANGELOG.md", stage / "usr" / "share" / "doc" / "luthier" / "CHANGELOG.md")
    for folder in (stage, *(path for path in stage.rglob("*") if path.is_dir() and not path.is_symlink())):
        folder.chmod(0o755)
    write(stage / "DEBIAN" / "control", control(build, report, installed_bytes=size_of(stage)))
