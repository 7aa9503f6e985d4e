"""The questions about data. Whoever asks something new about other data does not wait for the old answer."""

import contextlib
import functools
import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from engine.contract import messages as m
from engine.contract.advice import Advice, AskAdvice, StopAdvice
from engine.contract.codec import MAX_LINE_BYTES
from engine.contract.job import Cancelled
from engine.contract.recipe import Source
from engine.contract.results import (
    DataReport,
    Inspection,
    Plan,
    Preview,
    Result,
    RowList,
    StepEffects,
    SuggestedSteps,
)
from engine.contract.validation import validate
from engine.registry import parse_recipe

if TYPE_CHECKING:
    from engine.data.api import DataService

REPLY_BYTES = MAX_LINE_BYTES * 3 // 4
TELL_S = 0.25  # between two words of how far an answer is


class DataDesk:
    """Answers what is asked about data and remembers what it has read, for as many threads as there are lanes.

    A question ends early when a newer one of its kind asks about something else. ``tell`` is given how far it is.
    """

    def __init__(self, tell: Callable[[m.Event], None] = lambda event: None) -> None:
        self._tell = tell
        self._told_at = 0.0
        self._service: DataService | None = None
        self._newest: dict[str, m.Command] = {}
        self._answering = threading.local()
        self._lock = threading.Lock()
        self._loading = threading.Lock()

    def _load_libraries(self) -> None:
        """Load transformers on one thread alone: of two that import it at once, one sees half a module."""
        with self._loading:
            from transformers import AutoTokenizer  # noqa: F401

    def hear(self, command: m.Command) -> None:
        """Take note of a question before it waits for its turn."""
        self._newest[type(command).__name__] = command

    @contextlib.contextmanager
    def _turn(self, command: m.Command) -> Iterator["DataService"]:
        """Answer ``command`` on this thread.

        Raises:
            Cancelled: nobody waits for the answer any more.
        """
        self._answering.command = command
        self._report("", 0, None)
        yield self.service

    def _report(self, name: str, done: int, total: int | None) -> None:
        command: m.Command = self._answering.command
        newer = self._newest.get(type(command).__name__, command)
        if overtaken(command, newer, phase=name):
            raise Cancelled
        now = time.monotonic()
        if done and now - self._told_at >= TELL_S:
            self._told_at = now
            self._tell(m.Progress(name=f"data.{name}", done=done, total=total, unit="rows"))

    @property
    def service(self) -> "DataService":
        """Made when the first question comes, because its libraries load slowly."""
        with self._lock:
            if self._service is None:
                from engine.data.api import DataService

                self._service = DataService(report=self._report)
            return self._service

    def inspect(self, command: m.InspectData) -> Inspection:
        """What dataset files hold."""
        with self._turn(command) as service:
            return shown(service.inspect(read_sources(command.sources)))

    def preview(self, command: m.PreviewData) -> Preview:
        """Rows as they will be trained."""
        self._load_libraries()
        with self._turn(command) as service:
            recipe = parse_recipe(command.recipe)
            return service.preview(recipe, offset=command.offset, limit=command.limit)

    def statistics(self, command: m.DataStatistics) -> DataReport:
        """Lengths and counts of the whole dataset."""
        self._load_libraries()
        with self._turn(command) as service:
            return service.statistics(parse_recipe(command.recipe))

    def find(self, command: m.FindRows) -> RowList:
        """A page of the list of rows."""
        with self._turn(command) as service:
            return service.find(
                parse_recipe(command.recipe),
                query=command.query,
                where=command.where,
                sort=command.sort,
                offset=command.offset,
                limit=command.limit,
            )

    def effects(self, command: m.ShowEffects) -> StepEffects:
        """What a cleaning step removed or changed."""
        with self._turn(command) as service:
            return service.effects(
                parse_recipe(command.recipe),
                step=command.step,
                what=command.what,
                offset=command.offset,
                limit=command.limit,
            )

    def suggest_steps(self, command: m.SuggestSteps) -> SuggestedSteps:
        """The cleaning steps that suit the rows."""
        with self._turn(command) as service:
            return service.suggest_steps(parse_recipe(command.recipe))

    def plan(self, command: m.MakePlan) -> Plan:
        """Memory, disk and time of a run."""
        self._load_libraries()
        from engine.train.plan import make_plan

        with self._turn(command) as service:
            plan = make_plan(
                parse_recipe(command.recipe),
                statistics=service.statistics,
                all_cards=command.all_cards,
                changes=command.changes,
            )
        _settle()
        return plan

    def advise(self, command: AskAdvice) -> Advice:
        """What to train with the recipe's model and data."""
        self._load_libraries()
        from engine.advise.advisor import advise

        with self._turn(command) as service:
            return advise(parse_recipe(command.recipe), command.goal, data=service)

    def stop_advice(self, command: StopAdvice) -> Result:
        """Leave what is counted for the advisor, as if something else had been asked of it."""
        self._newest[AskAdvice.__name__] = command
        return Result()


@functools.cache
def _settle() -> None:
    """Once all libraries are there: a collection that walks them holds up one edit in ten by a quarter of a second."""
    gc.collect()
    gc.freeze()


def overtaken(command: m.Command, newer: m.Command, *, phase: str) -> bool:
    """Whether ``newer`` makes the answer to ``command`` useless. Pages of one and the same answer do not overtake each
    other, and what both need is read and cleaned to its end."""
    asked, wanted = _about(command), _about(newer)
    if asked == wanted:
        return False
    if phase == "read" or isinstance(command, m.InspectData):
        return not all(source in wanted["sources"] for source in asked["sources"])
    if phase == "clean":
        return any(asked[name] != wanted[name] for name in ("sources", "steps", "objective", "seed"))
    return True


def _about(command: m.Command) -> dict[str, Any]:
    """What an answer depends on."""
    document = command.model_dump(exclude={"id", "offset", "limit", "recipe"})
    recipe = getattr(command, "recipe", None) or {}
    data = dict(recipe.get("data") or {})
    return {
        "sources": data.pop("sources", None) or [],
        "steps": data.pop("steps", None) or [],
        "objective": recipe.get("objective"),
        "seed": (recipe.get("run") or {}).get("seed"),
        "model": recipe.get("model"),
        "data": data,
        **document,
    }


def shown(found: Inspection) -> Inspection:
    """As much of ``found`` as one line of the protocol holds: ``rows`` and ``accepted`` stay, so the number of
    rejections is known even when the last of them are left out (the command line lists them all)."""
    kept = max((len(file.rejected) for file in found.files), default=0)
    while kept and len(found.model_dump_json().encode()) > REPLY_BYTES:
        kept //= 2
        files = tuple(file.model_copy(update={"rejected": file.rejected[:kept]}) for file in found.files)
        found = found.model_copy(update={"files": files})
    return found


def read_sources(documents: tuple[dict[str, Any], ...]) -> tuple[Source, ...]:
    """Sources as the recipe has them."""
    return tuple(cast(Source, validate(Source, document)) for document in documents)
