"""What the window knows of Luthier itself: what it is made of, whether there is a newer one, what a report would hold."""

from dataclasses import dataclass, field

from engine.contract.about import Update, WorkLine
from engine.contract.errors import ErrorInfo


@dataclass(frozen=True, slots=True)
class LookState:
    """The search for a newer version."""

    asking: bool = False
    found: Update | None = None
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class DiagnosticFile:
    """One text of a report, redacted; ``name`` is its path in the archive."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class AboutState:
    """``reading`` is the work whose licence is shown; ``licence`` is None until it came."""

    works: tuple[WorkLine, ...] = ()
    reading: str = ""
    licence: str | None = None
    error: ErrorInfo | None = None
    look: LookState = field(default_factory=LookState)
    report: tuple[DiagnosticFile, ...] = ()
