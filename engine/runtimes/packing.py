"""Makes the file that a runtime comes in of a folder with an engine; for ``packaging/runtime.py`` and tests."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.runtimes import FORMAT, MANIFEST, SUMS, Kind, Manifest, machine_here, system_here
from engine.runtimes.archive import HEAD_BYTES


def pack(
    folder: Path, out: Path, *, name: str, version: str, protocol: int, device: Kind, program: str, level: int = 9,
    leave_out: Callable[[str], bool] = lambda path: False, tell: Callable[[str], None] = lambda path: None,
) -> Manifest:  # fmt: skip
    """Write ``folder`` as a runtime's file ``out``, which appears when it is whole; the same folder gives the same bytes.

    Links to files inside become links of the manifest, others are written as what they lead to. ``leave_out`` is asked
    with each path, ``tell`` is told of each.

    Raises:
        UserError: ``NOT_FOUND``: there is no ``program`` in the folder. ``UNREADABLE``: it has a link to a folder.
    """
    files, links = _survey(folder, leave_out)
    if program not in files:
        raise UserError(ErrorCode.NOT_FOUND, f"There is no {program} in {folder}")
    lines, size = [], 0
    for path in files:
        tell(path)
        with (folder / path).open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path}\n")
        size += (folder / path).stat().st_size
    sums = "".join(lines).encode("utf-8")
    manifest = Manifest(
        format=FORMAT, name=name, version=version, protocol=protocol, device=device, system=system_here(),
        machine=machine_here(), program=program, size_bytes=size, files=len(files),
        sums_sha256=hashlib.sha256(sums).hexdigest(), links=links,
    )  # fmt: skip
    head = {MANIFEST: (json.dumps(manifest.model_dump(), indent=1) + "\n").encode("utf-8"), SUMS: sums}
    _write(folder, out, head, files, program, level, tell)
    return manifest


def _write(
    folder: Path, out: Path, head: dict[str, bytes], files: list[str], program: str, level: int,
    tell: Callable[[str], None],
) -> None:  # fmt: skip
    import zstandard

    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.draft")
    packer = zstandard.ZstdCompressor(level=level, threads=-1)
    with (
        draft.open("wb") as raw,
        packer.stream_writer(raw) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar,
    ):
        for name, content in head.items():
            tar.addfile(_entry(name, len(content), executable=False), io.BytesIO(content))
        for path in files:
            tell(path)
            status = (folder / path).stat()
            executable = path == program or bool(status.st_mode & 0o100)
            with (folder / path).open("rb") as stream:
                tar.addfile(_entry(path, status.st_size, executable=executable), stream)
    draft.replace(out)


def _entry(path: str, size: int, *, executable: bool) -> tarfile.TarInfo:
    """Without time and owner, which would differ from one building to the next."""
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = size, 0o755 if executable else 0o644
    return entry


def _survey(folder: Path, leave_out: Callable[[str], bool]) -> tuple[list[str], dict[str, str]]:
    """The files to write and the links to remember, by their paths in ``folder``."""
    files, links = [], {}
    base = folder.resolve()
    for place in sorted(folder.rglob("*")):
        path = place.relative_to(folder).as_posix()
        if path in HEAD_BYTES or leave_out(path):
            continue
        goal = place.resolve()
        inner = goal.relative_to(base).as_posix() if goal.is_relative_to(base) else ""
        if place.is_symlink() and goal.is_dir():
            raise UserError(ErrorCode.UNREADABLE, f"{place} is a link to a folder, which no runtime can hold")
        if place.is_symlink() and goal.is_file() and inner and not leave_out(inner):
            links[path] = os.path.relpath(goal, place.parent.resolve()).replace("\\", "/")
        elif place.is_file():
            files.append(path)
    return files, links
