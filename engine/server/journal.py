"""A run's own memory: every event it ever sent, one protocol line each, in ``events.jsonl``.

Replaying it is how a run is reopened, so it must survive being killed at any byte: each event is one write, a
cut last line is passed over on reading and cut off before anything is appended.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from engine.contract.codec import MAX_LINE_BYTES, CodecError, Framer, decode, encode
from engine.contract.disk import is_disk_full
from engine.contract.messages import Event, parse_from_engine

JOURNAL = "events.jsonl"
HELD_BYTES = 64_000_000  # of lines that wait for a full disk


class Journal:
    """Appends events to a file; ``seq`` and ``t`` go on from what is there."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        last = _mend(path)
        self.last_seq = last.seq if last else 0
        self.last_t = last.t if last else 0.0
        self._file = path.open("ab", buffering=0)
        self._held: list[bytes] = []

    def append(self, event: Event) -> None:
        """Write ``event`` as one line with one system call, so that a killed process loses nothing.

        While the disk is full, lines are held in memory and written in their order as soon as there is room.

        Raises:
            OSError: the disk is gone, or full for too long; what was written of the line is taken back.
        """
        self._held.append(encode(event.model_dump(mode="json")))
        try:
            while self._held:
                self._write(self._held[0])
                del self._held[0]
        except OSError as error:
            if not is_disk_full(error) or sum(map(len, self._held)) > HELD_BYTES:
                del self._held[-1]
                raise

    def _write(self, data: bytes) -> None:
        before = self._file.tell()
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError:
            self._file.truncate(before)
            raise

    def close(self) -> None:
        """Release the file, with what it was held up with where there is room now."""
        with contextlib.suppress(OSError):
            for line in self._held:
                self._write(line)
        self._file.close()


def replay(path: Path) -> Iterator[Event]:
    """The events of a journal in order; lines that are cut, damaged or of an unknown type are passed over."""
    framer = Framer()
    with path.open("rb") as file:
        while chunk := file.read(1 << 16):
            for line in framer.feed(chunk):
                event = _event(line)
                if event is not None:
                    yield event


def _event(line: bytes | CodecError) -> Event | None:
    if isinstance(line, CodecError):
        return None
    try:
        message = parse_from_engine(decode(line))
    except (CodecError, ValidationError):
        return None
    return message if isinstance(message, Event) else None


def _mend(path: Path) -> Event | None:
    """Cut off an unfinished last line; the last readable event, or None."""
    if not path.exists():
        return None
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        window = min(size, 2 * MAX_LINE_BYTES)
        file.seek(size - window)
        tail = file.read()
        end = tail.rfind(b"\n") + 1
        if end < len(tail):
            file.truncate(size - window + end)
    for line in reversed(tail[:end].splitlines()):
        event = _event(line)
        if event is not None:
            return event
    return None
