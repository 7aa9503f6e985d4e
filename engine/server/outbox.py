"""The way out: one thread writes the protocol, so that no work ever waits for a slow reader.

Replies and events keep their order and are never dropped. Metrics of one run are merged into one line per
drain and thinned when the reader falls behind; the journal keeps them all.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from engine.contract.codec import encode
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import Event, Failure, Heartbeat, Message, Metrics, Ok, Progress

METRICS_INTERVAL_S = 0.1  # between two metrics lines: at most 10 a second
MAX_PENDING_VALUES = 16_384  # about 400 kB as one line; above that every second step is left out


class ByteSink(Protocol):
    """What the outbox writes to; may write less than it is given."""

    def write(self, data: bytes, /) -> int | None: ...

    def flush(self) -> None: ...


class Outbox:
    """Owns the stream; ``send`` never blocks. A broken pipe silences it, and work goes on."""

    def __init__(self, stream: ByteSink, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._replies: deque[Message] = deque()
        self._events: deque[Event | _Batch] = deque()
        self._ready = threading.Condition()
        self._closing = False
        self._metrics_due = 0.0  # monotonic time from which metrics may go out again
        self.broken = False
        self._thread = threading.Thread(target=self._write_all, name="outbox", daemon=True)
        self._thread.start()

    def reply(self, message: Ok | Failure) -> None:
        """Send the answer to a command; overtakes waiting events."""
        with self._ready:
            self._replies.append(message)
            self._ready.notify()

    def event(self, event: Event) -> None:
        """Send an event after all earlier ones."""
        with self._ready:
            if self.broken:
                return
            if isinstance(event, Metrics):
                self._absorb(event)
            elif isinstance(event, Progress | Heartbeat):
                self._replace(event)
            else:
                self._events.append(event)
            self._ready.notify()

    def close(self, *, wait_s: float = 5.0) -> None:
        """Write what is left, as far as the reader takes it within ``wait_s``."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join(wait_s)

    # -------------------------------------------------------------- queue (under the lock)

    def _absorb(self, event: Metrics) -> None:
        """Add metrics to waiting ones of the same run and series, at the newer one's place in the order."""
        names = tuple(sorted(event.series))
        for index, other in enumerate(self._events):
            if isinstance(other, _Batch) and other.key == (event.run, names):
                del self._events[index]
                batch = other
                break
        else:
            batch = _Batch((event.run, names))
        batch.add(event)
        self._events.append(batch)

    def _replace(self, event: Progress | Heartbeat) -> None:
        """Only the newest state of a progress or heartbeat is worth sending."""
        for index, other in enumerate(self._events):
            same = type(other) is type(event) and other.run == event.run
            if same and getattr(other, "name", "") == getattr(event, "name", ""):
                del self._events[index]
                break
        self._events.append(event)

    def _take(self) -> list[Message | Event]:
        """What may be written now; waits for it. Empty: closed and nothing is left."""
        batch: list[Message | Event]
        with self._ready:
            while True:
                if self._replies:
                    batch = list(self._replies)
                    self._replies.clear()
                    return batch
                wait_s = self._hold_s()
                if self._events and wait_s <= 0:
                    lines = sum(isinstance(event, _Batch) for event in self._events)
                    if lines:
                        self._metrics_due = self._clock() + lines * METRICS_INTERVAL_S
                    batch = [event.event() if isinstance(event, _Batch) else event for event in self._events]
                    self._events.clear()
                    return batch
                if self._closing and not self._events:
                    return []
                self._ready.wait(wait_s if self._events else None)

    def _hold_s(self) -> float:
        """How long the events must wait: metrics go out at their own pace, and the others keep their order."""
        if self._closing or not any(isinstance(event, _Batch) for event in self._events):
            return 0.0
        return self._metrics_due - self._clock()

    # -------------------------------------------------------------- writer

    def _write_all(self) -> None:
        while batch := self._take():
            data = b"".join(_line(message) for message in batch)
            if not self.broken:
                self._write(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                written = self._stream.write(bytes(view[: 1 << 16]))
                view = view[written or 0 :]
            self._stream.flush()
        except (OSError, ValueError):  # the reader is gone, or the stream is closed
            with self._ready:
                self.broken = True
                self._events.clear()


class _Batch:
    """Metrics of one run and one set of series that wait together."""

    def __init__(self, key: tuple[str, tuple[str, ...]]) -> None:
        self.key = key
        self.run = key[0]
        self._step: list[int] = []
        self._series: dict[str, list[float]] = {name: [] for name in key[1]}
        self._last: Metrics | None = None

    def add(self, event: Metrics) -> None:
        """Append; when there are too many values, every second step is left out, never the newest."""
        self._last = event
        self._step += event.step
        for name, values in self._series.items():
            values += event.series[name]
        while len(self._step) > 2 and len(self._step) * (len(self._series) + 1) > MAX_PENDING_VALUES:
            first = (len(self._step) + 1) % 2
            self._step = self._step[first::2]
            self._series = {name: values[first::2] for name, values in self._series.items()}

    def event(self) -> Metrics:
        """All of it as one event with the number and time of the newest."""
        assert self._last is not None
        last = self._last
        place = {"run": last.run, "seq": last.seq, "t": last.t, "wall": last.wall, "step": self._step}
        return Metrics.model_validate({**place, **self._series})


def _line(message: Message | Event) -> bytes:
    try:
        return encode(message.model_dump(mode="json"))
    except ValueError as error:  # too long for a line, or values that JSON cannot hold
        if isinstance(message, Ok):
            info = ErrorInfo(code=ErrorCode.INTERNAL, message=f"The answer cannot be sent: {error}")
            return encode(Failure(id=message.id, error=info).model_dump(mode="json"))
        warning = {"type": "warning", "code": "not_sent", "message": str(error)}
        return encode({**warning, "run": getattr(message, "run", "")})
