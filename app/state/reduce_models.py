"""What happens to the list of models and on its page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import model_changes as c
from app.state.base_models import CodeReading, HubSearch
from app.state.changes import ModelsArrived
from app.state.model import AppState

Handler = Callable[[AppState, Any], AppState]


def _with(state: AppState, **fields: Any) -> AppState:
    return replace(state, models=replace(state.models, **fields))


def _asked(state: AppState, change: c.ModelsAsked) -> AppState:
    return _with(state, scanning=True, error=None)


def _failed(state: AppState, change: c.ModelsFailed) -> AppState:
    return _with(state, scanning=False, error=change.error)


def _arrived(state: AppState, change: ModelsArrived) -> AppState:
    """A model whose size changed is weighed anew."""
    before = {model.path: model.size_bytes for model in state.engine.models}
    same = {model.path for model in change.models if before.get(model.path) == model.size_bytes}
    fits = {path: fit for path, fit in state.models.fits.items() if path in same}
    state = replace(state, engine=replace(state.engine, models=change.models))
    return _with(state, scanning=False, scanned=True, error=None, fits=fits)


def _weighed(state: AppState, change: c.ModelWeighed) -> AppState:
    return _with(state, fits={**state.models.fits, change.fit.path: change.fit})


def _forgotten(state: AppState, change: c.ModelsForgotten) -> AppState:
    return _with(state, fits={p: fit for p, fit in state.models.fits.items() if p not in change.paths})


def _hub_asked(state: AppState, change: c.HubAsked) -> AppState:
    return _with(state, search=HubSearch(change.name, asking=bool(change.name)))


def _hub_found(state: AppState, change: c.HubFound) -> AppState:
    return _with(state, search=HubSearch(change.found.name, found=change.found))


def _hub_failed(state: AppState, change: c.HubFailed) -> AppState:
    return _with(state, search=HubSearch(state.models.search.name, error=change.error))


def _downloads_listed(state: AppState, change: c.DownloadsListed) -> AppState:
    return _with(state, downloads=change.items)


def _code_asked(state: AppState, change: c.CodeAsked) -> AppState:
    return _with(state, reading=CodeReading(change.path))


def _code_arrived(state: AppState, change: c.CodeArrived) -> AppState:
    reading = state.models.reading
    if reading.path != change.code.path:
        return state
    return _with(state, reading=replace(reading, code=change.code, error=None))


def _code_failed(state: AppState, change: c.CodeFailed) -> AppState:
    return _with(state, reading=replace(state.models.reading, error=change.error))


HANDLERS: dict[type[Any], Handler] = {
    ModelsArrived: _arrived,
    c.ModelsAsked: _asked,
    c.ModelsFailed: _failed,
    c.ModelWeighed: _weighed,
    c.ModelsForgotten: _forgotten,
    c.HubAsked: _hub_asked,
    c.HubFound: _hub_found,
    c.HubFailed: _hub_failed,
    c.DownloadsListed: _downloads_listed,
    c.CodeAsked: _code_asked,
    c.CodeArrived: _code_arrived,
    c.CodeFailed: _code_failed,
}
