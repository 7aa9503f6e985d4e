"""Ends a child together with everything it started."""

import contextlib
import os
import signal
import sys


def kill_tree(pid: int) -> None:
    """Kill ``pid`` and its descendants; harmless when they are gone already.

    The descendants are listed before the first is killed, because a child whose parent is gone belongs to nobody
    we could ask. On POSIX the child leads a process group (see ``EngineProcess.start``), which also catches the
    ones whose parent ended earlier.
    """
    import psutil  # here: the app's first paint does not wait for it

    try:
        process = psutil.Process(pid)
        descendants = process.children(recursive=True)
    except psutil.Error:
        descendants = []
        process = None
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(pid) == pid:  # never our own group
                os.killpg(pid, signal.SIGKILL)
    for one in [*descendants, *([process] if process else [])]:
        with contextlib.suppress(psutil.Error):
            one.kill()


def is_alive(pid: int, *, not_younger_than: float) -> bool:
    """Whether process ``pid`` runs and began no later than that Unix time (else the number was given out again)."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(process.create_time() <= not_younger_than + 5.0)
    except psutil.Error:
        return False
