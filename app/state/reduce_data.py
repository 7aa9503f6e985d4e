"""What happens to the draft's dataset: what the engine says of it, and what the user looks at."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.state import changes as c
from app.state.dataset import PAGES_KEPT, DataProgress, EffectsState, RowListing, RowPage
from app.state.model import AppState, DataState
from engine.contract.errors import ErrorInfo

Handler = Callable[[AppState, Any], AppState]


def _with_data(state: AppState, **fields: Any) -> AppState:
    return replace(state, data=replace(state.data, **fields))


def _asked(state: AppState, change: c.DataAsked) -> AppState:
    progress = state.data.progress if state.data.busy else DataProgress()
    return _with_data(state, busy=state.data.busy | {change.part}, halted=False, progress=progress)


def _answered(state: AppState, part: str, **fields: Any) -> AppState:
    return _with_data(state, busy=state.data.busy - {part}, **fields)


def _no_longer_waited_for(state: AppState, change: c.DataAnswered) -> AppState:
    return _answered(state, change.part)


def _inspected(state: AppState, change: c.DataInspected) -> AppState:
    return _answered(state, "inspect", inspection=change.inspection, error=_uncounted(state))


def _previewed(state: AppState, change: c.DataPreviewed) -> AppState:
    return _answered(
        state, "preview", preview=change.preview, preview_offset=change.offset, error=_uncounted(state)
    )


def _uncounted(state: AppState) -> ErrorInfo | None:
    """Why the rows could not be counted, until they are asked for again: no other answer takes that away."""
    data = state.data
    return data.error if data.report is None and "statistics" not in data.busy else None


def _counted(state: AppState, change: c.DataCounted) -> AppState:
    return _answered(state, "statistics", report=change.report)


def _failed(state: AppState, change: c.DataFailed) -> AppState:
    """An error stands where it arose: of the list beside the list, of the rest at the top of the page."""
    data = state.data
    if change.part == "rows":
        return _answered(state, "rows", listing=replace(data.listing, error=change.error))
    if change.part == "effects":
        return _answered(state, "effects", effects=replace(data.effects, error=change.error))
    fallen = {"inspect": "inspection", "preview": "preview", "statistics": "report"}.get(change.part)
    return _answered(state, change.part, error=change.error, **({fallen: None} if fallen else {}))


def _progressed(state: AppState, change: c.DataProgressed) -> AppState:
    if not state.data.busy:
        return state
    return _with_data(state, progress=DataProgress(change.what, change.done, change.total))


def _cleared(state: AppState, change: c.DataCleared) -> AppState:
    return replace(state, data=DataState(skipped=state.data.skipped))


def _halted(state: AppState, change: c.DataHalted) -> AppState:
    busy: frozenset[str] = frozenset() if change.halted else state.data.busy
    return _with_data(state, halted=change.halted, busy=busy)


def _skipped(state: AppState, change: c.FilesSkipped) -> AppState:
    return _with_data(state, skipped=change.files)


def _rows_wanted(state: AppState, change: c.RowsWanted) -> AppState:
    before = state.data.listing
    total = before.total if change.query == before.query else None
    return _with_data(state, listing=RowListing(change.query, before.edition + 1, total))


def _rows_found(state: AppState, change: c.RowsFound) -> AppState:
    listing = state.data.listing
    others = [page for page in listing.pages if page.offset != change.offset]
    pages = (*others, RowPage(change.offset, change.found.rows))[-PAGES_KEPT:]
    found = replace(listing, pages=pages, total=change.found.total, error=None)
    return _answered(state, "rows", listing=found)


def _effects_wanted(state: AppState, change: c.EffectsWanted) -> AppState:
    return _with_data(state, effects=EffectsState(change.step, change.kind, change.what))


def _effects_arrived(state: AppState, change: c.EffectsArrived) -> AppState:
    before = state.data.effects
    kept = before.rows[: change.offset] if change.offset else ()
    rows = (*kept, *change.effects.rows)
    effects = replace(before, rows=rows, total=change.effects.total, error=None)
    return _answered(state, "effects", effects=effects)


def _proposed(state: AppState, change: c.StepsProposed) -> AppState:
    return _answered(state, "suggest", proposed=change.steps)


def _versions(state: AppState, change: c.VersionsListed) -> AppState:
    return replace(state, build=replace(state.build, versions=change.versions))


HANDLERS: dict[type[Any], Handler] = {
    c.DataAsked: _asked,
    c.DataAnswered: _no_longer_waited_for,
    c.DataInspected: _inspected,
    c.DataPreviewed: _previewed,
    c.DataCounted: _counted,
    c.DataProgressed: _progressed,
    c.DataFailed: _failed,
    c.DataCleared: _cleared,
    c.DataHalted: _halted,
    c.FilesSkipped: _skipped,
    c.RowsWanted: _rows_wanted,
    c.RowsFound: _rows_found,
    c.EffectsWanted: _effects_wanted,
    c.EffectsArrived: _effects_arrived,
    c.StepsProposed: _proposed,
    c.VersionsListed: _versions,
}
