"""A runtime as small as can be: its engine program is a script that starts this Python's engine."""

import io
import random
import sys
import tarfile
from pathlib import Path

import zstandard

from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.runtimes import Kind, runtimes_dir
from engine.runtimes.packing import pack

ROOT = Path(__file__).parents[3]
PROGRAM = "luthier-engine"


def make_folder(folder: Path, *, size: int = 200_000, program: str = "") -> Path:
    """A folder with an engine program, some data and a link."""
    (folder / "_internal" / "lib").mkdir(parents=True)
    script = program or f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m engine "$@"\n'
    (folder / PROGRAM).write_text(script, encoding="utf-8")
    (folder / PROGRAM).chmod(0o755)
    chance = random.Random(5)
    (folder / "_internal" / "lib" / "libtorch.so").write_bytes(chance.randbytes(size))
    (folder / "_internal" / "名字 with spaces.txt").write_text("text", encoding="utf-8")
    (folder / "_internal" / "empty").touch()
    for number in range(5):
        (folder / "_internal" / f"part{number}.bin").write_bytes(chance.randbytes(size // 10))
    (folder / "_internal" / "libtorch.so").symlink_to("lib/libtorch.so")
    return folder


def make_file(
    place: Path, *, name: str = "cuda-0.1", device: Kind = "cuda", version: str = "0.1", size: int = 200_000,
    program: str = "", protocol: int = PROTOCOL_VERSION,
) -> Path:  # fmt: skip
    """The file of a stand-in runtime, beside the folder that it was made of."""
    folder = make_folder(place / f"{name}-folder", size=size, program=program)
    out = place / f"{name}.luthier-runtime"
    pack(folder, out, name=name, version=version, protocol=protocol, device=device, program=PROGRAM, level=1)
    return out


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its path, links as what they lead to."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def entries(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    """What is in a runtime's file, to be changed and written again."""
    with (
        zstandard.ZstdDecompressor().stream_reader(file.open("rb"), closefd=True) as plain,
        tarfile.open(fileobj=plain, mode="r|") as tar,
    ):
        return [(member, (tar.extractfile(member) or io.BytesIO()).read()) for member in tar]


def rewrite(file: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Write ``members`` as a runtime's file, whatever they are."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, data in members:
            tar.addfile(member, io.BytesIO(data) if member.isreg() else None)
    file.write_bytes(zstandard.compress(plain.getvalue()))


def shown(home: Path) -> set[str]:
    """What the folder of runtimes shows, without its lock and its downloads."""
    folder = runtimes_dir(home)
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return names - {".lock", ".downloads"}
