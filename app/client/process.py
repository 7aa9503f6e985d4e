"""One engine child and its pipes: how it starts, how it is stopped, and what to call the way it ended.

Knows bytes and processes, nothing of the protocol (that is ``engine_client``). The program is data, so that the
same code later drives ``ssh host luthier-engine serve`` or a launcher for several GPUs.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

import engine.contract
from app.client.exits import EngineExit, word_exit
from app.client.kill_tree import kill_tree
from engine.contract.environment import additions

LOG_LINES = 200
KILLED_MS = 500  # a killed process is gone within this, or hangs in the kernel
LOG_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class EngineProgram:
    """What to start: a program, its arguments, and what to add to the environment."""

    program: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def default_program() -> EngineProgram:
    """The engine beside this app: its own program in a frozen bundle, else this Python with ``-m engine``."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return EngineProgram(str(Path(sys.executable).with_name(f"luthier-engine{suffix}")), ("serve",))
    root = Path(engine.contract.__file__).resolve().parents[2]
    environment: dict[str, str] = {}
    if root.name not in ("site-packages", "dist-packages"):  # a source tree: found from any working folder
        known = os.environ.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{root}{os.pathsep}{known}" if known else str(root)
    return EngineProgram(sys.executable, ("-m", "engine", "serve"), environment)


class EngineProcess(QObject):
    """One child. ``output`` carries raw bytes of stdout; ``exited`` comes exactly once for every ``start``.

    stderr goes straight into ``log_path`` rather than through a pipe: a run that outlives the app must still have
    somewhere to write, and a crash leaves its last words on disk.
    """

    output = Signal(object)  # bytes
    exited = Signal(object)  # EngineExit

    def __init__(self, program: EngineProgram, *, log_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._log_path = log_path
        self._asked = False
        self._done = False
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._grace = QTimer(self, singleShot=True)
        self._grace.timeout.connect(self.kill)

    def start(self) -> None:
        """Start the child; whatever goes wrong comes as ``exited``."""
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        for name, value in additions(os.environ).items():
            environment.insert(name, value)
        for name, value in self._program.environment.items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.setStandardErrorFile(str(self._log_path), QProcess.OpenModeFlag.Truncate)
        if sys.platform != "win32":
            # A session of its own: Ctrl+C or a closed terminal does not reach it, and killpg takes its children.
            parameters = QProcess.UnixProcessParameters()
            parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
            self._process.setUnixProcessParameters(parameters)
        self._process.start(self._program.program, list(self._program.arguments))

    @property
    def pid(self) -> int:
        """Process id, 0 when it does not run."""
        return int(self._process.processId())

    @property
    def running(self) -> bool:
        """Whether the child is starting or running."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def write(self, line: bytes) -> None:
        """Queue bytes for the child's stdin; never blocks."""
        if self.running:
            self._process.write(line)

    def stop(self, farewell: bytes = b"", *, grace_s: float = 5.0) -> None:
        """The ladder: say farewell, close stdin, wait ``grace_s``, kill the whole tree."""
        if not self.running:
            return
        self._asked = True
        self.write(farewell)
        self._process.closeWriteChannel()  # Qt closes it once everything is written
        self._grace.start(int(grace_s * 1000))

    def kill(self) -> None:
        """Kill the child and everything it started, now."""
        if self.running and self.pid:
            self._asked = True
            kill_tree(self.pid)
            self._process.kill()

    def end_now(self, *, wait_ms: int) -> None:
        """For the very end of the app: wait at most ``wait_ms`` after ``stop``, then kill. The only wait here."""
        if self.running and not self._process.waitForFinished(wait_ms):
            self.kill()
            self._process.waitForFinished(KILLED_MS)

    def log_tail(self) -> tuple[str, ...]:
        """The last lines the child wrote on stderr."""
        return tail_lines(self._log_path)

    def move_log(self, path: Path) -> None:
        """Let the log go on under another name; where an open file cannot be moved (Windows), it stays."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._log_path.replace(path)
        except OSError:
            return
        self._log_path = path

    def forget_log(self) -> None:
        """Remove the log of a child that did nothing."""
        try:
            self._log_path.unlink(missing_ok=True)
        except OSError:
            pass  # it is in nobody's way

    def note(self, text: str) -> None:
        """Add a line of our own to the child's log."""
        try:
            with self._log_path.open("a", encoding="utf-8") as log:
                log.write(f"[app] {text}\n")
        except OSError:
            pass  # a full disk must not end the conversation with the engine

    def _read(self) -> None:
        self.output.emit(bytes(self._process.readAllStandardOutput().data()))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(
                word_exit(started=False, program=self._program.program, reason=self._process.errorString())
            )

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        crashed = status == QProcess.ExitStatus.CrashExit
        self._end(word_exit(code=code, crashed=crashed, asked=self._asked, log=self.log_tail()))

    def _end(self, how: EngineExit) -> None:
        self._grace.stop()
        if not self._done:
            self._done = True
            self.exited.emit(how)


def tail_lines(path: Path, *, count: int = LOG_LINES) -> tuple[str, ...]:
    """The last lines of a text file, read from its end; empty when there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LOG_TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    return tuple(text.splitlines()[-count:])
