"""How long after an edit of the recipe the memory bar on the Method page stands painted with the new plan.

The real window and the real engine, the starter model and a small dataset. Each edit is made as the form makes it; the time
runs until the bar was painted with the plan that answers it. Beside it: a round trip of the protocol that asks for nothing
(`hello`), so that a busy machine can be told from a slow planner, and where the time goes. An edit that was made before
finds more remembered than a new one, so both are told.

    python -m tests.benchmarks.memory_bar [--rounds 3] [--json]

Wants an otherwise idle machine and a display (or QT_QPA_PLATFORM=offscreen, which paints as well).
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT_MS = 200.0
WAIT_S = 120.0
ROW = '{"instruction": "Question %d", "output": "An answer of some words, number %d."}'

Edit = tuple[str, str, Any]  # what is edited, an option or a choice, its value


def edits(turn: int) -> list[Edit]:
    """Edits as they follow one another; every turn has values that none before it had."""
    return [
        ("rank", "method.rank", 9 + turn),
        ("batch", "optim.per_device_train_batch_size", 5 + turn),
        ("learning rate", "optim.learning_rate", 1e-4 + turn * 1e-5),
        ("length", "data.cutoff_len", 600 + 40 * turn),
        ("quantization", "model.quantization", "nf4"),
        ("quantization off", "model.quantization", "none"),
        ("checkpointing", "model.gradient_checkpointing", turn % 2 == 0),
        ("another method", "method", ("oft", "full", "ia3", "freeze", "prompt_tuning", "adalora")[turn % 6]),
        ("back to LoRA", "method", "lora"),
        ("another stage", "objective", ("grpo", "ppo")[turn % 2]),
        ("back to sft", "objective", "sft"),
    ]


class Watch:
    """The window with what was painted and what happened when."""

    def __init__(self, home: Path) -> None:
        os.environ["LUTHIER_HOME"] = str(home)
        from app.main import build
        from app.views.plan_panel import PartsBar

        data = home / "rows.jsonl"
        data.write_text("\n".join(ROW % (n, n) for n in range(64)), encoding="utf-8")
        self.app = build([str(data)])
        self.painted: tuple[float, Any] = (0.0, None)
        self.marks: dict[str, float] = {}
        self._watch_dispatch()
        watch, paint = self, PartsBar.paintEvent

        def noted(bar: Any, event: Any) -> None:
            paint(bar, event)
            plan = getattr(watch.page.plan, "_shown", None)
            if bar is watch.page.plan.bar and bar.isEnabled() and plan is not watch.painted[1]:
                watch.painted = (time.perf_counter(), plan)

        PartsBar.paintEvent = noted  # type: ignore[method-assign]
        self.app.intents.show_page("method")
        self.page: Any = self.app.window.page("method")

    def _watch_dispatch(self) -> None:
        store, real = self.app.store, self.app.store.dispatch

        def dispatch(*changes: Any) -> None:
            for change in changes:
                self.marks[type(change).__name__] = time.perf_counter()
            real(*changes)

        store.dispatch = dispatch  # type: ignore[method-assign]

    def until(self, condition: Callable[[], Any]) -> None:
        """Run the event loop until ``condition`` holds."""
        end = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"nothing came of it in time: {self.app.store.state.draft.plan_error}")
            self.app.qt.processEvents()
            time.sleep(0.0005)

    def settle(self) -> None:
        """Until nothing is asked any more."""
        state = self.app.store
        self.until(
            lambda: state.state.draft.plan and not state.state.draft.planning and not state.state.data.busy
        )
        end = time.monotonic() + 0.4
        self.until(lambda: time.monotonic() > end)
        self.until(lambda: not state.state.draft.planning and not state.state.data.busy)

    def edit(self, path: str, value: Any) -> dict[str, float]:
        """Milliseconds from an edit to the painted bar, and to what lies between."""
        before = self.painted[1]
        self.marks.clear()
        began = time.perf_counter()
        if path in ("method", "objective"):
            self.app.intents.choose_variant(path, value)  # type: ignore[arg-type]
        else:
            self.app.intents.set_option(path, value)
        self.until(lambda: self.painted[1] is not before and not self.app.store.state.draft.planning)
        after = {name: (then - began) * 1000 for name, then in self.marks.items()}
        whole = (self.painted[0] - began) * 1000
        checked, arrived = after.get("DraftChecked", 0.0), after.get("PlanArrived", whole)
        return {"bar": whole, "checked": checked, "planned": arrived - checked, "painted": whole - arrived}

    def round_trip(self) -> float:
        """Milliseconds of a question that is answered at once."""
        from engine.contract.messages import Hello
        from engine.contract.results import Ready

        answers: list[Ready] = []
        began = time.perf_counter()
        self.app.intents._context.quick.ask(Hello(), Ready).then(answers.append)
        self.until(lambda: answers)
        return (time.perf_counter() - began) * 1000


def measure(home: Path, *, rounds: int) -> dict[str, Any]:
    """All edits ``rounds`` times, and the first round's once more."""
    watch = Watch(home)
    watch.app.window.show()
    watch.settle()
    turns: dict[str, list[dict[str, float]]] = {}
    again: dict[str, list[dict[str, float]]] = {}
    hello: list[float] = []
    for turn, kept in (*((turn, turns) for turn in range(rounds)), (0, again)):
        for name, path, value in edits(turn):
            if _unchanged(watch, path, value):
                continue
            kept.setdefault(name, []).append(watch.edit(path, value))
            watch.settle()
            hello.append(watch.round_trip())
    watch.app.close()
    return {
        "round_trip_ms": round(statistics.median(hello), 1),
        "first_time": {name: _figures(found) for name, found in turns.items()},
        "again": {name: _figures(found) for name, found in again.items()},
        "all": _figures([item for found in turns.values() for item in found]),
    }


def _unchanged(watch: Watch, path: str, value: Any) -> bool:
    from app.state.document import get_value

    recipe = watch.app.store.state.draft.recipe
    now = get_value(recipe, f"{path}.kind" if path in ("method", "objective") else path)
    return bool(now == value)


def _figures(found: list[dict[str, float]]) -> dict[str, float]:
    bars = [item["bar"] for item in found]
    parts = {name: round(statistics.median(item[name] for item in found), 1) for name in found[0]}
    return {**parts, "longest": round(max(bars), 1)}


def main() -> int:
    """Print the figures; the exit code says whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        _share_models(Path(home))
        found = measure(Path(home), rounds=options.rounds)
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _print(found)
    return 0 if found["all"]["longest"] <= LIMIT_MS else 1


def _share_models(home: Path) -> None:
    """The starter model of this computer, for a data folder that is thrown away."""
    from engine.models.starter import starter_path

    (home / "models").mkdir()
    (home / "models" / starter_path().name).symlink_to(starter_path())


def _print(found: dict[str, Any]) -> None:
    trip = found["round_trip_ms"]
    sys.stdout.write(f"round trip of the protocol: {trip} ms\n")
    sys.stdout.write(
        "| edit | bar, ms | checked | planned | painted | longest | x round trip | again, ms |\n"
    )
    sys.stdout.write("|---|---|---|---|---|---|---|---|\n")
    for name, item in (*found["first_time"].items(), ("all", found["all"])):
        again = found["again"].get(name, {}).get("bar", "")
        sys.stdout.write(
            f"| {name} | {item['bar']:.0f} | {item['checked']:.0f} | {item['planned']:.0f} | {item['painted']:.0f} "
            f"| {item['longest']:.0f} | {item['bar'] / max(trip, 0.1):.1f} | {again} |\n"
        )


if __name__ == "__main__":
    sys.exit(main())
