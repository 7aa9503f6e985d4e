"""The file to read for a dataset's path: itself, or a copy out of a compressed file or an archive.

``rows.jsonl.gz`` is read unpacked; ``data.zip/train/rows.csv`` is a member of an archive. The copies lie in the cache
and are made again when they are gone. What comes from strangers is bounded: sizes, ratios, counts; names that lead out
of the archive, links and devices are never followed.
"""

import bz2
import contextlib
import gzip
import lzma
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from engine.contract.errors import ErrorCode, UserError
from engine.data.cache import DatasetCache
from engine.data.zstd_frames import is_whole

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst")

MAX_MEMBERS = 10_000
MAX_BYTES = 64 << 30  # of one unpacked file
MAX_RATIO = 1_100  # plain text reaches 1,000 only where it repeats itself
_SMALL_BYTES = 64 << 20  # below, any ratio is harmless
_CHUNK = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError,
)  # fmt: skip


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
    if not stat.S_ISREG(mode):
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: it is a device or a pipe, not a file")


def content_of(path: Path, *, cache: DatasetCache | None = None) -> Path:
    """Where the bytes of the dataset at ``path`` lie, unpacked.

    Raises:
        UserError: ``NOT_FOUND``, or ``UNREADABLE`` when it is damaged or too large.
    """
    archive = archive_of(path)
    cache = cache or DatasetCache()
    if archive is not None:
        name = PurePosixPath(*path.relative_to(archive).parts).as_posix()
        copy = _copied(archive, name, cache, lambda: _open_member(archive, name))
        return _copied(copy, "", cache, lambda: _open_compressed(copy)) if is_compressed(path) else copy
    require_plain_file(path)
    return _copied(path, "", cache, lambda: _open_compressed(path)) if is_compressed(path) else path


def members_of(archive: Path) -> list[Member]:
    """The files in ``archive``; folders, links and devices are left out.

    Raises:
        UserError: ``UNREADABLE``: damaged, too many members, too large, or a name that leads out of the archive.
    """
    require_plain_file(archive)
    try:
        found = list(_listed(archive))
    except _DAMAGED as error:
        raise _damaged(archive, error) from None
    unsafe = next((item.name for item in found if not _stays_inside(item.name)), None)
    if unsafe is not None:
        raise _refused(archive, f"its member {unsafe!r} leads out of it")
    size = archive.stat().st_size
    total = sum(item.size_bytes for item in found)
    if total > MAX_BYTES or (total > _SMALL_BYTES and total > MAX_RATIO * size):
        raise _refused(archive, f"it would unpack to {total >> 20:,} MB, of {size >> 10:,} KB")
    return found


def _listed(archive: Path) -> Iterator[Member]:
    if archive.suffix.lower() == ".zip":
        with zipfile.ZipFile(archive) as file:
            entries = [
                (item.filename, item.file_size)
                for item in file.infolist()
                if not item.is_dir() and not stat.S_ISLNK(item.external_attr >> 16)
            ]
    else:
        entries = []
        with _open_tar(archive) as tar:
            for number, item in enumerate(tar):
                if number >= MAX_MEMBERS:
                    raise ValueError(f"it has more than {MAX_MEMBERS:,} members")
                if item.isreg():
                    entries.append((item.name, item.size))
    if len(entries) > MAX_MEMBERS:
        raise ValueError(f"it has more than {MAX_MEMBERS:,} members")
    yield from (Member(name, size) for name, size in entries)


@contextlib.contextmanager
def _open_tar(archive: Path) -> Iterator[tarfile.TarFile]:
    if archive.name.lower().endswith(".zst"):
        with _open_compressed(archive) as plain, tarfile.open(fileobj=plain, mode="r|") as tar:
            yield tar
    else:
        with tarfile.open(archive, mode="r|*") as tar:
            yield tar


@contextlib.contextmanager
def _open_member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    known = {item.name for item in members_of(archive)}
    if name not in known:
        raise UserError(ErrorCode.NOT_FOUND, f"There is no {name} in {archive}")
    if archive.suffix.lower() == ".zip":
        with zipfile.ZipFile(archive) as file, file.open(name) as member:
            yield member
        return
    with _open_tar(archive) as tar:
        for item in tar:
            if item.name == name and item.isreg():
                yield cast(IO[bytes], tar.extractfile(item))
                return


@contextlib.contextmanager
def _open_compressed(path: Path) -> Iterator[IO[bytes]]:
    suffix = path.suffix.lower()
    if suffix == ".zst":
        import zstandard

        if not is_whole(path):
            raise EOFError("it is cut short")
        with (
            path.open("rb") as raw,
            zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as file,
        ):
            yield cast(IO[bytes], file)
        return
    openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
    with openers[suffix](path, "rb") as file:
        yield file


def _copied(path: Path, name: str, cache: DatasetCache, opened: Any) -> Path:
    """A bounded copy in the cache of what ``opened`` gives; reused while ``path`` does not change."""
    status = path.stat()
    inner = Path(name or plain_name(path)).name
    place = cache.place(["content", str(path), status.st_mtime_ns, status.st_size, name])
    if cache.meta(place) is not None:
        return place / _file_name(inner)
    try:
        with cache.part() as part, opened() as source:
            _copy(source, part / _file_name(inner), path, status.st_size)
            return cache.keep(part, place, {"content": inner}) / _file_name(inner)
    except UserError:
        raise
    except _DAMAGED as error:
        raise _damaged(path, error) from None
    except _zstd_errors() as error:
        raise _damaged(path, error) from None


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


def _zstd_errors() -> tuple[type[Exception], ...]:
    try:
        import zstandard
    except ImportError:
        return ()
    return (zstandard.ZstdError,)


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
