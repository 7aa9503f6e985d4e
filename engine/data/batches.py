"""Arrow record batches that live in memory while they are small and in a file once they are large.

A file is mapped, so that reading one row costs one row; ``trim`` gives back what a long pass has touched.
"""

import contextlib
import itertools
import mmap
import os
import shutil
import threading
import time
import uuid
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.contract.paths import data_dir

if TYPE_CHECKING:
    import pyarrow as pa

Indices = npt.NDArray[np.int64]

IN_MEMORY_BYTES = 8 << 20
TRIM_BYTES = 48 << 20
_OPEN_BATCHES = 64  # views into the file, not copies
_STALE_S = 3600.0


class Batches:
    """Batches in order, read by number. ``edges`` [batches + 1] are the first rows of each, and their sum."""

    def __init__(self, schema: "pa.Schema", source: "pa.Buffer | Path", rows: Sequence[int]) -> None:
        self.schema = schema
        self.edges: Indices = np.cumsum([0, *rows], dtype=np.int64)
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, pa.RecordBatch] = OrderedDict()
        self._map: mmap.mmap | None = None
        self._touched = 0
        self._reader = self._open(source)

    def __len__(self) -> int:
        """Rows of all batches."""
        return int(self.edges[-1])

    def _open(self, source: "pa.Buffer | Path") -> Any:
        import pyarrow as pa

        if isinstance(source, Path):
            with source.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            source = pa.py_buffer(self._map)
        self.size_bytes = source.size
        return pa.ipc.open_file(pa.BufferReader(source))

    def batch(self, number: int) -> "pa.RecordBatch":
        """The batch ``number``, without a copy of what it holds."""
        with self._lock:
            if number not in self._kept:
                self._kept[number] = self._reader.get_batch(number)
                if len(self._kept) > _OPEN_BATCHES:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(number)
            return self._kept[number]

    def __iter__(self) -> "Iterator[pa.RecordBatch]":
        for number in range(len(self.edges) - 1):
            batch = self.batch(number)
            yield batch
            self.touched(batch.nbytes)

    def touched(self, size: int) -> None:
        """Count what a pass has read, and let the pages of the file go now and then."""
        self._touched += size
        if self._touched > TRIM_BYTES:
            self._touched = 0
            if self._map is not None and hasattr(self._map, "madvise"):
                self._map.madvise(mmap.MADV_DONTNEED)


class BatchWriter:
    """Takes batches one after the other. ``target`` is where they go at once; without one they go to a file of their
    own, which leaves with the last reader, and only once they are large."""

    def __init__(self, schema: "pa.Schema", *, target: Path | None = None) -> None:
        self._schema = schema
        self._target = target
        self._passing = target is None
        self._waiting: list[pa.RecordBatch] = []
        self._size = 0
        self._stream: Any = None
        self.rows: list[int] = []

    def add(self, batch: "pa.RecordBatch") -> None:
        """Append ``batch``; nothing of it is held once it is written."""
        if not batch.num_rows:
            return
        self.rows.append(batch.num_rows)
        self._size += batch.nbytes
        if self._stream is None and self._passing and self._size <= IN_MEMORY_BYTES:
            self._waiting.append(batch)
            return
        self._to_file().write_batch(batch)

    def finish(self) -> Batches:
        """What was written, to be read."""
        import pyarrow as pa

        if self._stream is None and self._passing:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_file(sink, self._schema) as stream:
                for batch in self._waiting:
                    stream.write_batch(batch)
            self._waiting = []
            return Batches(self._schema, sink.getvalue(), self.rows)
        self._to_file()
        self.close()
        assert self._target is not None
        batches = Batches(self._schema, self._target, self.rows)
        if self._passing:
            _forget(self._target, batches)
        return batches

    def discard(self) -> None:
        """Leave nothing behind."""
        self.close()
        if self._passing and self._target is not None:
            self._target.unlink(missing_ok=True)

    def close(self) -> None:
        """End the file."""
        if self._stream is not None:
            self._stream.close()
            self._sink.close()
            self._stream = None

    def _to_file(self) -> Any:
        import pyarrow as pa

        if self._stream is None:
            self._target = self._target or scratch_file()
            self._sink = pa.OSFile(str(self._target), "wb")
            self._stream = pa.ipc.new_file(self._sink, self._schema)
            for batch in self._waiting:
                self._stream.write_batch(batch)
            self._waiting = []
        return self._stream


def values(array: "pa.Array") -> "npt.NDArray[Any]":
    """The numbers or truth values of a column without nulls; numbers are not copied."""
    import pyarrow as pa

    data = array.buffers()[1]
    boolean = pa.types.is_boolean(array.type)
    found = np.frombuffer(data or b"", dtype=np.uint8 if boolean else str(array.type))
    if boolean:
        found = np.unpackbits(found, bitorder="little").view(np.bool_)
    return found[array.offset : array.offset + len(array)]


def cache_dir() -> Path:
    """Folder of what can be made again at any time."""
    return data_dir() / "cache"


def scratch_file() -> Path:
    """A new name for a file that only this process reads."""
    folder = cache_dir() / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    remove_stale(folder)
    return folder / f"{os.getpid()}-{uuid.uuid4().hex}.arrow"


def remove_stale(folder: Path) -> None:
    """Remove what processes that are gone have left; their number is how a name begins."""
    import psutil

    for path in itertools.islice(folder.iterdir(), 1000):
        owner = path.name.split("-", 1)[0]
        with contextlib.suppress(OSError):
            old = time.time() - path.stat().st_mtime > _STALE_S
            if old and owner.isdigit() and not psutil.pid_exists(int(owner)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _forget(path: Path, batches: Batches) -> None:
    """Let the file at ``path`` go with ``batches``: at once where a mapped file may be unlinked."""
    try:
        path.unlink()
    except OSError:
        weakref.finalize(batches, path.unlink, missing_ok=True)
