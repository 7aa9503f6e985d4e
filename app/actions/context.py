"""What every action is given: the store, the engines' program, the library, and where things live."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel
from PySide6.QtCore import QCoreApplication, QObject

from app.client.process import EngineProgram
from app.client.quick_engine import QuickEngine
from app.client.runtimes import Engines
from app.models.preferences import PreferencesFile
from app.state.changes import NoticeAdded
from app.state.library import Library
from app.state.model import Notice
from app.state.store import Store
from engine.contract.errors import ErrorInfo
from engine.contract.messages import Command
from engine.contract.places import read_places

T = TypeVar("T", bound=BaseModel)

translate = QCoreApplication.translate  # called as translate("Actions", "..."), which lupdate finds


@dataclass(frozen=True)
class Context:
    """Built once by ``app.main``; ``parent`` owns every Qt object an action makes."""

    store: Store
    quick: QuickEngine
    engines: Engines
    library: Library
    preferences: PreferencesFile
    data_dir: Path
    parent: QObject
    _notice_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def program(self) -> EngineProgram:
        """What the next job's engine is started from."""
        return self.engines.program()

    @property
    def runs_dir(self) -> Path:
        """Where runs live that name no folder of their own."""
        return read_places(self.data_dir).runs[0]

    def log_path(self, name: str) -> Path:
        """Where the engine called ``name`` writes its stderr."""
        return self.data_dir / "logs" / f"{name}.log"

    def notice(
        self,
        kind: Literal["info", "success", "warning", "danger"],
        text: str,
        *,
        action: str = "",
        intent: str = "",
    ) -> None:
        """Show a short message at the edge of the window."""
        self.store.dispatch(NoticeAdded(Notice(next(self._notice_ids), kind, text, action, intent)))

    def notice_error(self, error: ErrorInfo, *, action: str = "", intent: str = "") -> None:
        """Show an error as one sentence with its way out."""
        text = f"{error.message} {error.hint}" if error.hint else error.message
        self.notice("danger", text, action=action, intent=intent)


class Latest(Generic[T]):
    """Asks one kind of question so that only the newest counts: two at most are on their way, so that the engine can
    leave the older one; the next one waits, and what lies between is never sent. An answer that was overtaken is
    dropped."""

    def __init__(self, quick: QuickEngine, result: type[T], *, timeout_s: float) -> None:
        self._quick = quick
        self._result = result
        self._timeout_s = timeout_s
        self._waiting: tuple[Command, Callable[[T], None], Callable[[ErrorInfo], None]] | None = None
        self._sent = 0
        self._on_their_way = 0

    def ask(
        self, command: Command, on_ok: Callable[[T], None], on_error: Callable[[ErrorInfo], None]
    ) -> None:
        """Ask ``command``; at most one of the two is called."""
        self._waiting = (command, on_ok, on_error)
        if self._on_their_way < 2:
            self._send()

    def _send(self) -> None:
        if self._waiting is None:
            return
        command, on_ok, on_error = self._waiting
        self._waiting = None
        self._sent += 1
        self._on_their_way += 1
        number = self._sent

        def ok(value: T) -> None:
            if self._wanted(number):
                on_ok(value)

        def failed(error: ErrorInfo) -> None:
            if self._wanted(number):
                on_error(error)

        self._quick.ask(command, self._result, timeout_s=self._timeout_s).then(ok, failed)

    def _wanted(self, number: int) -> bool:
        """Whether the answer that just came is still wanted; a newer question that waits goes out."""
        self._on_their_way -= 1
        self._send()
        return number == self._sent
