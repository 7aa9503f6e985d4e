"""The conversation with one engine: commands out, typed replies and events in, and nothing ever hangs.

Every command is answered exactly once: by the engine, by a timeout, or by the way the engine ended. Junk between
the lines is counted and logged, never fatal. Reading is cut into short slices, so that a flood of events does not
stall the window.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import QObject, QTimer, Signal

from app.client.exits import EngineExit
from app.client.process import EngineProcess, EngineProgram
from engine.contract.codec import CodecError, Framer, decode, encode
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import (
    PROTOCOL_VERSION,
    Command,
    Event,
    Failure,
    Hello,
    Ok,
    Shutdown,
    parse_from_engine,
)
from engine.contract.results import Ready, Result

SLICE_S = 0.005  # how long one turn of the event loop may read
HELLO_TIMEOUT_S = 60.0
JUNK_LOGGED = 50  # lines of junk that are written to the log; the rest is only counted

T = TypeVar("T", bound=BaseModel)


class Empty(Result):
    """The result of a command that has nothing to tell."""


class Accepted(Result):
    """The result of a command that began a job."""

    run: str


class Reply(Generic[T]):
    """An answer to come. ``then`` names who wants it; it is called exactly once unless dropped."""

    def __init__(self) -> None:
        self._on_ok: Callable[[T], None] | None = None
        self._on_error: Callable[[ErrorInfo], None] | None = None
        self._value: T | None = None
        self._error: ErrorInfo | None = None
        self._delivered = False

    def then(
        self, on_ok: Callable[[T], None], on_error: Callable[[ErrorInfo], None] | None = None
    ) -> "Reply[T]":
        """Call one of the two when the answer is there (at once if it is)."""
        self._on_ok, self._on_error = on_ok, on_error
        self._deliver()
        return self

    def drop(self) -> None:
        """Nobody wants the answer any more."""
        self._delivered = True

    @property
    def settled(self) -> bool:
        """Whether the answer is there."""
        return self._value is not None or self._error is not None

    def settle(self, value: T) -> None:
        """The answer came."""
        self._value = value
        self._deliver()

    def fail(self, error: ErrorInfo) -> None:
        """The answer is a failure."""
        self._error = error
        self._deliver()

    def _deliver(self) -> None:
        if self._delivered or not self.settled or self._on_ok is None:
            return
        self._delivered = True
        if self._value is not None:
            self._on_ok(self._value)
        elif self._on_error is not None and self._error is not None:
            self._on_error(self._error)


@dataclass(slots=True)
class _Pending:
    reply: Reply[Any]
    result: type[BaseModel]
    deadline: float
    timeout_s: float
    what: str


class EngineClient(QObject):
    """One engine process and the protocol with it."""

    ready = Signal(object)  # Ready
    events = Signal(object)  # list[Event], in order
    died = Signal(object)  # EngineExit, once, after the last event; also when it was asked to end

    def __init__(self, program: EngineProgram, *, log_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.junk_lines = 0
        self._framer = Framer()
        self._feeds: deque[Iterator[bytes | CodecError]] = deque()
        self._pending: dict[int, _Pending] = {}
        self._unsent: list[bytes] = []
        self._is_ready = False
        self._last_id = 0
        self._exit: EngineExit | None = None
        self._announced = False
        self._refusal: ErrorInfo | None = None
        self._process = EngineProcess(program, log_path=log_path, parent=self)
        self._process.output.connect(self._on_output)
        self._process.exited.connect(self._on_exit)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._pump)
        self._clock = QTimer(self, interval=100)
        self._clock.timeout.connect(self._expire)

    # ------------------------------------------------------------ the outside

    def start(self, *, app_version: str = "") -> None:
        """Start the process and shake hands; commands asked before that wait for it."""
        hello = self._register(Hello(app_version=app_version), Ready, HELLO_TIMEOUT_S)
        hello[1].then(self._greeted, self._not_greeted)
        self._process.start()
        self._process.write(hello[0])

    def ask(self, command: Command, result: type[T], *, timeout_s: float = 30.0) -> Reply[T]:
        """Send ``command``; the reply is checked to be a ``result``."""
        if self._exit is not None or self._refusal is not None:
            reply: Reply[T] = Reply()
            reply.fail(self._refusal or (self._exit.error if self._exit else _lost()))
            return reply
        line, reply = self._register(command, result, timeout_s)
        if line and self._is_ready:
            self._process.write(line)
        elif line:
            self._unsent.append(line)
        return reply

    def stop(self, *, grace_s: float = 5.0) -> None:
        """Ask the engine to end, and see to it that it does."""
        self._process.stop(encode(self._dump(Shutdown())), grace_s=grace_s)

    def kill(self) -> None:
        """End the engine and its children now."""
        self._process.kill()

    def end_now(self, *, wait_ms: int = 500) -> None:
        """See ``EngineProcess.end_now``."""
        self._process.end_now(wait_ms=wait_ms)

    @property
    def pid(self) -> int:
        """Process id, 0 when it does not run."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether commands can still be answered."""
        return self._exit is None and self._refusal is None

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.running

    def move_log(self, path: Path) -> None:
        """See ``EngineProcess.move_log``."""
        self._process.move_log(path)

    def forget_log(self) -> None:
        """See ``EngineProcess.forget_log``."""
        self._process.forget_log()

    def log_tail(self) -> tuple[str, ...]:
        """The last lines of the engine's stderr."""
        return self._process.log_tail()

    # ------------------------------------------------------------ out

    def _dump(self, command: Command) -> dict[str, Any]:
        self._last_id += 1
        return command.model_copy(update={"id": self._last_id}).model_dump(mode="json")

    def _register(self, command: Command, result: type[T], timeout_s: float) -> tuple[bytes, Reply[T]]:
        message = self._dump(command)
        reply: Reply[T] = Reply()
        try:
            line = encode(message)
        except CodecError as error:
            reply.fail(ErrorInfo(code=ErrorCode.BAD_COMMAND, message=f"This is too large to send: {error}"))
            return b"", reply
        what = str(message["type"])
        self._pending[message["id"]] = _Pending(reply, result, time.monotonic() + timeout_s, timeout_s, what)
        if not self._clock.isActive():
            self._clock.start()
        return line, reply

    def _greeted(self, ready: Ready) -> None:
        if ready.protocol != PROTOCOL_VERSION:
            text = f"The engine speaks protocol {ready.protocol}; this app speaks {PROTOCOL_VERSION}."
            hint = "Install app and engine of the same version."
            self._not_greeted(ErrorInfo(code=ErrorCode.BAD_COMMAND, message=text, hint=hint))
            return
        self._is_ready = True
        for line in self._unsent:
            self._process.write(line)
        self._unsent.clear()
        self.ready.emit(ready)

    def _not_greeted(self, error: ErrorInfo) -> None:
        if self._exit is None:  # it runs, but there is no talking to it
            self._refusal = error
            self._fail_all(error)
            self._process.note(error.message)
            self._process.kill()

    # ------------------------------------------------------------ in

    def _on_output(self, chunk: bytes) -> None:
        if chunk:
            self._feeds.append(self._framer.feed(chunk))
            if not self._again.isActive():
                self._again.start()

    def _pump(self) -> None:
        deadline = time.monotonic() + SLICE_S
        batch: list[Event] = []
        try:
            while self._feeds and time.monotonic() < deadline:
                for line in self._feeds[0]:
                    self._take(line, batch)
                    if time.monotonic() >= deadline:
                        break
                else:
                    self._feeds.popleft()
        finally:  # a mistake in somebody's callback must not stop the reading
            if self._feeds:
                self._again.start()
            self._flush(batch)
        if not self._feeds and self._exit is not None:
            self._announce(self._exit)

    def _flush(self, batch: list[Event]) -> None:
        if batch:
            self.events.emit(batch.copy())
            batch.clear()

    def _take(self, line: bytes | CodecError, batch: list[Event]) -> None:
        if isinstance(line, CodecError):
            self._junk(str(line), line.line)
            return
        try:
            message = decode(line)
            parsed = parse_from_engine(message)
        except CodecError as error:
            self._junk(str(error), line)
            return
        except ValidationError as error:
            self._junk(f"unreadable message: {error.errors(include_url=False)[:1]}", line)
            self._answer_unreadable(message)
            return
        if isinstance(parsed, Ok | Failure):
            self._flush(batch)  # whoever gets the reply has seen everything that came before it
            self._answer(parsed)
        elif parsed is not None:
            batch.append(parsed)

    def _answer(self, message: Ok | Failure) -> None:
        pending = self._pending.pop(message.id, None) if message.id is not None else None
        if pending is None:
            return  # too late, or an error about a line that had no id
        if isinstance(message, Failure):
            pending.reply.fail(message.error)
            return
        try:
            value = pending.result.model_validate(message.result)
        except ValidationError as error:
            text = f"The engine's answer to {pending.what} cannot be read."
            pending.reply.fail(_unreadable(text, str(error)))
            return
        pending.reply.settle(value)

    def _answer_unreadable(self, message: dict[str, Any]) -> None:
        number = message.get("id")
        pending = self._pending.pop(number, None) if isinstance(number, int) else None
        if pending is not None:
            text = f"The engine's answer to {pending.what} cannot be read."
            pending.reply.fail(_unreadable(text, str(message)[:500]))

    def _junk(self, reason: str, line: bytes) -> None:
        self.junk_lines += 1
        if self.junk_lines <= JUNK_LOGGED:
            self._process.note(f"not of the protocol ({reason[:120]}): {line[:200]!r}")

    # ------------------------------------------------------------ ends

    def _expire(self) -> None:
        now = time.monotonic()
        for number in [key for key, pending in self._pending.items() if pending.deadline <= now]:
            pending = self._pending.pop(number)
            text = f"The engine did not answer {pending.what} within {pending.timeout_s:g} s."
            hint = "It may be busy or stuck; its log says more."
            pending.reply.fail(ErrorInfo(code=ErrorCode.TIMEOUT, message=text, hint=hint))
        if not self._pending:
            self._clock.stop()

    def _on_exit(self, how: EngineExit) -> None:
        self._exit = how
        if not self._again.isActive():
            self._again.start()  # what it still said comes first

    def _announce(self, how: EngineExit) -> None:
        if self._announced:
            return
        self._announced = True
        self._clock.stop()
        self._fail_all(how.error)
        self.died.emit(how)

    def _fail_all(self, error: ErrorInfo) -> None:
        waiting, self._pending = self._pending, {}
        self._unsent.clear()
        for pending in waiting.values():
            pending.reply.fail(error)


def _unreadable(text: str, detail: str) -> ErrorInfo:
    return ErrorInfo(code=ErrorCode.UNREADABLE, message=text, details={"detail": detail})


def _lost() -> ErrorInfo:
    return ErrorInfo(code=ErrorCode.ENGINE_DIED, message="The engine is gone.")
