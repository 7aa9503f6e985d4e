"""What set-up says and how: numbered steps, one moving line on a terminal, plain lines in a log.

Standard library only: it runs before anything is installed. Imported by the other scripts of this folder.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

QUIET_TICK_S = 20.0  # how often a log (not a terminal) hears that a long step is still alive


class SetupError(Exception):
    """Something the user can mend. The text is one sentence: what happened and what to do."""


def say_size(size_bytes: float) -> str:
    """Bytes for a reader, in the units that download pages use.

    >>> say_size(198_400_000)
    '198 MB'
    """
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.0f} kB"


def say_duration(duration_s: float) -> str:
    """Seconds for a reader.

    >>> say_duration(3.21), say_duration(75)
    ('3.2 s', '1 min 15 s')
    """
    if duration_s < 60:
        return f"{duration_s:.1f} s"
    return f"{int(duration_s // 60)} min {int(duration_s % 60)} s"


class Console:
    """Prints steps. On a terminal the newest detail overwrites the previous one; in a log it does not."""

    def __init__(self, *, total_steps: int, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._total = total_steps
        self._number = 0
        self._is_terminal = self._out.isatty()
        self._started = time.monotonic()
        self._last_quiet_tick = 0.0
        self._moving = ""

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Announce a step and, when it ends well, say how long it took."""
        self._number += 1
        self._started = self._last_quiet_tick = time.monotonic()
        self._write(f"[{self._number}/{self._total}] {title}\n")
        try:
            yield
        finally:
            self._wipe()
        elapsed_s = time.monotonic() - self._started
        if elapsed_s >= 1:
            self.line(f"done in {say_duration(elapsed_s)}")

    def line(self, text: str) -> None:
        """A detail that stays."""
        self._wipe()
        self._write(f"      {text}\n")

    def progress(self, text: str) -> None:
        """A detail that passes: drawn over on a terminal, only now and then in a log."""
        elapsed_s = time.monotonic() - self._started
        if self._is_terminal:
            self._wipe()
            self._moving = f"      {say_duration(elapsed_s):>10}  {text}"[:110]
            self._write(self._moving)
        elif time.monotonic() - self._last_quiet_tick >= QUIET_TICK_S:
            self._last_quiet_tick = time.monotonic()
            self._write(f"      {text} ({say_duration(elapsed_s)})\n")

    def _wipe(self) -> None:
        if self._moving:
            self._write("\r" + " " * len(self._moving) + "\r")
            self._moving = ""

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
