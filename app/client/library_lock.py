"""One window a library: the lock in the data folder, who holds it, and the bell by which a second start asks for the window.

The lock is Qt's: it names its process, and one that was left behind by a process that is gone is taken over. Beside it
``open.json`` says which program that is and since when, for the sentence that a refused second start shows, and when the
process began, so that a number that the system gave to another program since is not taken for the holder. Engines do not
have the lock: a run that outlives its window keeps nobody out.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject

from app import __version__

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket

LOCK, HOLDER, BELL = "app.lock", "open.json", "app.sock"
LONGEST_SOCKET = 100  # bytes of a path; systems take 104 to 108
CONNECT_MS, ANSWER_MS = 1000, 3000
MOST_BYTES = 64 << 10
SHOWN = b"shown\n"


@dataclass(frozen=True, slots=True)
class Holder:
    """The program that has the library open."""

    pid: int
    version: str = ""  # "" where it did not say
    since: float = 0.0  # Unix time


class LibraryLock:
    """Held from ``take`` to ``release``, or to the end of this process."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = QLockFile(str(home / LOCK))
        self._lock.setStaleLockTime(0)  # stale only when its process is gone, however old

    def take(self) -> Holder | None:
        """Try once; None if the library is ours now, else who has it."""
        if self._lock.tryLock(0):
            return None
        holder = _holder(self._home, self._lock)
        if _is_gone(self._home, holder):
            self._lock.removeStaleLockFile()
            if self._lock.tryLock(0):
                return None
        return holder

    def sign(self) -> None:
        """Say who holds it. Apart from ``take``, because it loads what the first paint need not wait for."""
        import psutil

        began = psutil.Process().create_time()
        content = {"pid": os.getpid(), "began": began, "version": __version__, "since": time.time()}
        try:
            (self._home / HOLDER).write_text(json.dumps(content), encoding="utf-8")
        except OSError:
            pass  # the lock holds without it

    def release(self) -> None:
        """Let others have the library. Harmless when called again."""
        if self._lock.isLocked():
            (self._home / HOLDER).unlink(missing_ok=True)
            self._lock.unlock()


def _holder(home: Path, lock: QLockFile) -> Holder:
    content = _read_holder(home)
    pid = _pid_of(home)
    if content.get("pid") != pid:
        return Holder(pid)  # it has not signed yet
    since = content.get("since")
    return Holder(
        pid, str(content.get("version", "")), float(since) if isinstance(since, int | float) else 0.0
    )


def _pid_of(home: Path) -> int:
    """The process that the lock names: the first line of its file."""
    try:
        return int((home / LOCK).read_text(encoding="utf-8", errors="replace").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _read_holder(home: Path) -> dict[str, object]:
    try:
        content = json.loads((home / HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_gone(home: Path, holder: Holder) -> bool:
    """Whether the holder's number belongs to a process that began at another time than the one that signed."""
    import psutil

    began = _read_holder(home).get("began")
    if not holder.version or not isinstance(began, int | float):
        return False
    try:
        return abs(psutil.Process(holder.pid).create_time() - began) > 2.0
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def bell_name(home: Path) -> str:
    """Where the window of this library listens: a socket in the data folder, or a name made from it."""
    path = str(home.resolve() / BELL)
    if sys.platform != "win32" and len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    return "luthier-" + hashlib.sha256(path.encode()).hexdigest()[:24]


class Bell(QObject):
    """Listens for a second start. ``rung`` is given the files and the page that it was started with."""

    def __init__(self, home: Path, rung: Callable[[Sequence[str], str], None], parent: QObject) -> None:
        super().__init__(parent)
        from PySide6.QtNetwork import QLocalServer

        self._rung = rung
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        name = bell_name(home)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left by a window that was killed: the lock is ours
            self._server.listen(name)

    def _answer(self) -> None:
        caller = self._server.nextPendingConnection()
        caller.disconnected.connect(caller.deleteLater)
        caller.readyRead.connect(lambda: self._read(caller))
        self._read(caller)

    def _read(self, caller: "QLocalSocket") -> None:
        if caller.bytesAvailable() > MOST_BYTES:
            caller.abort()
        elif caller.canReadLine():
            files, page = _asked(bytes(caller.readLine().data()))
            self._rung(files, page)
            caller.write(SHOWN)
            caller.flush()


def _asked(line: bytes) -> tuple[list[str], str]:
    try:
        content = json.loads(line)
        return [str(path) for path in content["files"]], str(content["page"])
    except (ValueError, KeyError, TypeError):
        return [], ""


def ring(home: Path, files: Sequence[str] = (), page: str = "") -> bool:
    """Ask the window of this library to come to the front; whether it did."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(bell_name(home))
    if not socket.waitForConnected(CONNECT_MS):
        return False
    whole = [str(Path(path).absolute()) for path in files]
    socket.write(json.dumps({"files": whole, "page": page}).encode() + b"\n")
    socket.flush()
    while not socket.canReadLine():
        if not socket.waitForReadyRead(ANSWER_MS):
            return False
    return bytes(socket.readLine().data()) == SHOWN
