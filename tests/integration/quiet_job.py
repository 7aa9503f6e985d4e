"""A job that only collects what it is told, for tests that call the engine's functions directly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.contract.job import Action, Cancelled
from engine.contract.messages import Event, Metrics


class QuietJob:
    """Keeps every event; ``wishes`` may be set by a hook that is called on each question for a wish."""

    run = "test"

    def __init__(self, hook: "Callable[[QuietJob], None] | None" = None) -> None:
        self.events: list[Event] = []
        self.phases: list[str] = []
        self.warnings: list[str] = []
        self.current: Action | None = None
        self._hook = hook

    def emit(self, event: Event) -> None:
        self.events.append(event)

    @contextmanager
    def phase(self, name: str, detail: str = "") -> Iterator[None]:
        self.phases.append(name)
        yield

    def progress(self, name: str, done: float, total: float | None = None, unit: str = "") -> None:
        pass

    def warn(self, code: str, message: str, hint: str | None = None) -> None:
        self.warnings.append(code)

    def wish(self) -> Action | None:
        if self._hook is not None:
            self._hook(self)
        return self.current

    def answered(self) -> None:
        self.current = None

    def check(self) -> None:
        if self.wish() not in (None, "save"):
            raise Cancelled

    def series(self, name: str) -> dict[int, float]:
        """Values of a metric by step."""
        found: dict[int, float] = {}
        for event in self.events:
            if isinstance(event, Metrics) and name in event.series:
                found.update(zip(event.step, event.series[name], strict=True))
        return found
