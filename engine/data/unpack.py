"""Streams out of compressed files and archives, whatever their names say, with the memory of the unpacking bounded."""

import bz2
import contextlib
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from engine.data.zstd_frames import is_whole

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_MARKS = {b"\x1f\x8b": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz", b"\x28\xb5\x2f\xfd": ".zst"}
_MEMORY = 256 << 20  # of one decompressor
_LARGEST_READ = 64 << 20  # a header of an archive is never longer
_CHUNK = 1 << 20


def compression_of(path: Path) -> str | None:
    """How the file is compressed, by its first bytes, else by its name; None for one that is not."""
    with path.open("rb") as file:
        head = file.read(6)
    known = next((suffix for mark, suffix in _MARKS.items() if head.startswith(mark)), None)
    if known is not None:
        return known
    return path.suffix.lower() if path.suffix.lower() in COMPRESSED else None


@contextlib.contextmanager
def open_compressed(path: Path) -> Iterator[IO[bytes]]:
    """What the file holds; raises one of ``damages()`` when it is damaged."""
    suffix = compression_of(path)
    if suffix == ".zst":
        import zstandard

        if not is_whole(path):
            raise EOFError("it is cut short")
        unpacker = zstandard.ZstdDecompressor(max_window_size=_MEMORY)
        with path.open("rb") as raw, unpacker.stream_reader(raw, read_across_frames=True) as file:
            yield cast(IO[bytes], file)
    elif suffix == ".xz":
        with path.open("rb") as raw, io.BufferedReader(_Xz(raw), _CHUNK) as file:
            yield cast(IO[bytes], file)
    else:
        openers: dict[str | None, Any] = {".gz": gzip.open, ".bz2": bz2.open}
        with openers[suffix](path, "rb") as file:
            yield file


@contextlib.contextmanager
def open_tar(path: Path) -> Iterator[tarfile.TarFile]:
    """A tar, compressed or not."""
    compressed = compression_of(path) is not None
    with open_compressed(path) if compressed else path.open("rb") as file:
        careful = cast(IO[bytes], _Careful(file))
        with tarfile.open(fileobj=careful, mode="r:") as tar:
            yield tar


def member_name(name: str) -> str:
    """A name in an archive as we write it: ``./a//b.csv`` is ``a/b.csv``."""
    return PurePosixPath(name).as_posix()


def damages() -> tuple[type[Exception], ...]:
    """What the libraries raise when a file is damaged."""
    found: tuple[type[Exception], ...] = (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
        LookupError, NotImplementedError,
    )  # fmt: skip
    with contextlib.suppress(ImportError):
        import zstandard

        found = (*found, zstandard.ZstdError)
    return found


class _Careful:
    """A file of which nobody takes more than a header at once: tar believes what a header says of its own length."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._place = 0

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LARGEST_READ:
            raise ValueError("one of its headers is too long")
        data = self._file.read(size)
        self._place += len(data)
        return data

    def seek(self, place: int) -> int:
        """Forward, by reading where the file cannot jump."""
        if self._file.seekable():
            self._place = self._file.seek(place)
        while self._place < place and self.read(min(_CHUNK, place - self._place)):
            pass
        return self._place

    def tell(self) -> int:
        return self._place


class _Xz(io.RawIOBase):
    """LZMA with a limit on the memory that its header may ask for, which the standard library's file has not."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._unpacker = self._new()
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._unpacker.eof and not self._next_stream():
                return 0
            if self._unpacker.needs_input and not self._rest:
                self._rest = self._raw.read(_CHUNK)
                if not self._rest:
                    raise EOFError("it is cut short")
            data = self._unpacker.decompress(self._rest, len(buffer))
            self._rest = self._unpacker.unused_data if self._unpacker.eof else b""
            if data:
                buffer[: len(data)] = data
                return len(data)

    def _next_stream(self) -> bool:
        """Begin with what follows a finished stream; padding may stand between, anything else is left alone."""
        self._rest = (self._rest or self._raw.read(_CHUNK)).lstrip(b"\0")
        if not self._rest:
            return False
        self._unpacker = self._new()
        return True

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(memlimit=_MEMORY)
