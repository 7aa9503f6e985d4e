"""One real step of the draft, made in an engine of its own to see what memory it takes."""

import time

from app.actions.context import Context, translate
from app.actions.draft import Draft
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.state.trying import TryAccepted, TryEnded, TryEvents, TryStarting, TryWished
from engine.contract.errors import ErrorInfo
from engine.contract.messages import RunFinished
from engine.contract.trying import TryStep


class StepTrial:
    """At most one at a time. The engine keeps the figure, so that the next plan of the draft begins from it."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._store = context.store
        self._draft = draft
        self._job: EngineJob | None = None

    def start(self, *, anyway: bool) -> None:
        """Try the draft; ``anyway``: also where its plan says that it does not fit."""
        if self._job is not None:
            return
        if self._store.state.train.job.active:
            text = translate(
                "Actions", "A run is in progress and holds the memory. Wait for it, or pause it."
            )
            self._context.notice("warning", text)
            return
        recipe = self._draft.document
        job = EngineJob(
            self._context.program,
            TryStep(recipe=recipe, anyway=anyway),
            log_path=self._context.log_path("step"),
            parent=self._context.parent,
        )
        store = self._store
        store.dispatch(TryStarting(recipe, time.time()))
        job.accepted.connect(lambda run: store.dispatch(TryAccepted(run)))
        job.events.connect(lambda events: store.dispatch(TryEvents(tuple(events))))
        job.refused.connect(self._refused)
        job.crashed.connect(self._crashed)
        job.finished.connect(self._finished)
        self._job = job
        job.start()

    def cancel(self) -> None:
        """End it; nothing of it stays."""
        if self._job is not None:
            self._store.dispatch(TryWished("stopping"))
            self._job.control("cancel")

    def close(self) -> list[EngineJob]:
        """For the end of the app: the engine to wait for."""
        if self._job is None:
            return []
        self._job.stop(grace_s=1.0)
        return [self._job]

    def _finished(self, end: RunFinished) -> None:
        self._job = None
        if end.status == "completed":
            self._draft.plan_again()

    def _refused(self, error: ErrorInfo) -> None:
        self._job = None
        self._store.dispatch(TryEnded(error))

    def _crashed(self, how: EngineExit) -> None:
        self._job = None
        self._store.dispatch(TryEnded(how.error, crashed=True))
