"""What a long piece of work is given to report through and to be stopped by.

Implemented by ``engine.server.job``; everything below the server knows only this protocol.
"""

from contextlib import AbstractContextManager
from typing import Literal, Protocol

from engine.contract.messages import Event

Action = Literal["pause", "stop", "discard", "save", "cancel"]


class Cancelled(Exception):
    """The user asked the job to end; raised by ``Job.check`` and translated only by the server."""


class Job(Protocol):
    """One job: its events go out in order, its wishes come in at any time. Safe to use from any thread."""

    @property
    def run(self) -> str:
        """The job's name in the protocol."""

    def emit(self, event: Event) -> None:
        """Send ``event`` (its run, seq and times are filled in here)."""

    def phase(self, name: str, detail: str = "") -> AbstractContextManager[None]:
        """Report the beginning and the end of a named part."""

    def progress(self, name: str, done: float, total: float | None = None, unit: str = "") -> None:
        """Report how far ``name`` is; thinned, so call it as often as you like. Estimates the time left."""

    def warn(self, code: str, message: str, hint: str | None = None) -> None:
        """Report something the user should know."""

    def wish(self) -> Action | None:
        """The newest unanswered wish of the user, or None. Stays until ``answered``."""

    def answered(self) -> None:
        """The current wish has been carried out (for ``save``, after which work goes on)."""

    def check(self) -> None:
        """Raise ``Cancelled`` if the user wants the job to end; call it at least once a second."""
