"""The first run: its steps, and the choice where models and runs are kept."""

from collections.abc import Callable
from dataclasses import replace

from app.actions.context import Context, Latest, translate
from app.state.changes import PreferencesSet
from app.state.welcome import STEPS, PlacesFailed, PlacesLookedAt, WelcomeShown, WelcomeStep
from engine.contract.places import LookAtPlaces, PlaceReports, choose_places, read_places

LOOK_S = 30.0


class Welcome:
    """``on_checks``, ``on_models`` and ``on_places`` are called when a step needs fresh news of them."""

    def __init__(
        self,
        context: Context,
        *,
        on_checks: Callable[[], None],
        on_models: Callable[[], None],
        on_places: Callable[[], None],
    ) -> None:
        self._context = context
        self._store = context.store
        self._on_step = {"checks": on_checks, "models": on_models, "places": self._look_again}
        self._on_places = on_places
        self._looks: Latest[PlaceReports] = Latest(context.quick, PlaceReports, timeout_s=LOOK_S)
        context.quick.ready.connect(lambda _: self._refresh())

    def show(self, step: WelcomeStep) -> None:
        """Show a step over the pages."""
        if step in STEPS:
            self._store.dispatch(WelcomeShown(step))
            self._refresh()

    def _refresh(self) -> None:
        """Ask what the step in front needs, which the engine may not have been ready for."""
        ask = self._on_step.get(self._store.state.welcome.step)
        if ask is not None and self._store.state.engine.status == "ready":
            ask()

    def end(self) -> None:
        """Back to the pages; from now on the window starts with them."""
        preferences = replace(self._store.state.preferences, welcomed=True)
        if preferences != self._store.state.preferences:
            self._context.preferences.save(preferences)
            self._store.dispatch(PreferencesSet(preferences))
        self._store.dispatch(WelcomeShown(""))

    # ------------------------------------------------------------ folders

    def _look_again(self) -> None:
        places = read_places(self._context.data_dir)
        self.look_at(str(places.models[0]), str(places.runs[0]))

    def look_at(self, models: str, runs: str) -> None:
        """Find out whether these folders could be used."""
        self._looks.ask(
            LookAtPlaces(models=models, runs=runs),
            lambda reports: self._store.dispatch(PlacesLookedAt(reports)),
            lambda error: self._store.dispatch(PlacesFailed(error)),
        )

    def choose(self, models: str, runs: str) -> None:
        """Keep new models and runs there from now on; nothing is moved."""
        before = read_places(self._context.data_dir)
        try:
            choose_places(self._context.data_dir, models=models, runs=runs)
        except OSError as error:
            text = translate("Actions", "This folder cannot be used: {reason}")
            self._context.notice("danger", text.format(reason=error.strerror or error))
            return
        if read_places(self._context.data_dir) != before:
            self._on_places()
        self._look_again()
