"""One job on an engine process of its own: started, steered, and told apart from a crash."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.client.engine_client import Accepted, Empty, EngineClient
from app.client.exits import EngineExit
from app.client.process import EngineProgram
from engine.contract.errors import ErrorInfo
from engine.contract.job import Action
from engine.contract.messages import Command, ControlRun, Event, RunFinished

START_TIMEOUT_S = 120.0


class EngineJob(QObject):
    """Starts an engine, gives it one job, ends the engine when the job ends.

    Exactly one of ``refused``, ``finished`` and ``crashed`` comes, unless the job is left to itself.
    """

    accepted = Signal(str)  # the job's name in the protocol
    refused = Signal(object)  # ErrorInfo
    events = Signal(object)  # list[Event]
    finished = Signal(object)  # RunFinished
    crashed = Signal(object)  # EngineExit

    def __init__(
        self,
        program: EngineProgram,
        command: Command,
        *,
        log_path: Path,
        client: EngineClient | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``client``: an engine that runs already (default: one is started)."""
        super().__init__(parent)
        self._command = command
        self._run = ""
        self._over = False
        self._wishes: list[Action] = []
        self._started = client is not None
        self._client = client or EngineClient(program, log_path=log_path)
        self._client.setParent(self)
        self._client.events.connect(self._on_events)
        self._client.died.connect(self._on_died)

    def start(self) -> None:
        """Start the engine and the job."""
        if not self._started:
            self._client.start()
        reply = self._client.ask(self._command, Accepted, timeout_s=START_TIMEOUT_S)
        reply.then(self._on_accepted, self._on_refused)

    def control(self, action: Action) -> None:
        """Tell the job what the user wants; a wish before the job began is kept until it has."""
        if self._run:
            self._client.ask(ControlRun(run=self._run, action=action), Empty)
        else:
            self._wishes.append(action)

    def kill(self) -> None:
        """End the engine now."""
        self._over = True
        self._client.kill()

    def stop(self, *, grace_s: float = 5.0) -> None:
        """End the engine, politely at first; no further signal comes."""
        self._over = True
        self._client.stop(grace_s=grace_s)

    def leave(self) -> None:
        """Let the job go on without us; no further signal comes."""
        self._over = True

    def end_now(self, *, wait_ms: int = 500) -> None:
        """See ``EngineProcess.end_now``."""
        self._client.end_now(wait_ms=wait_ms)

    @property
    def running(self) -> bool:
        """Whether its process is still there."""
        return self._client.running

    @property
    def pid(self) -> int:
        """Process id of its engine."""
        return self._client.pid

    def log_tail(self) -> tuple[str, ...]:
        """The last lines of its engine's stderr."""
        return self._client.log_tail()

    def _on_accepted(self, accepted: Accepted) -> None:
        self._run = accepted.run
        self.accepted.emit(accepted.run)
        for action in self._wishes:
            self.control(action)
        self._wishes.clear()

    def _on_refused(self, error: ErrorInfo) -> None:
        if not self._over:
            self._over = True
            self.refused.emit(error)
            self._client.stop()

    def _on_events(self, events: list[Event]) -> None:
        mine = [event for event in events if not self._run or not event.run or event.run == self._run]
        if mine and not self._over:
            self.events.emit(mine)
        end = next((event for event in mine if isinstance(event, RunFinished)), None)
        if end is not None and not self._over:
            self._over = True
            self.finished.emit(end)
            self._client.stop(grace_s=20.0)

    def _on_died(self, how: EngineExit) -> None:
        if not self._over:
            self._over = True
            self.crashed.emit(how)
