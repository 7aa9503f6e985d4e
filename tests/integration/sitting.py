"""One sitting at the real app, in a process of its own that can be killed: python sitting.py start RECIPE | again STARTED.

``start`` trains a recipe and says where; ``again`` finds the run, says when it was live and what the charts hold, lets it
go on for a few steps and leaves through the dialog with "Stop and keep". Used by a test and by a benchmark.
"""

import json
import sys
import time
from typing import Any

from PySide6.QtCore import QTimer

from app.main import App, build, run
from app.views.closing import CloseDialog

ENOUGH = 3  # steps before the first word, and more steps that are waited for after a relaunch


def say(**words: Any) -> None:
    """One line to whoever started this."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Start:
    """Opens a recipe, trains it, says where; then goes on until somebody ends it."""

    def __init__(self, app: App, recipe: str) -> None:
        self.app, self.recipe, self.stage = app, recipe, "open"

    def look(self) -> None:
        state, intents = self.app.store.state, self.app.intents
        if self.stage == "open" and state.engine.schema is not None:
            self.stage = "draft"
            intents.open_recipe(self.recipe)
        elif self.stage == "draft" and state.draft.plan is not None and state.data.report is not None:
            self.stage = "run"
            intents.start_run()
        elif self.stage == "run" and state.train.step >= ENOUGH:
            self.stage = "on"
            say(run_dir=state.train.job.run_dir, step=state.train.step)


class Again:
    """Finds the run, watches it, stops it."""

    def __init__(self, app: App, started: str) -> None:
        self.app, self.started, self.stage, self.first = app, float(started), "find", 0

    def look(self) -> None:
        train = self.app.store.state.train
        if self.stage == "find" and train.job.status == "running":
            self.stage, self.first = "watch", train.step
            say(live_s=time.time() - self.started, step=train.step, steps=self.steps())
        elif self.stage == "watch" and train.step >= self.first + ENOUGH:
            self.stage = "leave"
            say(step=train.step, steps=self.steps())
            self.app.window.close()
        elif self.stage == "leave":
            dialog = self.app.window.findChild(CloseDialog)
            if dialog is not None and dialog.isVisible():
                self.stage = "left"
                dialog.buttons["keep"].click()

    def steps(self) -> list[float]:
        """The steps that the loss chart draws."""
        series = self.app.store.state.train.series.get("train/loss")
        return list(series.steps) if series is not None else []


def main(way: str, about: str) -> int:
    app = build([])
    sitting = Start(app, about) if way == "start" else Again(app, about)
    timer = QTimer(interval=10)
    timer.timeout.connect(sitting.look)
    timer.start()
    return run(app)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
