"""The sample from the first click to a conversation: trained, exported and loaded without another one.

Follows the state as a person would look at the window, and presses what a person would press next. It ends as soon as
something fails, is stopped, or another run is opened; what is there then stays, and the pages go on from it.
"""

import json
from collections.abc import Callable, Sequence
from typing import Protocol

from app.actions.context import Context, translate
from app.actions.intents import ChatSideName
from app.state.exports import first_choice
from app.state.model import ACTIVE, AppState, Page
from app.state.welcome import TourMoved, TourStage
from engine.contract.paths import sample_heldout

ENDED_BADLY = frozenset({"stopped", "failed", "crashed"})


class Hands(Protocol):
    """What the tour presses: the intents of the pages it comes through."""

    def use_sample(self) -> None: ...
    def start_run(self) -> None: ...
    def show_page(self, page: Page) -> None: ...
    def merge_and_export(self, targets: Sequence[str], out: str | None = None) -> None: ...
    def load_chat(self, side: ChatSideName, model: str) -> None: ...
    def send_chat(self, text: str) -> None: ...


class SampleTour:
    """At rest while ``state.welcome.tour`` is ""."""

    def __init__(self, context: Context, hands: Hands) -> None:
        self._context = context
        self._store = context.store
        self._hands = hands
        self._old_plan: object = None
        self._run_id = ""
        self._asked = False
        self._busy = False
        self._stages: dict[TourStage, Callable[[AppState], None]] = {
            "data": self._data,
            "train": self._train,
            "export": self._export,
            "chat": self._chat,
        }
        context.store.changed.connect(self._look)

    def begin(self) -> None:
        """Take the sample and go."""
        state = self._store.state
        if state.train.job.active:
            text = translate("Actions", "A run is in progress. Pause or stop it before another one begins.")
            self._context.notice("warning", text)
            return
        self._old_plan, self._run_id, self._asked = state.draft.plan, "", False
        self._store.dispatch(TourMoved("data"))
        self._hands.use_sample()
        self._context.notice(
            "info",
            translate(
                "Actions", "The sample is trained, exported and loaded to talk to, one after the other."
            ),
            action=translate("Actions", "Do it myself"),
            intent="end_tour",
        )

    def end(self) -> None:
        """Leave the rest to the user; what runs goes on."""
        if self._store.state.welcome.tour:
            self._store.dispatch(TourMoved(""))

    def _look(self, *_: object) -> None:
        state = self._store.state
        stage = self._stages.get(state.welcome.tour)
        if stage is None or self._busy:
            return
        self._busy = True  # what is pressed changes the state, and with it comes here again
        try:
            stage(state)
        finally:
            self._busy = False

    def _data(self, state: AppState) -> None:
        """Wait for a plan of the sample, which needs its rows and the starter model."""
        if state.starter_job.status in ENDED_BADLY:
            self.end()
            return
        draft = state.draft
        ready = draft.plan is not None and draft.plan is not self._old_plan and not draft.planning
        if ready and not draft.errors and state.engine.doctor and state.engine.doctor.starter_model:
            self._store.dispatch(TourMoved("train"))
            self._hands.start_run()
            self._run_id = self._store.state.train.run_id

    def _train(self, state: AppState) -> None:
        job = state.train.job
        if state.train.run_id != self._run_id or job.status in ENDED_BADLY:
            self.end()
        elif job.status == "completed":
            self._store.dispatch(TourMoved("export"))
            self._hands.show_page("export")
            schema = state.engine.schema
            wanted = first_choice(schema) if schema else ""
            self._hands.merge_and_export([wanted])

    def _export(self, state: AppState) -> None:
        job = state.export.job
        if state.train.run_id != self._run_id or job.status in ENDED_BADLY or job.status == "idle":
            self.end()
        elif job.status not in ACTIVE and state.export.report is not None:
            self._store.dispatch(TourMoved("chat"))
            self._hands.show_page("chat")
            self._hands.load_chat("base", str(state.train.recipe["model"]["path"]))
            self._hands.load_chat("tuned", state.train.job.run_dir)

    def _chat(self, state: AppState) -> None:
        sides = (state.chat.base, state.chat.tuned)
        if any(side.status in ("failed", "empty") for side in sides):
            self.end()
        elif all(side.status == "ready" for side in sides) and not self._asked:
            self._asked = True
            self._store.dispatch(TourMoved(""))
            self._hands.send_chat(first_question())


def first_question() -> str:
    """A question of the sample that the model was not trained on."""
    row = json.loads(sample_heldout().read_text(encoding="utf-8"))[0]
    return f"{row['instruction']}\n{row['input']}" if row.get("input") else str(row["instruction"])
