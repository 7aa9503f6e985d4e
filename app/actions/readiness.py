"""Keeps an engine ready for the run that is about to be started: while its recipe is worked on and memory allows it."""

from PySide6.QtCore import QTimer

from app.actions.context import Context
from app.client.standby import Standby
from app.state.model import AppState

SETTLE_MS = 3000  # after the last change: nobody waits then
IDLE_MS = 15 * 60_000  # away from the pages from which a run is started
ROOM_BYTES = 1_000_000_000  # beyond what the run takes, so that what stands by never makes a plan fail


class Readiness:
    """Looks at the state when it has come to rest. Off until ``begin``."""

    def __init__(self, context: Context, standby: Standby) -> None:
        self._context, self._standby = context, standby
        self._settle = QTimer(context.parent, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self.consider)
        self._idle = QTimer(context.parent, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(standby.stop)

    def begin(self) -> None:
        """From now on."""
        self._context.store.changed.connect(lambda *_: self._settle.start())
        self._settle.start()

    def consider(self) -> None:
        """Prepare, leave alone or end."""
        state = self._context.store.state
        if may_start(state):
            quantized = is_quantized(state.draft.recipe)
            self._standby.prepare(self._context.program, quantized=quantized)
            self._idle.start()
        elif state.train.job.active:
            self._standby.stop()  # its memory belongs to the run

    def stop(self) -> None:
        """End what stands by."""
        self._settle.stop()
        self._idle.stop()
        self._standby.stop()


def may_start(state: AppState) -> bool:
    """Whether a run can be expected, and an engine that waits for it takes nothing from anybody."""
    plan = state.draft.plan
    others = (state.train.job, state.export.job, state.search_job, state.api.job)
    return (
        plan is not None
        and plan.fits
        and plan.available_bytes - plan.memory_bytes >= ROOM_BYTES
        and state.page in ("method", "train")
        and not any(job.active for job in others)
    )


def is_quantized(recipe: dict[str, object]) -> bool:
    """Whether the base of a recipe's document is."""
    model = recipe.get("model")
    return isinstance(model, dict) and model.get("quantization", "none") != "none"
