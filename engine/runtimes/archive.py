"""The file that a runtime comes in: a tar compressed with Zstandard, its manifest and the list of hashes first.

Whoever opens one trusts nothing of it. It holds plain files alone: what stands in its list, once each, inside of its folder,
as large as the manifest says in all. Links are no members but lines of the manifest, so that no file can be written through
one. ``packing`` writes them.
"""

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Self

from engine.contract.errors import ErrorCode, UserError
from engine.contract.runtimes import MANIFEST, SUMS, Manifest, is_inside, parse_manifest

PIECE = 1 << 20
HEAD_BYTES = {MANIFEST: 4 << 20, SUMS: 64 << 20}  # more than these is no honest head
NAME_BYTES = 64 << 10  # of a name that does not fit into tar's own field
WINDOW_BYTES = 1 << 27  # memory that unpacking may take
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_LONG_NAMES = (tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME)
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)


def damaged(what: str, why: str) -> UserError:
    """The refusal of a file that is not what it should be."""
    return UserError(
        ErrorCode.UNREADABLE,
        f"{what} is damaged or no runtime of Luthier, so nothing was installed: {why}",
        hint="Get the file again from where it came from.",
    )


# ---------------------------------------------------------------- reading


class _Member(tarfile.TarInfo):
    """Refuses links, devices and the like before tarfile acts on them, and names that would fill the memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        member = super().frombuf(buf, encoding, errors)
        if member.type not in _PLAIN and not (member.type in _LONG_NAMES and member.size <= NAME_BYTES):
            raise tarfile.ReadError(f"{member.name[:200]!r} is neither a file nor a folder")
        return member


class _Counted(io.RawIOBase):
    """Passes bytes on, hashes them, and tells how many there were."""

    def __init__(self, raw: IO[bytes], tell: Callable[[int], None]) -> None:
        self._raw, self._tell = raw, tell
        self.digest = hashlib.sha256()
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._raw.read(PIECE if size < 0 else size)
        self.digest.update(data)
        self.count += len(data)
        self._tell(self.count)
        return data

    def rest(self) -> str:
        """Read to the end; the hash of everything."""
        while self.read(PIECE):
            pass
        return self.digest.hexdigest()


@dataclass
class Opened:
    """A runtime's file whose head was read: ``manifest`` and ``sums`` are known, nothing is written yet."""

    manifest: Manifest
    sums: dict[str, str]
    head: dict[str, bytes]
    what: str
    _tar: tarfile.TarFile
    _source: _Counted
    _written: int = field(default=0)

    def unpack(self, target: Path) -> None:
        """Write every file into the empty folder ``target``, the manifest last.

        Raises:
            UserError: ``UNREADABLE``: a file that is not in the list, twice, too large, or not what its hash says.
        """
        waiting = dict(self.sums)
        while (member := self._tar.next()) is not None:
            if not member.isfile():
                continue
            expected = waiting.pop(member.name, None)
            if expected is None or member.issparse() or member.size < 0:
                raise damaged(self.what, f"{member.name[:200]} does not belong into it")
            self._written += member.size
            if self._written > self.manifest.size_bytes:
                raise damaged(self.what, "it holds more than it says")
            self._write(member, target / member.name, expected)
        if waiting:
            raise damaged(self.what, f"{next(iter(waiting))} is missing")
        for path, value in self.manifest.links.items():
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(value)
        program = target / self.manifest.program
        program.chmod(0o755)
        for name in (SUMS, MANIFEST):
            write_whole(target / name, self.head[name])

    def digest(self) -> str:
        """SHA-256 of the whole file; reads what is left of it."""
        return self._source.rest()

    def _write(self, member: tarfile.TarInfo, place: Path, expected: str) -> None:
        source = self._tar.extractfile(member)
        assert source is not None  # it is a file
        place.parent.mkdir(parents=True, exist_ok=True)
        found = hashlib.sha256()
        with place.open("xb") as out:
            while piece := source.read(PIECE):
                found.update(piece)
                out.write(piece)
            flush(out)
        if found.hexdigest() != expected:
            raise damaged(self.what, f"{member.name} is not what its hash says")
        place.chmod(0o755 if member.mode & 0o100 else 0o644)


