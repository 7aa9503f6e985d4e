"""An engine that stands by: its libraries are loaded before a run needs it, so that Start means training.

At most one, never in the way: it is taken by the run that begins, or ended.
"""

import itertools
import time
from pathlib import Path

from PySide6.QtCore import QObject

from app.client.engine_client import Empty, EngineClient
from app.client.exits import EngineExit
from app.client.process import EngineProgram
from engine.contract.warming import WarmUp

WARM_S = 300.0


class Standby(QObject):
    """Keeps one engine ready for a program and a kind of base (quantized or not)."""

    def __init__(self, logs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._logs = logs
        self._numbers = itertools.count(1)
        self._client: EngineClient | None = None
        self._key: tuple[EngineProgram, bool] | None = None
        self._leaving: list[EngineClient] = []

    @property
    def there(self) -> bool:
        """Whether an engine stands by."""
        return self._client is not None

    def prepare(self, program: EngineProgram, *, quantized: bool) -> None:
        """Have an engine of this kind stand by; one of another kind is ended."""
        if self._client is not None and self._key == (program, quantized):
            return
        self.stop()
        name = time.strftime(f"standby-%Y%m%d-%H%M%S-{next(self._numbers)}.log")
        client = EngineClient(program, log_path=self._logs / name, parent=self)
        client.died.connect(self._died)
        self._client, self._key = client, (program, quantized)
        client.start()
        client.ask(WarmUp(quantized=quantized), Empty, timeout_s=WARM_S)

    def take(self, program: EngineProgram, *, quantized: bool, log_path: Path) -> EngineClient | None:
        """The engine that stands by, if it is of this kind; its log goes on at ``log_path`` where the system allows it."""
        client = self._client
        if client is None or self._key != (program, quantized) or not (client.alive and client.running):
            return None
        client.died.disconnect(self._died)
        client.move_log(log_path)
        self._client = self._key = None
        return client

    def stop(self) -> None:
        """End it; harmless when there is none."""
        client, self._client, self._key = self._client, None, None
        if client is not None:
            self._leaving.append(client)
            client.stop(grace_s=1.0)

    def end_now(self, *, wait_ms: int = 500) -> None:
        """See ``EngineProcess.end_now``; after ``stop``."""
        for client in tuple(self._leaving):
            client.end_now(wait_ms=wait_ms)

    def _died(self, how: EngineExit) -> None:
        """One of them did; whoever cannot answer any more is let go."""
        known = [*self._leaving, *([self._client] if self._client is not None else [])]
        for client in known:
            if not client.alive:
                client.forget_log()
                client.deleteLater()
        self._leaving = [client for client in self._leaving if client.alive]
        if self._client is not None and not self._client.alive:
            self._client = self._key = None
