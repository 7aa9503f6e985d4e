"""From starting Python to the first painted window, and what the app then holds in memory.

    python tests/benchmarks/app_start.py [--times 5] [--settle 8] [--json]

Each time is a fresh process with a fresh, empty data folder and the real engine. "first_paint_s" counts from just
before the process is started to the end of the window's first paint, "first_paint_cpu_s" is the processor time in it; "idle_mb" is the resident memory of the app process
(not of its engine) ``--settle`` seconds later, engine ready and charts loaded. Medians; wants an otherwise idle machine and a display
(or QT_QPA_PLATFORM=offscreen).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMITS = {"first_paint_s": 1.0, "idle_mb": 200.0}


def child(settle_s: float, started: float) -> None:
    """In a process of its own: start the app, wait, print the figures; ``started`` is the parent's clock before it."""
    import psutil
    from PySide6.QtCore import QEvent, QObject, QTimer

    from app.main import build, run

    me = psutil.Process()
    figures: dict[str, float] = {}

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not figures:
                QTimer.singleShot(0, note)  # once the paint events that are due have been served
            return False

    def note() -> None:
        figures.setdefault("first_paint_s", time.monotonic() - started)
        figures.setdefault("first_paint_cpu_s", time.process_time())

    def end() -> None:
        figures["idle_mb"] = me.memory_info().rss / 1e6
        figures["engine_ready"] = float(app.store.state.engine.status == "ready")
        app.window.close()

    app = build([])
    filter_ = Painted(app.window)
    app.window.installEventFilter(filter_)
    QTimer.singleShot(int(settle_s * 1000), end)
    run(app)
    sys.stdout.write(json.dumps(figures) + "\n")


def main() -> int:
    """Print the medians; the exit code says whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--settle", type=float, default=8.0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        child(options.settle, options.child)
        return 0
    runs = []
    for _ in range(options.times):
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "LUTHIER_HOME": home, "PYTHONPATH": str(ROOT)}
            command = [sys.executable, __file__, "--settle", str(options.settle), "--child"]
            done = subprocess.run(
                [*command, str(time.monotonic())],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
                cwd=home,
            )
        runs.append(json.loads(done.stdout))
    medians = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
    if options.json:
        sys.stdout.write(json.dumps({"median": medians, "runs": runs}) + "\n")
    else:
        for name, value in medians.items():
            every = ", ".join(f"{run[name]:.2f}" for run in runs)
            sys.stdout.write(f"{name:14} {value:8.2f}   ({every})\n")
    return 0 if all(medians[name] <= limit for name, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
