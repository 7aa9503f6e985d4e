"""What the shipped ELF files ask of the system: the newest glibc, and libraries that somebody must bring.

An installer is built from a bundle only when every library that is linked is shipped, or is one that the
installer declares. The reading is done by `readelf` of binutils, two hundred files a call.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from console import SetupError

GLIBC_LIMIT = (2, 35)
FILES_A_CALL = 200

# Libraries of the system, and the Debian packages that hold them (with the names they got for 64-bit time).
PACKAGES = {
    "ld-linux-x86-64.so.2": "libc6",
    "libc.so.6": "libc6",
    "libdl.so.2": "libc6",
    "libm.so.6": "libc6",
    "libpthread.so.0": "libc6",
    "libresolv.so.2": "libc6",
    "librt.so.1": "libc6",
    "libutil.so.1": "libc6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libgbm.so.1": "libgbm1",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6 (>= 12)",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
}
# Left to the system although PyInstaller ships them: the drivers of the graphics card load the system's own
# copies into the same process, and an older one of ours would break them. Every desktop has them.
LEFT_TO_SYSTEM = ("libexpat.so.1", "libgcc_s.so.1", "libstdc++.so.6")
# Without these of them there is no window at all; the rest serve only Wayland, which Qt can do without.
FOR_THE_WINDOW = (
    "libEGL.so.1",
    "libGL.so.1",
    "libexpat.so.1",
    "libgcc_s.so.1",
    "libstdc++.so.6",
    "libxcb.so.1",
)
# Only a plugin for the look of one desktop links these, and Qt does without it where they are missing.
OPTIONAL_PACKAGES = {
    "libgdk-3.so.0": "libgtk-3-0t64 | libgtk-3-0",
    "libgtk-3.so.0": "libgtk-3-0t64 | libgtk-3-0",
}

Version = tuple[int, ...]


@dataclass(frozen=True)
class ElfFile:
    """One file, as far as other files matter to it."""

    path: str
    needs: tuple[str, ...]
    glibc: Version


@dataclass(frozen=True)
class Report:
    """All shipped ELF files together."""

    files: int
    glibc: Version
    too_new: tuple[ElfFile, ...]
    depends: tuple[str, ...]
    recommends: tuple[str, ...]
    unknown: dict[str, list[str]]
    for_the_window: tuple[str, ...] = ()  # libraries of the system

    @property
    def problems(self) -> list[str]:
        """A sentence for everything that an installer must not ship."""
        said = [
            f"{file.path} needs glibc {spell(file.glibc)}, and {spell(GLIBC_LIMIT)} is the limit: build the "
            "bundle on an older system."
            for file in self.too_new
        ]
        said += [
            f"{library} is neither shipped nor declared, and {users[0]} links to it."
            for library, users in sorted(self.unknown.items())
        ]
        return said


def spell(version: Version) -> str:
    return ".".join(map(str, version))


def is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def parse(text: str) -> list[ElfFile]:
    """The answer of `readelf -dVW` for several files.

    >>> parse("File: a.so\\n (NEEDED) Shared library: [libm.so.6]\\n Name: GLIBC_2.14  Flags\\n")
    [ElfFile(path='a.so', needs=('libm.so.6',), glibc=(2, 14))]
    """
    files = []
    for part in re.split(r"^File: ", text, flags=re.MULTILINE)[1:]:
        path = part.split("\n", 1)[0].strip()
        needs = re.findall(r"Shared library: \[([^\]]+)\]", part)
        # Only what is required ("Name: GLIBC_2.14"); a definition is no requirement.
        versions = re.findall(r"Name: GLIBC_(\d+(?:\.\d+)+)\b", part)
        glibc = max((tuple(map(int, version.split("."))) for version in versions), default=())
        files.append(ElfFile(path, tuple(dict.fromkeys(needs)), glibc))
    return files


def read(folder: Path) -> list[ElfFile]:
    """Every ELF file below `folder`, with paths relative to it.

    Raises:
        SetupError: when readelf is missing.
    """
    paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if is_elf(path))
    files: list[ElfFile] = []
    for start in range(0, len(paths), FILES_A_CALL):
        # With one file alone readelf names none; a second name, even of the same file, makes it say both.
        chunk = paths[start : start + FILES_A_CALL]
        command = ["readelf", "-dVW", *(chunk if len(chunk) > 1 else chunk * 2)]
        try:
            answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise SetupError(
                "readelf is missing: run `sudo apt-get install -y binutils` and try again."
            ) from None
        files += parse(answer.stdout)[: len(chunk)]
    return files


def judge(files: Iterable[ElfFile], *, shipped: set[str]) -> Report:
    """Hold what the files need against what is there.

    Args:
        shipped: names of all files and links of the bundle.
    """
    files = list(files)
    wanted: dict[str, list[str]] = {}
    for file in files:
        for library in file.needs:
            if library not in shipped:
                wanted.setdefault(library, []).append(file.path)
    return Report(
        files=len(files),
        glibc=max((file.glibc for file in files), default=()),
        too_new=tuple(file for file in files if file.glibc > GLIBC_LIMIT),
        depends=tuple(sorted({PACKAGES[name] for name in wanted if name in PACKAGES})),
        recommends=tuple(sorted({OPTIONAL_PACKAGES[name] for name in wanted if name in OPTIONAL_PACKAGES})),
        unknown={
            name: users
            for name, users in wanted.items()
            if name not in PACKAGES and name not in OPTIONAL_PACKAGES
        },
        for_the_window=tuple(name for name in FOR_THE_WINDOW if name in wanted),
    )


def check(bundle: Path) -> Report:
    """What the bundle in this folder needs once it is installed."""
    files = [file for file in read(bundle) if Path(file.path).name not in LEFT_TO_SYSTEM]
    return judge(files, shipped={path.name for path in bundle.rglob("*")} - set(LEFT_TO_SYSTEM))


def as_json(report: Report) -> dict[str, object]:
    return {
        "files": report.files,
        "glibc": spell(report.glibc),
        "glibc_limit": spell(GLIBC_LIMIT),
        "depends": list(report.depends),
        "recommends": list(report.recommends),
        "problems": report.problems,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path, help="folder with the two programs")
    report = check(parser.parse_args().bundle)
    print(json.dumps(as_json(report), indent=2))
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