@contextmanager
def opened(path: Path, what: str, tell: Callable[[int], None]) -> Iterator[Opened]:
    """The runtime's file at ``path``, which errors call ``what``; ``tell`` is called with the bytes of it that were read, and may raise.

    Raises:
        UserError: ``NOT_FOUND``, or ``UNREADABLE`` also for whatever turns out while it is unpacked.
    """
    import zstandard

    try:
        raw = path.open("rb")
    except OSError as error:
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"{path} cannot be opened: {error.strerror or error}",
            hint="Name the file that a runtime comes in.",
        ) from error
    with raw:
        source = _Counted(raw, tell)
        plain = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).stream_reader(source)  # type: ignore[arg-type]  # it only reads
        try:
            with tarfile.open(fileobj=plain, mode="r|", tarinfo=_Member, encoding="utf-8") as tar:
                yield _head(tar, source, what)
        except (tarfile.TarError, zstandard.ZstdError, EOFError, UnicodeError) as error:
            raise damaged(
                what, str(error).splitlines()[0][:200] if str(error) else "it ends early"
            ) from error


def _head(tar: tarfile.TarFile, source: _Counted, what: str) -> Opened:
    head = {}
    for name, limit in HEAD_BYTES.items():
        member = tar.next()
        if member is None or member.name != name or not member.isfile() or member.size > limit:
            raise damaged(what, f"it does not begin with {name}")
        stream = tar.extractfile(member)
        head[name] = stream.read() if stream is not None else b""
    manifest = parse_manifest(head[MANIFEST], what)
    if hashlib.sha256(head[SUMS]).hexdigest() != manifest.sums_sha256:
        raise damaged(what, f"{SUMS} is not what the manifest says")
    sums = read_sums(head[SUMS], what)
    _check_shape(manifest, sums, what)
    return Opened(manifest, sums, head, what, tar, source)


def read_sums(content: bytes, what: str) -> dict[str, str]:
    """Path -> SHA-256 of the lines in ``content``.

    Raises:
        UserError: ``UNREADABLE``: a line is none, a path leaves the folder or stands there twice.
    """
    found: dict[str, str] = {}
    seen = set()
    for line in content.decode("utf-8").splitlines():
        match = _LINE.fullmatch(line)
        path = match[2] if match else line
        if match is None or not is_inside(path) or path in HEAD_BYTES or path.casefold() in seen:
            raise damaged(what, f"its list has a line that cannot be meant: {line[:200]}")
        seen.add(path.casefold())
        found[path] = match[1]
    return found


def _check_shape(manifest: Manifest, sums: dict[str, str], what: str) -> None:
    """Links lead to files of the runtime, and no file lies under a link or under another file."""
    if len(sums) != manifest.files or manifest.program not in sums:
        raise damaged(what, "its list does not fit its manifest")
    names = {path.casefold() for path in sums}
    for path, value in manifest.links.items():
        if not is_inside(path) or path.casefold() in names or path in HEAD_BYTES:
            raise damaged(what, f"the link {path[:200]} cannot be made")
        goal = os.path.normpath(PurePosixPath(path).parent.as_posix() + "/" + value).replace("\\", "/")
        if PurePosixPath(value).is_absolute() or goal not in sums:
            raise damaged(what, f"the link {path[:200]} leads out of it")
        names.add(path.casefold())
    for path in (*sums, *manifest.links):
        if any(parent.as_posix().casefold() in names for parent in PurePosixPath(path).parents):
            raise damaged(what, f"{path[:200]} lies under a file")


# ---------------------------------------------------------------- both


def write_whole(place: Path, content: bytes) -> None:
    """Write a small file that is on the disk when this returns."""
    with place.open("xb") as out:
        out.write(content)
        flush(out)


def flush(out: IO[bytes]) -> None:
    """See to it that what was written survives a loss of power."""
    out.flush()
    os.fsync(out.fileno())
