"""What happens to the advisor's proposal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import advice as c
from app.state.model import AppState

Handler = Callable[[AppState, Any], AppState]


def _asked(state: AppState, change: c.AdviceAsked) -> AppState:
    return replace(state, advice=c.AdviceState(change.goal, asking=True))


def _arrived(state: AppState, change: c.AdviceArrived) -> AppState:
    return replace(state, advice=c.AdviceState(change.found.goal, found=change.found))


def _failed(state: AppState, change: c.AdviceFailed) -> AppState:
    return replace(state, advice=c.AdviceState(state.advice.goal, error=change.error))


def _closed(state: AppState, change: c.AdviceClosed) -> AppState:
    return replace(state, advice=c.AdviceState())


HANDLERS: dict[type[Any], Handler] = {
    c.AdviceAsked: _asked,
    c.AdviceArrived: _arrived,
    c.AdviceFailed: _failed,
    c.AdviceClosed: _closed,
}
