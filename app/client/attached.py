"""A training run whose pipe is gone: followed through its journal, steered through a file in its folder."""

import json
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.client.exits import EngineExit
from app.client.journal import JournalTail
from app.client.kill_tree import is_alive, kill_tree
from app.client.process import tail_lines
from engine.contract.job import Action
from engine.contract.messages import Event, RunFinished, RunStarted

JOURNAL = "events.jsonl"
CONTROL = "control.jsonl"
PROCESS = "process.json"
LOOK_MS = 1000
LOOK_SOON_MS = 50


def living_pid(run_dir: Path) -> int:
    """The process that works in ``run_dir``, 0 when there is none (any more)."""
    try:
        document = json.loads((run_dir / PROCESS).read_text(encoding="utf-8"))
        pid, started = int(document["pid"]), float(document["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return pid if is_alive(pid, not_younger_than=started) else 0


class AttachedRun(QObject):
    """The same signals as ``EngineJob``, from the outside. Exactly one of ``finished`` and ``crashed`` comes."""

    events = Signal(object)  # list[Event]
    caught_up = Signal()
    finished = Signal(object)  # RunFinished
    crashed = Signal(object)  # EngineExit

    def __init__(self, run_dir: Path, pid: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_dir = run_dir
        self._pid = pid
        self._over = False
        self._end: RunFinished | None = None
        self._tail = JournalTail(run_dir / JOURNAL, follow=True, parent=self)
        self._tail.events.connect(self._on_events)
        self._tail.caught_up.connect(self.caught_up)
        self._tail.caught_up.connect(self._look)
        self._watch = QTimer(self, interval=LOOK_MS)
        self._watch.timeout.connect(self._look)

    def start(self) -> None:
        """Replay what was, then follow what comes."""
        self._tail.start()

    def control(self, action: Action) -> None:
        """Leave the wish where the engine looks for it."""
        with (self._run_dir / CONTROL).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"action": action}) + "\n")

    def leave(self) -> None:
        """Look away; the run goes on."""
        self._over = True
        self._tail.stop()
        self._watch.stop()

    def kill(self) -> None:
        """End the engine now."""
        kill_tree(self._pid)

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return bool(living_pid(self._run_dir))

    @property
    def pid(self) -> int:
        """Process id of its engine."""
        return self._pid

    def log_tail(self) -> tuple[str, ...]:
        """The last lines of the engine's own log."""
        return tail_lines(self._run_dir / "engine.log")

    def _on_events(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, RunFinished):
                self._end = event
                self._watch.setInterval(LOOK_SOON_MS)  # its process is about to go
            elif isinstance(event, RunStarted):
                self._end = None  # that end was of an earlier part of the run
        self.events.emit(events)

    def _look(self) -> None:
        if self._over:
            return
        if not self._watch.isActive():
            self._watch.start()  # from the moment on when all that was is known
        if living_pid(self._run_dir):
            return
        self._tail.read_rest()
        self.leave()
        if self._end is not None:
            self.finished.emit(self._end)
        else:
            text = "The engine is gone without having finished."
            self.crashed.emit(
                EngineExit("signal", text, hint="The details show its last lines.", log=self.log_tail())
            )
