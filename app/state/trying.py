"""What can happen to the job that makes one step of the draft, to see what memory it takes."""

from typing import Any, Literal, NamedTuple

from engine.contract.errors import ErrorInfo
from engine.contract.messages import Event


class TryStarting(NamedTuple):
    """What is said of the job counts only as long as the draft is ``recipe``."""

    recipe: dict[str, Any]
    wall: float


class TryAccepted(NamedTuple):
    run: str


class TryEvents(NamedTuple):
    events: tuple[Event, ...]


class TryWished(NamedTuple):
    status: Literal["stopping"]


class TryEnded(NamedTuple):
    """It was refused, or its engine died."""

    error: ErrorInfo
    crashed: bool = False


TryChange = TryStarting | TryAccepted | TryEvents | TryWished | TryEnded
