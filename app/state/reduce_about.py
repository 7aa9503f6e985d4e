"""What happens to what the window knows of Luthier itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import about_changes as c
from app.state.about import LookState
from app.state.model import AppState

Handler = Callable[[AppState, Any], AppState]


def _with(state: AppState, **fields: Any) -> AppState:
    return replace(state, about=replace(state.about, **fields))


def _works_arrived(state: AppState, change: c.WorksArrived) -> AppState:
    return _with(state, works=change.works, error=None)


def _licence_asked(state: AppState, change: c.LicenceAsked) -> AppState:
    return _with(state, reading=change.name, licence=None)


def _licence_arrived(state: AppState, change: c.LicenceArrived) -> AppState:
    """An answer about a work that is no longer looked at is dropped."""
    if change.licence.name != state.about.reading:
        return state
    return _with(state, licence=change.licence.text, error=None)


def _failed(state: AppState, change: c.AboutFailed) -> AppState:
    return _with(state, error=change.error)


def _update_asked(state: AppState, change: c.UpdateAsked) -> AppState:
    return _with(state, look=LookState(asking=True))


def _update_arrived(state: AppState, change: c.UpdateArrived) -> AppState:
    return _with(state, look=LookState(found=change.found))


def _update_failed(state: AppState, change: c.UpdateFailed) -> AppState:
    return _with(state, look=LookState(error=change.error))


def _report_collected(state: AppState, change: c.ReportCollected) -> AppState:
    return _with(state, report=change.files)


HANDLERS: dict[type[Any], Handler] = {
    c.WorksArrived: _works_arrived,
    c.LicenceAsked: _licence_asked,
    c.LicenceArrived: _licence_arrived,
    c.AboutFailed: _failed,
    c.UpdateAsked: _update_asked,
    c.UpdateArrived: _update_arrived,
    c.UpdateFailed: _update_failed,
    c.ReportCollected: _report_collected,
}
