"""The long-lived engine for quick questions: started once, started again when it dies, but not for ever."""

import time
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel
from PySide6.QtCore import QObject, QTimer, Signal

from app.client.engine_client import EngineClient, Reply
from app.client.exits import EngineExit
from app.client.process import EngineProgram
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import Command
from engine.contract.results import Ready

RESTART_MS = 500
RESTARTS = 3  # in RESTART_WINDOW_S; more often than that, something is wrong for good
RESTART_WINDOW_S = 60.0

T = TypeVar("T", bound=BaseModel)


class QuickEngine(QObject):
    """An ``EngineClient`` that comes back. Questions asked while it is away fail with the reason."""

    ready = Signal(object)  # Ready; again after every restart
    restarting = Signal(object)  # EngineExit
    events = Signal(object)  # list[Event]: how far long answers are
    failed = Signal(object)  # EngineExit: it will not be started again by itself

    def __init__(
        self, program: EngineProgram, *, log_path: Path, app_version: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._log_path = log_path
        self._app_version = app_version
        self._client: EngineClient | None = None
        self._deaths: list[float] = []
        self._stopped = False
        self._renewing = False

    def start(self) -> None:
        """Start the engine, unless it runs."""
        if self._client is not None or self._stopped:
            return
        client = EngineClient(self._program, log_path=self._log_path, parent=self)
        client.ready.connect(self._on_ready)
        client.died.connect(self._on_died)
        client.events.connect(self.events)
        self._client = client
        client.start(app_version=self._app_version)

    def ask(self, command: Command, result: type[T], *, timeout_s: float = 30.0) -> Reply[T]:
        """See ``EngineClient.ask``."""
        if self._client is not None:
            return self._client.ask(command, result, timeout_s=timeout_s)
        reply: Reply[T] = Reply()
        reply.fail(ErrorInfo(code=ErrorCode.ENGINE_DIED, message="The engine is not running."))
        return reply

    def set_program(self, program: EngineProgram) -> None:
        """Start another program the next time; how the present one fared counts no more."""
        self._program = program
        self._deaths.clear()

    def restart(self) -> None:
        """End it with whatever it is at, and start another one; questions that wait fail."""
        if self._client is not None and not self._stopped:
            self._renewing = True
            self._client.kill()

    def stop(self) -> None:
        """End it for good."""
        self._stopped = True
        if self._client is not None:
            self._client.stop()

    def end_now(self, *, wait_ms: int = 500) -> None:
        """See ``EngineProcess.end_now``."""
        if self._client is not None:
            self._client.end_now(wait_ms=wait_ms)

    @property
    def pid(self) -> int:
        """Process id, 0 when it does not run."""
        return self._client.pid if self._client is not None else 0

    def _on_ready(self, ready: Ready) -> None:
        self.ready.emit(ready)

    def _on_died(self, how: EngineExit) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.deleteLater()
        if self._stopped:
            return
        if self._renewing:  # it was asked to go, which tells nothing about its health
            self._renewing = False
            self.restarting.emit(how)
            self.start()
            return
        now = time.monotonic()
        self._deaths = [then for then in self._deaths if now - then < RESTART_WINDOW_S] + [now]
        if how.kind == "not_started" or len(self._deaths) > RESTARTS:
            self.failed.emit(how)
            return
        self.restarting.emit(how)
        QTimer.singleShot(RESTART_MS, self, self.start)
