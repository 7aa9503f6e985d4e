"""Runs the cleaning steps of a recipe one after the other, and remembers what stood after each of them.

Whoever switches one step on or off waits for that step and those behind it, never for those before it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from engine.contract.recipe import RecipeBase
from engine.contract.results import StepCount
from engine.data.rows import Row, Watched, patiently, presentable
from engine.data.steps.base import Step, StepResult
from engine.data.store import stamp

KEPT_RESULTS = 24  # views and what steps rewrote; the rows themselves are stored once
_REMOVED_EXAMPLES = 5

Key = tuple[object, ...]
Rows = Callable[[], Sequence[Row]]


class Report(Protocol):
    """Is told how far "clean" is; may raise to end the work."""

    def __call__(self, name: str, done: int, total: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Done:
    """What one step left, and its counts."""

    result: StepResult
    count: StepCount


class Cleaner:
    """Cleans rows that are known by a key. Safe to use from several threads."""

    def __init__(self, *, keep: int = KEPT_RESULTS) -> None:
        self._keep = keep
        self._done: OrderedDict[Key, Done] = OrderedDict()
        self._lock = threading.Lock()
        self._working = threading.Lock()  # what one thread cleans, the other need not clean again

    def clean(
        self, key: Key, rows: Rows, steps: Sequence[Step], report: Report | None = None
    ) -> tuple[Sequence[Row], tuple[StepCount, ...]]:
        """What ``rows`` gives after all ``steps``, and what each of them did. ``key`` stands for these rows."""
        done = self.results(key, rows, steps, report)
        return (done[-1].result.kept if done else rows()), tuple(item.count for item in done)

    def results(
        self, key: Key, rows: Rows, steps: Sequence[Step], report: Report | None = None
    ) -> list[Done]:
        """What each of ``steps`` left."""
        keys = [(key, tuple(map(step_key, steps[: place + 1]))) for place in range(len(steps))]
        done = self._known(keys)
        if len(done) == len(steps):
            return done
        with patiently(self._working, lambda: report("clean", 0, None) if report else None):
            done = self._known(keys)
            current = done[-1].result.kept if done else rows()
            for step, name in zip(steps[len(done) :], keys[len(done) :], strict=True):
                made = applied(step, current, report)
                self._remember(name, made)
                done.append(made)
                current = made.result.kept
        return done

    def _known(self, keys: Sequence[Key]) -> list[Done]:
        """The results of the first steps, as far as all of them are remembered."""
        found = []
        with self._lock:
            for key in keys:
                if key not in self._done:
                    break
                self._done.move_to_end(key)
                found.append(self._done[key])
        return found

    def _remember(self, key: Key, done: Done) -> None:
        with self._lock:
            if self._keep:
                self._done[key] = done
            while len(self._done) > self._keep:
                self._done.popitem(last=False)


def applied(step: Step, rows: Sequence[Row], report: Report | None = None) -> Done:
    """One step on ``rows``."""
    total = len(rows)
    if not step.enabled:
        unchanged = StepCount(kind=step.kind, title=step.title, before=total, after=total, enabled=False)
        return Done(StepResult(kept=rows), unchanged)
    result = step.apply(Watched(rows, partial(report, "clean", total=total)) if report else rows)
    examples = tuple(
        {"path": row.path, "line": row.line, **presentable(row.raw, limit=500)}
        for row in result.removed[:_REMOVED_EXAMPLES]
    )
    count = StepCount(
        kind=step.kind,
        title=step.title,
        before=total,
        after=len(result.kept),
        changed=result.changed,
        removed_examples=examples,
    )
    return Done(result, count)


def rows_key(recipe: RecipeBase, objective: str | None) -> Key:
    """Everything that the rows before cleaning depend on."""
    sources = recipe.data.sources
    stamps = tuple(stamp(Path(item.path)) for item in sources)
    return stamps, repr(sources), objective, recipe.run.seed


def step_key(step: Step) -> Key:
    """Everything that a step's work depends on besides the rows: its options, and the files that they name."""
    if not step.enabled:
        return "off", ()
    files = [
        stamp(Path(value))
        for name, field in type(step).model_fields.items()
        if isinstance(field.json_schema_extra, dict)
        and field.json_schema_extra.get("widget") == "path"
        and isinstance(value := getattr(step, name), str)
        and value
    ]
    return repr(step), tuple(files)
