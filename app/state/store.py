"""Holds the one ``AppState`` and tells the views, together and not too often, that it changed."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from app.state.changes import Change
from app.state.model import AppState
from app.state.reduce import reduce

SHORTEST_MS = 16
LONGEST_MS = 250
REDRAW_SHARE = 2  # after a redraw of n ms the next one waits at least n * REDRAW_SHARE ms


class Store(QObject):
    """``dispatch`` is immediate: ``state`` is the new one when it returns. ``changed`` is coalesced.

    Several thousand events a second must not mean several thousand redraws: one ``changed`` follows at most every
    16 ms, and more rarely while the views need longer than that to follow it.
    """

    changed = Signal(object)  # AppState

    def __init__(self, state: AppState | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state or AppState()
        self._told = self._state
        self._pause_ms = SHORTEST_MS
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.flush)

    @property
    def state(self) -> AppState:
        """The state as it is now."""
        return self._state

    def dispatch(self, *changes: Change) -> None:
        """Apply ``changes`` in order; the views hear of it within a moment."""
        for change in changes:
            self._state = reduce(self._state, change)
        if self._state is not self._told and not self._timer.isActive():
            self._timer.start(self._pause_ms)

    def flush(self) -> None:
        """Tell the views now, if there is anything to tell."""
        self._timer.stop()
        if self._state is self._told:
            return
        self._told = self._state
        began = time.monotonic()
        try:
            self.changed.emit(self._state)
        finally:
            spent_ms = (time.monotonic() - began) * 1000.0
            self._pause_ms = int(min(LONGEST_MS, max(SHORTEST_MS, spent_ms * REDRAW_SHARE)))
        if self._state is not self._told and not self._timer.isActive():
            self._timer.start(self._pause_ms)
