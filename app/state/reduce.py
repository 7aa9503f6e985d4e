"""``reduce(state, change)``: the one function that makes the next state. Pure; no Qt, no I/O."""

from collections.abc import Iterable

from app.state import (
    reduce_about,
    reduce_advice,
    reduce_data,
    reduce_models,
    reduce_runtimes,
    reduce_search,
    reduce_shell,
    reduce_trying,
    reduce_welcome,
    reduce_work,
)
from app.state.changes import Change
from app.state.model import AppState

_HANDLERS = {
    **reduce_shell.HANDLERS,
    **reduce_work.HANDLERS,
    **reduce_data.HANDLERS,
    **reduce_models.HANDLERS,
    **reduce_advice.HANDLERS,
    **reduce_search.HANDLERS,
    **reduce_trying.HANDLERS,
    **reduce_runtimes.HANDLERS,
    **reduce_welcome.HANDLERS,
    **reduce_about.HANDLERS,
}


def reduce(state: AppState, change: Change) -> AppState:
    """The state after ``change``.

    Raises:
        KeyError: a change no handler knows, which is our own mistake.
    """
    return _HANDLERS[type(change)](state, change)


def reduce_all(state: AppState, changes: Iterable[Change]) -> AppState:
    """The state after several changes, in order."""
    for change in changes:
        state = reduce(state, change)
    return state
