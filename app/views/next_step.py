"""What the Method page's one primary button says and does: start, or what is missing for it."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.state.model import AppState
from app.ui import format
from app.ui.engine_text import engine_text
from app.views import names

translate = QCoreApplication.translate

Act = Literal["wait", "data", "fault", "running", "start"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """``why`` becomes the tooltip."""

    act: Act
    text: str
    why: str


def next_step(state: AppState) -> NextStep:
    """The next step towards a run, told from the state alone."""
    if state.train.job.active:
        return NextStep(
            "running",
            translate("NextStep", "Show the running training"),
            translate("NextStep", "One run at a time; this one has to end first."),
        )
    if state.engine.schema is None:
        return NextStep(
            "wait",
            translate("NextStep", "The engine is starting…"),
            translate("NextStep", "A moment, please."),
        )
    if not names.sources(state):
        return NextStep(
            "data",
            translate("NextStep", "Choose a dataset"),
            translate("NextStep", "A run needs rows to learn from. Leads to the Data page."),
        )
    if state.draft.errors:
        first = state.draft.errors[0]
        count = len(state.draft.errors)
        text = (
            translate("NextStep", "Mend {0} options")
            if count > 1
            else translate("NextStep", "Mend one option")
        )
        return NextStep("fault", text.format(count), f"{first.path}: {engine_text(first.reason)}")
    return _start(state)


def _start(state: AppState) -> NextStep:
    why = translate("NextStep", "Saves the recipe and starts the run in a process of its own.")
    plan = state.draft.plan
    if plan is None:
        return NextStep("start", translate("NextStep", "Start training"), why)
    time, memory = format.duration_range(plan.seconds), format.size(plan.memory_bytes)
    if not plan.fits:
        text = translate("NextStep", "Start anyway: needs {0} of {1}")
        why = translate("NextStep", "The plan does not fit into the memory that is free now.")
        return NextStep("start", text.format(memory, format.size(plan.available_bytes)), why)
    return NextStep("start", translate("NextStep", "Start training: {0}, {1}").format(time, memory), why)
