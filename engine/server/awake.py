"""Keeps the computer from going to sleep while a run goes on.

It is the run's own process that asks for it, because a run outlives the window. It asks in a thread of its own: Windows
counts such wishes by thread, and a desktop that does not answer must not hold up the training.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from engine.contract.paths import data_dir
from engine.contract.sleep import may_sleep

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)  # for the run's log, which takes what the command line leaves out
RELEASE_S = 2.0


class Hold(Protocol):
    """What a back end says of its attempt."""

    @property
    def active(self) -> bool:
        """Whether sleep is held off."""

    @property
    def method(self) -> object:
        """How; for the log."""


Inhibit = Callable[[], AbstractContextManager[Hold]]


@contextmanager
def kept_awake(wanted: bool, *, inhibit: Inhibit | None = None) -> Iterator[None]:
    """Hold off sleep while inside, unless the user lets the computer sleep; never raises of its own accord.

    Args:
        inhibit: asks the system (default: wakepy, which knows the desktops of Linux, and Windows).
    """
    if not wanted:
        yield
        return
    if may_sleep(data_dir()):
        log.info("The computer may go to sleep during this run, as it is set")
        yield
        return
    over = threading.Event()
    holder = threading.Thread(target=_hold, args=(inhibit or _wakepy, over), name="awake", daemon=True)
    holder.start()
    try:
        yield
    finally:
        over.set()
        holder.join(RELEASE_S)


def _hold(inhibit: Inhibit, over: threading.Event) -> None:
    try:
        with inhibit() as hold:
            if hold.active:
                log.info("The computer is kept awake until this run ends or is paused (%s)", hold.method)
            else:
                log.info(
                    "The computer may go to sleep during this run: no desktop answered that could prevent it"
                )
            over.wait()
    except Exception as error:  # whatever a desktop does, the run goes on
        log.info("The computer may go to sleep during this run: %s", error)


def _wakepy() -> AbstractContextManager[Hold]:
    from wakepy import keep

    return keep.running(on_fail="pass")
