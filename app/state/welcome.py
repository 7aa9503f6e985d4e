"""The first run: which step of it is in front, what is known of the folders, and the sample that goes by itself."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.contract.errors import ErrorInfo
from engine.contract.places import PlaceReports

WelcomeStep = Literal["", "look", "places", "checks", "models", "start"]
STEPS: tuple[WelcomeStep, ...] = ("look", "places", "checks", "models", "start")
TourStage = Literal["", "data", "train", "export", "chat"]


@dataclass(frozen=True, slots=True)
class WelcomeState:
    """``step`` is "" while the window's pages are shown; ``places`` are the reports on the folders last asked for."""

    step: WelcomeStep = ""
    places: PlaceReports | None = None
    error: ErrorInfo | None = None
    tour: TourStage = ""  # what the sample is at, when it goes from training to a conversation by itself


class WelcomeShown(NamedTuple):
    step: WelcomeStep


class PlacesLookedAt(NamedTuple):
    reports: PlaceReports


class PlacesFailed(NamedTuple):
    error: ErrorInfo


class TourMoved(NamedTuple):
    stage: TourStage


WelcomeChange = WelcomeShown | PlacesLookedAt | PlacesFailed | TourMoved
