"""What the engine says of the draft's dataset: inspected, previewed, counted, listed, compared.

Each kind of question has only its newest one on its way. The user may stop a long reading: the quick engine is then
started anew, and nothing is asked again until the data change or the user wants it.
"""

from typing import Any

from app.actions.context import Context, Latest
from app.actions.data_rows import RowPages
from app.state.changes import (
    DataAsked,
    DataCleared,
    DataCounted,
    DataFailed,
    DataHalted,
    DataInspected,
    DataPart,
    DataPreviewed,
    DataProgressed,
    EffectsArrived,
    EffectsWanted,
)
from engine.contract.errors import ErrorInfo
from engine.contract.messages import DataStatistics, Event, InspectData, PreviewData, Progress, ShowEffects
from engine.contract.results import DataReport, Inspection, Preview, StepEffects

READ_S = 3600.0  # a large file may take its time; Cancel is always there
EFFECTS_A_PAGE = 50


class DataQuestions:
    """Asks anew whenever the draft's data may have become others."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._quick = context.quick
        self.rows = RowPages(context)
        self._halted_at: object = None
        self._inspections: Latest[Inspection] = Latest(context.quick, Inspection, timeout_s=READ_S)
        self._previews: Latest[Preview] = Latest(context.quick, Preview, timeout_s=READ_S)
        self._counts: Latest[DataReport] = Latest(context.quick, DataReport, timeout_s=READ_S)
        self._effects: Latest[StepEffects] = Latest(context.quick, StepEffects, timeout_s=READ_S)
        context.quick.events.connect(self._progressed)

    def _progressed(self, events: list[Event]) -> None:
        newest = next((item for item in reversed(events) if isinstance(item, Progress)), None)
        if newest is not None and newest.name.startswith("data."):
            what = newest.name.removeprefix("data.")
            self._store.dispatch(DataProgressed(what, newest.done, newest.total))

    def refresh(self, what: str) -> None:
        """Ask about the draft's "sources" (the files themselves) or "rows" (as they will be trained)."""
        sources = self._sources()
        if not sources:
            self._store.dispatch(DataCleared())
        elif self._store.state.data.halted and self._halted_at == self._data():
            return
        elif what == "sources":
            self._inspect(sources)
        else:
            self.preview(self._store.state.data.preview_offset)
            self._count()
            self.rows.refresh()
            self._refresh_effects()

    def preview(self, offset: int) -> None:
        """Show the rows from ``offset`` on."""
        if not self._sources():
            return
        self._store.dispatch(DataAsked("preview"))
        self._previews.ask(
            PreviewData(recipe=self._store.state.draft.recipe, offset=offset),
            lambda preview: self._previewed(preview, offset),
            lambda error: self._failed("preview", error),
        )

    def _previewed(self, preview: Preview, offset: int) -> None:
        self._arrived(DataPreviewed(preview, offset))
        if offset and not preview.rows:
            self.preview(0)  # there are fewer rows than before

    def _inspect(self, sources: tuple[dict[str, Any], ...]) -> None:
        self._store.dispatch(DataAsked("inspect"))
        self._inspections.ask(
            InspectData(sources=sources),
            lambda inspection: self._arrived(DataInspected(inspection)),
            lambda error: self._failed("inspect", error),
        )

    def _count(self) -> None:
        self._store.dispatch(DataAsked("statistics"))
        self._counts.ask(
            DataStatistics(recipe=self._store.state.draft.recipe),
            lambda report: self._arrived(DataCounted(report)),
            lambda error: self._failed("statistics", error),
        )

    # ------------------------------------------------------------ what a step did

    def show_effects(self, step: int, what: str) -> None:
        """Show what the step at this place of the recipe "removed" or "changed"; -1 to look no longer."""
        steps = self._data().get("steps") or ()
        if not 0 <= step < len(steps):
            self._store.dispatch(EffectsWanted(-1))
            return
        self._store.dispatch(EffectsWanted(step, str(steps[step].get("kind", "")), what))
        self._ask_effects(0)

    def more_effects(self) -> None:
        """The next page of what is shown."""
        effects = self._store.state.data.effects
        if (
            "effects" not in self._store.state.data.busy
            and effects.total
            and len(effects.rows) < effects.total
        ):
            self._ask_effects(len(effects.rows))

    def _ask_effects(self, offset: int) -> None:
        shown = self._store.state.data.effects
        self._store.dispatch(DataAsked("effects"))
        what: Any = shown.what
        self._effects.ask(
            ShowEffects(
                recipe=self._store.state.draft.recipe, step=shown.step, what=what, offset=offset,
                limit=EFFECTS_A_PAGE,
            ),
            lambda effects: self._arrived(EffectsArrived(offset, effects)),
            lambda error: self._failed("effects", error),
        )  # fmt: skip

    def _refresh_effects(self) -> None:
        """The step that is looked at may have moved or gone."""
        shown = self._store.state.data.effects
        if shown.step < 0:
            return
        steps = self._data().get("steps") or ()
        places = [place for place, step in enumerate(steps) if step.get("kind") == shown.kind]
        nearest = min(places, key=lambda place: abs(place - shown.step), default=-1)
        self.show_effects(nearest, shown.what)

    # ------------------------------------------------------------ stopping

    def halt(self) -> None:
        """Stop reading the data; what is known of them stays."""
        self._halted_at = self._data()
        self._store.dispatch(DataHalted(True))
        self.rows.forget()
        self._quick.restart()

    def again(self) -> None:
        """Read what was stopped."""
        self._store.dispatch(DataHalted(False))
        self.refresh("sources")
        self.refresh("rows")

    def _arrived(self, change: DataInspected | DataPreviewed | DataCounted | EffectsArrived) -> None:
        """An answer about files that are all gone meanwhile is nobody's."""
        if self._sources():
            self._store.dispatch(change)

    def _failed(self, part: DataPart, error: ErrorInfo) -> None:
        """The questions of an engine that was stopped fail, as was wanted."""
        if self._sources() and not self._store.state.data.halted:
            self._store.dispatch(DataFailed(part, error))

    def _data(self) -> dict[str, Any]:
        data = self._store.state.draft.recipe.get("data")
        return data if isinstance(data, dict) else {}

    def _sources(self) -> tuple[dict[str, Any], ...]:
        found = self._data().get("sources")
        return tuple(source for source in found or () if isinstance(source, dict))
