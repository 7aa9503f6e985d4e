"""The file for other distributions: a shell script with the packed bundle behind it, for one user, without root.

The script is our own (linux/selfextract.sh) and wants only what every Linux has: sh, tar, gzip, sha256sum. It is
written in two passes, because it names its own length and the sum of what follows it.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tarfile
import tempfile
from pathlib import Path

from elf import PACKAGES, Report, spell
from payload import TEMPLATES, Build, copy_bundle, fill, size_of, walk, write, write_share

ARCHITECTURE = "x86_64"
SPARE_KB = 200_000  # beside the unpacked files, for what the first start writes
DIGITS = 9  # of the script's length, so that it does not change by being filled in
GZIP_MOST = 9


def build_run(build: Build, report: Report, target: Path, *, level: int) -> Path:
    """Make `luthier-VERSION-x86_64.run` in the folder `target`."""
    run = target / f"luthier-{build.version}-{ARCHITECTURE}.run"
    with tempfile.TemporaryDirectory(prefix=".run-", dir=target) as name:
        stage, packed = Path(name) / "stage", Path(name) / "payload"
        copy_bundle(build.bundle, stage)
        write_share(stage / "share", build, program="@PROGRAM@")
        for script in ("refresh", "uninstall"):
            content = (TEMPLATES / f"{script}.sh").read_text(encoding="utf-8")
            write(stage / "share" / script, content, mode=0o755)
        pack(stage, packed, epoch=build.epoch, level=min(level, GZIP_MOST))
        needs_kb = size_of(stage) // 1024 + SPARE_KB
        head = header(build.version, report, needs_kb=needs_kb, payload=packed)
        with run.open("wb") as out, packed.open("rb") as source:
            out.write(head)
            shutil.copyfileobj(source, out, 1 << 20)
    run.chmod(0o755)
    return run


def pack(folder: Path, target: Path, *, epoch: int, level: int) -> None:
    """All of `folder` as one compressed archive that is the same each time."""

    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", level, raw, mtime=epoch) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in walk(folder):
            if path != folder:
                _add(archive, path, str(path.relative_to(folder)), epoch)


def _add(archive: tarfile.TarFile, path: Path, name: str, epoch: int) -> None:
    member = archive.gettarinfo(path, name)
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = epoch
    if member.isreg():
        with path.open("rb") as content:
            archive.addfile(member, content)
    else:
        archive.addfile(member)


def header(version: str, report: Report, *, needs_kb: int, payload: Path) -> bytes:
    """The script, filled in for this payload."""
    with payload.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    text = fill(
        (TEMPLATES / "selfextract.sh").read_text(encoding="utf-8"),
        {
            "@VERSION@": version,
            "@ARCHITECTURE@": ARCHITECTURE,
            "@GLIBC@": spell(report.glibc),
            "@LIBRARIES@": " ".join(report.for_the_window),
            "@PACKAGES@": " ".join(PACKAGES[name].split()[0] for name in report.for_the_window),
            "@NEEDS_KB@": str(needs_kb),
            "@SHA256@": digest,
        },
    )
    length = len(text.encode()) - len("@HEADER_BYTES@") + DIGITS
    return text.replace("@HEADER_BYTES@", str(length).ljust(DIGITS)).encode()
