"""What can happen to what the window knows of Luthier itself, as frozen values."""

from typing import NamedTuple

from app.state.about import DiagnosticFile
from engine.contract.about import LicenceText, Update, WorkLine
from engine.contract.errors import ErrorInfo


class WorksArrived(NamedTuple):
    works: tuple[WorkLine, ...]


class LicenceAsked(NamedTuple):
    name: str


class LicenceArrived(NamedTuple):
    licence: LicenceText


class AboutFailed(NamedTuple):
    error: ErrorInfo


class UpdateAsked(NamedTuple):
    """A feed is being asked for a newer version."""


class UpdateArrived(NamedTuple):
    found: Update


class UpdateFailed(NamedTuple):
    error: ErrorInfo


class ReportCollected(NamedTuple):
    """What a diagnostics bundle would hold; empty when nobody looks at it any more."""

    files: tuple[DiagnosticFile, ...]


AboutChange = (
    WorksArrived
    | LicenceAsked
    | LicenceArrived
    | AboutFailed
    | UpdateAsked
    | UpdateArrived
    | UpdateFailed
    | ReportCollected
)
