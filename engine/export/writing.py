"""Writes in a thread of its own, so that the disk is busy while the next piece is being computed."""

import queue
import threading
from types import TracebackType
from typing import BinaryIO, Self

_WAITING_PIECES = 3


class BackgroundWriter:
    """Takes pieces in order and writes them. A piece must not be changed after it is given."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
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
                    piece = piece[self._file.write(piece) :]
            except OSError as error:
                self._error = error
