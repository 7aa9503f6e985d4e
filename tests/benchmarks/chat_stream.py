"""How long the Qt event loop stands still while two answers stream into the Chat page side by side.

The real window with its two columns; each engine is a scripted child (``tests/gui/fakes``) that sends Markdown with
tables and listings, one token an event. A timer asks to be called every 5 ms; the longest time between two calls, less
those 5 ms, is the stall, the end of the answers included. "cpu_ms" is the same in processor time of the window's thread:
what the app itself spends, whatever else the machine is doing.

    python -m tests.benchmarks.chat_stream [--seconds 20] [--rate 200] [--json]

Wants an otherwise idle machine and a display (or QT_QPA_PLATFORM=offscreen, which paints as well).
"""

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BEAT_MS = 5
LIMIT_MS = 100.0
AFTER_S = 1.0  # the beat goes on for a moment after the last answer


def measure(*, seconds: float, rate: int, home: Path) -> dict[str, Any]:
    """One run of the benchmark in this process."""
    os.environ["LUTHIER_HOME"] = str(home)
    from PySide6.QtCore import Qt, QTimer

    from app.main import build
    from tests.gui.fakes.programs import fake_program

    app = build([], program=fake_program("prose", "--rate", str(rate), "--seconds", str(seconds)))
    gaps: list[tuple[float, float]] = []  # ms of wall time, ms of processor time
    seen = {"last": 0.0, "cpu": 0.0, "redraws": 0.0, "asked": 0.0, "done": 0.0}

    def beat() -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        if seen["asked"]:
            gaps.append(((now - seen["last"]) * 1000 - BEAT_MS, (cpu - seen["cpu"]) * 1000))
        seen.update(last=now, cpu=cpu)
        states = (app.store.state.chat.base.status, app.store.state.chat.tuned.status)
        if (
            states == ("empty", "empty") and gc.get_freeze_count() > 0
        ):  # it makes itself ready after the start
            app.intents.show_page("chat")
            for side in ("base", "tuned"):
                app.intents.load_chat(side, "starter")
        elif states == ("ready", "ready") and not seen["asked"]:
            app.intents.send_chat("How is a neck joint glued?")
            seen["asked"] = now
        elif states == ("ready", "ready") and seen["asked"] and not seen["done"]:
            seen["done"] = now
        elif seen["done"] and now - seen["done"] > AFTER_S:
            app.qt.quit()

    def redrawn(_: object) -> None:
        seen["redraws"] += 1

    app.store.changed.connect(redrawn)
    timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    timer.start()
    app.window.show()
    app.qt.exec()
    chat = app.store.state.chat
    said = [side.turns[-1].content for side in (chat.base, chat.tuned)]
    app.close()
    return {
        "seconds": round(seen["done"] - seen["asked"], 1),
        "characters": [len(text) for text in said],
        "redraws_per_s": round(seen["redraws"] / max(1e-9, seen["done"] - seen["asked"]), 1),
        "beats": len(gaps),
        "stall_ms": _figures([ms for ms, _ in gaps]),
        "cpu_ms": _figures([ms for _, ms in gaps]),
    }


def _figures(values: list[float]) -> dict[str, float]:
    p99 = statistics.quantiles(values, n=100)[98]
    return {
        "longest": round(max(values), 1),
        "p99": round(p99, 1),
        "median": round(statistics.median(values), 1),
    }


def main() -> int:
    """Print the figures; the exit code says whether the limit holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        figures = measure(seconds=options.seconds, rate=options.rate, home=Path(home))
    if options.json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        for name, value in figures.items():
            sys.stdout.write(f"{name:14} {value}\n")
    return 0 if figures["stall_ms"]["longest"] <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
