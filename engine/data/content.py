"""The file to read for a dataset's path: itself, or a copy out of a compressed file or an archive.

``rows.jsonl.gz`` is read unpacked; ``data.zip/train/rows.csv`` is a member of an archive. The copies lie in the cache
and are made again when they are gone. What comes from strangers is bounded: sizes, ratios, counts; names that lead out
of the archive, links and devices are never followed.
"""

import contextlib
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from engine.contract.errors import ErrorCode, UserError
from engine.data.cache import DatasetCache
from engine.data.unpack import (
    COMPRESSED,
    compression_of,
    damages,
    member_name,
    open_compressed,
    open_tar,
)

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")

MAX_MEMBERS = 10_000
MAX_BYTES = 64 << 30  # of one unpacked file
MAX_RATIO = 250  # what people write shrinks to a tenth, to a hundredth where it repeats itself
_SMALL_BYTES = 64 << 20  # below, any ratio is harmless
_CHUNK = 1 << 20
_OF_THE_SYSTEM = tuple(Path(name) for name in ("/dev", "/proc", "/sys"))


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name there, and its unpacked size."""

    name: str
    size_bytes: int


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive."""
    return path.name.lower().endswith(ARCHIVES)


def is_compressed(path: Path) -> bool:
    """Whether the name is that of a single compressed file."""
    return path.suffix.lower() in COMPRESSED and not is_archive(path)


def plain_name(path: Path) -> Path:
    """``path`` without the ending of its compression, by which a reader knows the type."""
    return path.with_suffix("") if is_compressed(path) else path


def archive_of(path: Path) -> Path | None:
    """The archive that ``path`` leads into, if it does."""
    return next((parent for parent in path.parents if is_archive(parent) and parent.is_file()), None)


