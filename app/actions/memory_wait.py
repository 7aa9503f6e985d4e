"""Models that did not fit beside a live run: loaded by themselves when it has ended or paused."""

from collections.abc import Callable

from app.actions.context import Context
from app.state.changes import ChatFailed, ChatWaiting, Side
from app.state.model import AppState, ChatSide

FREED_S = 30.0  # an ended run gives its memory back within this, or keeps it


class MemoryWait:
    """Watches the run for as long as a side of the chat waits for it."""

    def __init__(
        self, context: Context, *, load_again: Callable[[Side, float], None], pause_run: Callable[[], None]
    ) -> None:
        self._store = context.store
        self._load_again, self._pause_run = load_again, pause_run
        self._store.changed.connect(self._look)

    def begin(self, side: Side, *, pause: bool) -> None:
        """Load the model of ``side`` when the run has ended; ``pause`` asks the run to pause now."""
        column = self._column(self._store.state, side)
        if column.status not in ("failed", "waiting") or not column.model:
            return
        self._store.dispatch(ChatWaiting(side))
        if pause and self._store.state.train.job.active:
            self._pause_run()

    def end(self, side: Side) -> None:
        """Wait no longer; what was said against loading is shown again."""
        column = self._column(self._store.state, side)
        if column.status == "waiting" and column.error is not None:
            self._store.dispatch(ChatFailed(side, column.error))

    def _look(self, state: AppState) -> None:
        if state.train.job.active:
            return
        sides: tuple[Side, ...] = ("base", "tuned")
        for side in sides:
            if self._column(state, side).status == "waiting":
                self._load_again(side, FREED_S)

    @staticmethod
    def _column(state: AppState, side: Side) -> ChatSide:
        return state.chat.base if side == "base" else state.chat.tuned
