"""What happens to the list of runtimes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state.model import AppState
from app.state.runtimes import RuntimesListed

Handler = Callable[[AppState, Any], AppState]


def _listed(state: AppState, change: RuntimesListed) -> AppState:
    return replace(state, runtimes=change.runtimes)


HANDLERS: dict[type[Any], Handler] = {RuntimesListed: _listed}