def require_plain_file(path: Path) -> None:
    """Devices, pipes and sockets would be waited for without end.

    Raises:
        UserError: ``NOT_FOUND`` or ``UNREADABLE``.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(ErrorCode.NOT_FOUND, f"There is no dataset file at {path}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: {reason}") from None
    if stat.S_ISDIR(mode):
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: it is a folder")
    if not stat.S_ISREG(mode) or is_of_the_system(path):
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: it is a device or a pipe, not a file")


def is_of_the_system(path: Path) -> bool:
    """Whether the file is none of a disk: it may say that it is one, and be waited for without end all the same."""
    real = path.resolve()
    return any(place in real.parents for place in _OF_THE_SYSTEM)


def content_of(path: Path, *, cache: DatasetCache | None = None) -> Path:
    """Where the bytes of the dataset at ``path`` lie, unpacked.

    Raises:
        UserError: ``NOT_FOUND``, or ``UNREADABLE`` when it is damaged or too large.
    """
    archive = archive_of(path)
    cache = cache or DatasetCache()
    content = path
    if archive is not None:
        require_plain_file(archive)
        name = PurePosixPath(*path.relative_to(archive).parts).as_posix()
        content = _copied(archive, name, cache, lambda: _open_member(archive, name))
    else:
        require_plain_file(path)
    try:
        if not is_archive(path) and compression_of(content):
            packed = content
            content = _copied(packed, "", cache, lambda: open_compressed(packed), named=path)
    except OSError as error:
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: {error.strerror or error}") from None
    return content


def members_of(archive: Path) -> list[Member]:
    """The files in ``archive``; folders, links and devices are left out.

    Raises:
        UserError: ``UNREADABLE``: damaged, too many members, too large, or a name that leads out of the archive.
    """
    require_plain_file(archive)
    size, total = archive.stat().st_size, 0
    found: list[Member] = []
    try:
        for member in _listed(archive):
            if len(found) >= MAX_MEMBERS:
                raise _refused(archive, f"it has more than {MAX_MEMBERS:,} members")
            if not _stays_inside(member.name):
                raise _refused(archive, f"its member {member.name[:200]!r} leads out of it")
            total += member.size_bytes
            _require_bounded(archive, total, size)
            found.append(member)
    except damages() as error:
        raise _damaged(archive, error) from None
    return found


def _listed(archive: Path) -> Iterator[Member]:
    if archive.suffix.lower() == ".zip":
        with zipfile.ZipFile(archive) as file:
            for entry in file.infolist():
                link = stat.S_ISLNK(entry.external_attr >> 16)
                if entry.filename and not entry.is_dir() and not link:
                    yield Member(entry.filename, entry.file_size)
        return
    with open_tar(archive) as tar:
        for item in tar:
            if item.isreg():
                yield Member(member_name(item.name), item.size)
            else:
                _require_bounded(archive, item.size, archive.stat().st_size)


def _require_bounded(archive: Path, total: int, size: int) -> None:
    """Looked at before the next member, since the way there leads over the bytes of this one."""
    if total > MAX_BYTES or (total > _SMALL_BYTES and total > MAX_RATIO * size):
        raise _refused(archive, f"it would unpack to {total >> 20:,} MB, of {size >> 10:,} KB")


@contextlib.contextmanager
def _open_member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    if archive.suffix.lower() == ".zip":
        with zipfile.ZipFile(archive) as file:
            entries = [item for item in file.infolist() if member_name(item.filename) == name]
            if not entries:
                raise UserError(ErrorCode.NOT_FOUND, f"There is no {name} in {archive}")
            with file.open(entries[-1]) as member:
                yield member
        return
    size = archive.stat().st_size
    with open_tar(archive) as tar:
        for item in tar:
            if item.isreg() and member_name(item.name) == name:
                yield cast(IO[bytes], tar.extractfile(item))
                return
            _require_bounded(archive, item.size, size)
    raise UserError(ErrorCode.NOT_FOUND, f"There is no {name} in {archive}")


def _copied(
    path: Path,
    name: str,
    cache: DatasetCache,
    opened: Callable[[], AbstractContextManager[IO[bytes]]],
    *,
    named: Path | None = None,
) -> Path:
    """A bounded copy in the cache of what ``opened`` gives; reused while ``path`` does not change. ``named`` is what
    a user calls it."""
    status = path.stat()
    inner = Path(name or plain_name(path)).name
    place = cache.place(["content", str(path), status.st_mtime_ns, status.st_size, name])
    if cache.meta(place) is not None:
        return place / _file_name(inner)
    try:
        with cache.part() as part, opened() as source:
            _copy(source, part / _file_name(inner), named or path, status.st_size)
            return cache.keep(part, place, {"content": inner}) / _file_name(inner)
    except UserError:
        raise
    except damages() as error:
        raise _damaged(named or path, error) from None


def _copy(source: IO[bytes], target: Path, path: Path, packed: int) -> None:
    limit = min(MAX_BYTES, max(_SMALL_BYTES, MAX_RATIO * packed))
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > limit:
                raise _refused(path, f"it unpacks to over {MAX_RATIO:,} times its size")
            if shutil.disk_usage(target.parent).free < (256 << 20):
                raise UserError(
                    ErrorCode.DISK_FULL,
                    f"There is no room to unpack {path}",
                    hint="Free some disk space first.",
                )
            file.write(chunk)


def _file_name(inner: str) -> str:
    """``inner`` as a name that every system takes: its ending is what a reader needs."""
    suffix = "".join(char for char in Path(inner).suffix if char.isalnum() or char == ".")[:16]
    return f"content{suffix}"


def _stays_inside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    rooted = name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":")
    return bool(parts) and not rooted and ".." not in parts and "\0" not in name


def _damaged(path: Path, error: BaseException) -> UserError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
    return UserError(
        ErrorCode.UNREADABLE,
        f"{path} cannot be unpacked: {reason}",
        hint="The file may be cut short or of another type; get it again.",
    )


def _refused(path: Path, reason: str) -> UserError:
    return UserError(
        ErrorCode.UNREADABLE, f"{path} is not unpacked: {reason}", hint="Unpack it yourself if you trust it."
    )


def real_stamp(path: Path) -> os.stat_result:
    """The state of the file that ``path`` is, or lies in."""
    return (archive_of(path) or path).stat()
