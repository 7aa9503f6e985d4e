"""Writes in a thread of its own, so that the disk is busy while the next piece is being computed."""

import os
import queue
import threading
from types import TracebackType
from typing import BinaryIO, Self

_WAITING_PIECES = 4
_WRITE_BYTES = 1 << 20  # one call with 8 MB takes twice as long as eight with one
_FLUSH_BYTES = 128 << 20


class BackgroundWriter:
    """Takes pieces in order and writes them. A piece must not be changed after it is given.

    What is written is flushed and forgotten as it comes: a model would else push everything out of the system's
    cache, and the last ``fsync`` would wait for all of it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._written = self._flushed = file.tell()
        self._pieces: queue.Queue[memoryview | None] = queue.Queue(_WAITING_PIECES)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="luthier-writer", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def write(self, piece: memoryview) -> None:
        """Queue ``piece``; waits while too many are waiting.

        Raises:
            OSError: an earlier piece could not be written.
        """
        if self._error is not None:
            raise self._error
        self._pieces.put(piece)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pieces.put(None)
        self._thread.join()
        if error is None and self._error is not None:
            raise self._error

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if self._error is not None:
                continue  # keep the queue moving, so that nobody waits for ever
            try:
                while piece.nbytes:
                    count = self._file.write(piece[:_WRITE_BYTES])
                    piece = piece[count:]
                    self._written += count
                if self._written - self._flushed >= _FLUSH_BYTES:
                    self._flush()
            except OSError as error:
                self._error = error

    def _flush(self) -> None:
        handle = self._file.fileno()
        os.fsync(handle)
        if hasattr(os, "posix_fadvise"):
            length = self._written - self._flushed
            os.posix_fadvise(handle, self._flushed, length, os.POSIX_FADV_DONTNEED)
        self._flushed = self._written
