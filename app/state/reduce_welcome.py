"""What happens during the first run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import welcome as c
from app.state.model import AppState

Handler = Callable[[AppState, Any], AppState]


def _shown(state: AppState, change: c.WelcomeShown) -> AppState:
    return replace(state, welcome=replace(state.welcome, step=change.step))


def _looked_at(state: AppState, change: c.PlacesLookedAt) -> AppState:
    return replace(state, welcome=replace(state.welcome, places=change.reports, error=None))


def _failed(state: AppState, change: c.PlacesFailed) -> AppState:
    return replace(state, welcome=replace(state.welcome, error=change.error))


def _moved(state: AppState, change: c.TourMoved) -> AppState:
    return replace(state, welcome=replace(state.welcome, tour=change.stage))


HANDLERS: dict[type[Any], Handler] = {
    c.WelcomeShown: _shown,
    c.PlacesLookedAt: _looked_at,
    c.PlacesFailed: _failed,
    c.TourMoved: _moved,
}
