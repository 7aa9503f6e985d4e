"""The live side of ``engine.contract.job.Job``: numbers the events, keeps the journal, collects the user's wishes."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from engine.contract.job import Action, Cancelled
from engine.contract.messages import Event, Heartbeat, Phase, Progress, Warn
from engine.server.journal import Journal

Sink = Callable[[Event], None]
HEARTBEAT_S = 5.0
PROGRESS_S = 0.2  # between two reports of the same name
POLL_S = 0.25


class LiveJob:
    """One job as it runs. Every method may be called from any thread."""

    def __init__(
        self,
        run: str,
        *,
        sinks: Sequence[Sink] = (),
        journal: Journal | None = None,
        poll: Callable[[], Action | None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._sinks = tuple(sinks)
        self._journal = journal
        self._poll = poll
        self._clock = clock
        self._seq = journal.last_seq if journal else 0
        self._began = clock() - (journal.last_t if journal else 0.0)
        self._lock = threading.RLock()
        self._wish: Action | None = None
        self._rates: dict[str, Rate] = {}
        self._finished = False

    @property
    def run(self) -> str:
        """The job's name in the protocol."""
        return self._run

    def emit(self, event: Event) -> None:
        """Number ``event``, write it to the journal and hand it to the sinks, in this order for all threads."""
        with self._lock:
            if self._finished:  # a late heartbeat or progress of another thread
                return
            self._send(event)

    def finish(self, event: Event, *, release: Callable[[], None] = lambda: None) -> Event:
        """Emit the last event; ``release`` frees the run's folder before anyone can react to the event.

        A journal that cannot be written any more does not keep the news from the sinks.
        """
        with self._lock:
            self._finished = True
            numbered = self._numbered(event)
            if self._journal:
                with contextlib.suppress(OSError):
                    self._journal.append(numbered)
            release()
            for sink in self._sinks:
                sink(numbered)
            return numbered

    def _send(self, event: Event) -> None:
        numbered = self._numbered(event)
        if self._journal:
            self._journal.append(numbered)
        for sink in self._sinks:
            sink(numbered)

    def _numbered(self, event: Event) -> Event:
        self._seq += 1
        place = {"run": self._run, "seq": self._seq, "t": round(self._clock() - self._began, 4)}
        return event.model_copy(update={**place, "wall": round(time.time(), 3)})

    @contextlib.contextmanager
    def phase(self, name: str, detail: str = "") -> Iterator[None]:
        """Report the beginning and the end of a named part; a part that fails has no end."""
        self.emit(Phase(name=name, state="started", detail=detail))
        yield
        self.emit(Phase(name=name, state="finished", detail=detail))

    def progress(self, name: str, done: float, total: float | None = None, unit: str = "") -> None:
        """Report how far ``name`` is, at most five times a second and always when it is done."""
        with self._lock:
            rate = self._rates.get(name)
            if rate is None or done < rate.newest:
                rate = self._rates[name] = Rate()
            now = self._clock()
            rate.add(now, done)
            complete = total is not None and done >= total
            if not complete and now - rate.reported < PROGRESS_S:
                return
            rate.reported = now
            eta_s = rate.left_s(total) if total is not None else None
        self.emit(Progress(name=name, done=done, total=total, unit=unit, eta_s=eta_s))

    def warn(self, code: str, message: str, hint: str | None = None) -> None:
        """Report something the user should know."""
        self.emit(Warn(code=code, message=message, hint=hint))

    # -------------------------------------------------------------- wishes

    def set_wish(self, action: Action) -> None:
        """Note what the user wants; ``save`` does not replace a wish to end."""
        with self._lock:
            if action != "save" or self._wish in (None, "save"):
                self._wish = action

    def poll(self) -> None:
        """Look for a wish that came through the run's folder."""
        if self._poll is not None:
            action = self._poll()
            if action is not None:
                self.set_wish(action)

    def wish(self) -> Action | None:
        """The newest unanswered wish of the user, or None."""
        return self._wish

    def answered(self) -> None:
        """The current wish has been carried out."""
        with self._lock:
            self._wish = None

    def check(self) -> None:
        """Raise ``Cancelled`` if the user wants the job to end."""
        if self._wish not in (None, "save"):
            raise Cancelled

    @contextlib.contextmanager
    def alive(self) -> Iterator[None]:
        """While inside, look for wishes four times a second and send a heartbeat every five seconds."""
        over = threading.Event()
        thread = threading.Thread(target=self._beat, args=(over,), name=f"heart of {self._run}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _beat(self, over: threading.Event) -> None:
        import psutil

        process = psutil.Process()
        due = self._clock() + HEARTBEAT_S
        while not over.wait(POLL_S):
            with contextlib.suppress(OSError):  # a full disk must not end the heart
                self.poll()
                if self._clock() >= due:
                    due = self._clock() + HEARTBEAT_S
                    self.emit(Heartbeat(memory_bytes=process.memory_info().rss))


class Rate:
    """How fast something goes, from its first report and from its latest ones."""

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._recent: deque[tuple[float, float]] = deque(maxlen=20)
        self.newest = 0.0
        self.reported = float("-inf")

    def add(self, now: float, done: float) -> None:
        """Note that ``done`` is reached at ``now``."""
        if self._first is None:
            self._first = (now, done)
        if not self._recent or now - self._recent[-1][0] >= PROGRESS_S:
            self._recent.append((now, done))
        self.newest = done
        self._now = now

    def left_s(self, total: float) -> tuple[float, float] | None:
        """Earliest and latest seconds left, from the mean rate and the recent one; None while unknown."""
        assert self._first is not None
        estimates = []
        for then, before in (self._first, self._recent[0]):
            passed, made = self._now - then, self.newest - before
            if passed > 0 and made > 0:
                estimates.append((total - self.newest) * passed / made)
        if not estimates:
            return None
        return round(min(estimates) * 0.95, 1), round(max(estimates) * 1.1, 1)
