"""What the advisor was asked and what it proposed, and what can happen to it."""

from dataclasses import dataclass
from typing import NamedTuple

from engine.contract.advice import Advice, Goal
from engine.contract.errors import ErrorInfo


@dataclass(frozen=True, slots=True)
class AdviceState:
    """``goal`` is "" while nobody asked; ``found`` is gone while another answer is waited for."""

    goal: Goal | str = ""
    asking: bool = False
    found: Advice | None = None
    error: ErrorInfo | None = None


class AdviceAsked(NamedTuple):
    goal: Goal


class AdviceArrived(NamedTuple):
    found: Advice


class AdviceFailed(NamedTuple):
    error: ErrorInfo


class AdviceClosed(NamedTuple):
    """The user has read it, or taken what they wanted of it."""


AdviceChange = AdviceAsked | AdviceArrived | AdviceFailed | AdviceClosed
