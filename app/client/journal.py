"""Reads a run's journal as if its engine were speaking: for runs reopened, compared, or found running.

The same lines through the same parser as the pipe; only the waiting differs.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal

from engine.contract.codec import CodecError, Framer, decode
from engine.contract.messages import Event, parse_from_engine

SLICE_S = 0.008
CHUNK_BYTES = 64 * 1024
POLL_MS = 200


def parse_line(line: bytes | CodecError) -> Event | None:
    """One journal line as an event; None for what is no event (a line cut by a crash, a newer type)."""
    if isinstance(line, CodecError):
        return None
    try:
        parsed = parse_from_engine(decode(line))
    except (CodecError, ValidationError):
        return None
    return parsed if isinstance(parsed, Event) else None


def read_journal(path: Path) -> Iterator[Event]:
    """Every event of a journal from its beginning; none when there is no journal."""
    framer = Framer()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                for line in framer.feed(chunk):
                    event = parse_line(line)
                    if event is not None:
                        yield event
    except OSError:
        return


class JournalTail(QObject):
    """Follows a journal in short slices. ``caught_up`` comes once, when its present end is reached."""

    events = Signal(object)  # list[Event]
    caught_up = Signal()

    def __init__(self, path: Path, *, follow: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._follow = follow
        self._offset = 0
        self._framer = Framer()
        self._lines: Iterator[bytes | CodecError] = iter(())
        self._told = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._read)

    def start(self) -> None:
        """Begin at the journal's beginning."""
        self._timer.start(0)

    def stop(self) -> None:
        """Read no further."""
        self._follow = False
        self._timer.stop()

    def read_rest(self) -> None:
        """Read what is there now without waiting for the timer (the writer is known to be gone)."""
        while not self._slice():
            pass

    def _read(self) -> None:
        at_end = self._slice()
        if at_end and not self._told:
            self._told = True
            self.caught_up.emit()
        if not at_end:
            self._timer.start(0)
        elif self._follow:
            self._timer.start(POLL_MS)

    def _slice(self) -> bool:
        """Read for one slice; True when the present end was reached."""
        deadline = time.monotonic() + SLICE_S
        batch: list[Event] = []
        at_end = False
        while time.monotonic() < deadline and not at_end:
            for line in self._lines:
                event = parse_line(line)
                if event is not None:
                    batch.append(event)
                if time.monotonic() >= deadline:
                    break
            else:
                chunk = self._chunk()
                self._lines = self._framer.feed(chunk)
                at_end = not chunk
        if batch:
            self.events.emit(batch)
        return at_end

    def _chunk(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                chunk = file.read(CHUNK_BYTES)
        except OSError:
            return b""
        self._offset += len(chunk)
        return chunk
