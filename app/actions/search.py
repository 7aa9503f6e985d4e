"""Searches for better options: started, ended, gone on with, looked at again, and the winner taken over."""

import time
from collections.abc import Callable, Sequence

from app.actions.context import Context, translate
from app.actions.draft import Draft
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.state.changes import PageShown
from app.state.document import get_value, with_value
from app.state.search import (
    SearchAccepted,
    SearchEnded,
    SearchesListed,
    SearchEvents,
    SearchOpened,
    SearchPlan,
    SearchPlanned,
    SearchStarting,
    SearchWished,
)
from engine.contract.errors import ErrorInfo
from engine.contract.messages import Event, RunFinished, TrialChanged
from engine.contract.search import ListSearches, Searches, SearchWish, StartSearch, Trial


class OptionSearch:
    """At most one search at a time, in an engine of its own; every trial is on disk as soon as it is known."""

    def __init__(self, context: Context, draft: Draft, *, on_trial: Callable[[str], None]) -> None:
        """``on_trial`` is given the folder of each trial that has ended."""
        self._context = context
        self._on_trial = on_trial
        self._store = context.store
        self._draft = draft
        self._job: EngineJob | None = None

    def plan(self, plan: SearchPlan) -> None:
        """What the next search should do."""
        self._store.dispatch(SearchPlanned(plan))

    def start(self, wish: SearchWish) -> None:
        """Search over the draft, and show the trials."""
        if self._store.state.draft.errors:
            text = translate("Actions", "The recipe has faults; mend them first.")
            self._context.notice("warning", text)
        else:
            self._begin(StartSearch(recipe=self._draft.document, wish=wish), wish, "", ())

    def resume(self) -> None:
        """Go on with the search that is looked at."""
        found = self._store.state.search
        if found.folder and found.wish is not None:
            self._begin(StartSearch(folder=found.folder), found.wish, found.folder, found.trials)

    def _begin(self, command: StartSearch, wish: SearchWish, folder: str, trials: tuple[Trial, ...]) -> None:
        if self._job is not None:
            return
        if self._store.state.train.job.active:
            text = translate(
                "Actions", "A run is in progress; a search would slow it down. Wait for it, or pause it."
            )
            self._context.notice("warning", text)
            return
        job = EngineJob(
            self._context.program,
            command,
            log_path=self._context.log_path("search"),
            parent=self._context.parent,
        )
        store = self._store
        store.dispatch(SearchStarting(wish, folder, trials, time.time()), PageShown("train"))
        job.accepted.connect(lambda run: store.dispatch(SearchAccepted(run)))
        job.events.connect(self._heard)
        job.refused.connect(self._refused)
        job.crashed.connect(self._crashed)
        job.finished.connect(self._finished)
        self._job = job
        job.start()

    def _heard(self, events: Sequence[Event]) -> None:
        self._store.dispatch(SearchEvents(tuple(events)))
        for event in events:
            if isinstance(event, TrialChanged) and event.trial.state != "running" and event.trial.run_dir:
                self._on_trial(event.trial.run_dir)

    def stop(self) -> None:
        """End after the step that is made; what is known stays, and the trial can go on later."""
        if self._job is not None:
            self._store.dispatch(SearchWished("stopping"))
            self._job.control("stop")

    def in_the_way(self) -> bool:
        """Whether a search keeps a run from beginning now, which is said."""
        if self._job is None:
            return False
        text = translate("Actions", "A search is in progress. Wait for it, or stop it; it can go on later.")
        self._context.notice("warning", text, action=translate("Actions", "Stop"), intent="stop_search")
        return True

    def close(self) -> list[EngineJob]:
        """For the end of the app: the engine to wait for. The search goes on when somebody wants it to."""
        if self._job is None:
            return []
        self._job.stop(grace_s=5.0)
        return [self._job]

    def _finished(self, end: RunFinished) -> None:
        self._job = None
        if end.error is not None:
            self._context.notice_error(end.error, action=translate("Actions", "Show"), intent="open_train")
        elif end.status == "completed":
            best = self._store.state.search.best
            text = translate("Actions", "The search is finished.")
            if best is not None and best.value is not None:
                text = translate(
                    "Actions", "The search is finished: trial {number} has the lowest held-out loss."
                ).format(number=best.number + 1)
            self._context.notice("success", text, action=translate("Actions", "Show"), intent="open_train")
        self.refresh()

    def _refused(self, error: ErrorInfo) -> None:
        self._job = None
        self._store.dispatch(SearchEnded(error))
        self._context.notice_error(error)

    def _crashed(self, how: EngineExit) -> None:
        self._job = None
        self._store.dispatch(SearchEnded(how.error, crashed=True, log_tail=how.log))
        self._context.notice_error(how.error, action=translate("Actions", "Show"), intent="open_train")
        self.refresh()

    # ------------------------------------------------------------ looking, taking over

    def refresh(self) -> None:
        """Ask which searches were kept."""
        self._context.quick.ask(ListSearches(), Searches, timeout_s=60).then(
            lambda found: self._store.dispatch(SearchesListed(found.items)), lambda error: None
        )

    def forget(self, folder: str) -> None:
        """A search was thrown away: it is looked at no more."""
        if self._store.state.search.folder == folder:
            self._store.dispatch(SearchOpened(None))
        self.refresh()

    def open(self, folder: str) -> None:
        """Look at an earlier search; "" leaves the one that is looked at."""
        found = next((item for item in self._store.state.search.kept if item.folder == folder), None)
        self._store.dispatch(SearchOpened(found))
        if found is not None:
            self._store.dispatch(PageShown("train"))

    def leave(self) -> None:
        """The Train page is wanted for a run."""
        if self._store.state.search.shown:
            self._store.dispatch(SearchOpened(None))

    def use(self, number: int) -> None:
        """Take the options of a trial over into the draft, as one step of undo."""
        trial = next((item for item in self._store.state.search.trials if item.number == number), None)
        if trial is None:
            return
        document = self._draft.document
        for path, value in trial.params.items():
            parent, _, name = path.rpartition(".")
            if name not in (get_value(document, parent) or {}):
                text = translate(
                    "Actions", "The recipe has no option {path} now; choose the method of the search first."
                )
                self._context.notice("warning", text.format(path=path))
                return
            document = with_value(document, path, value)
        self._draft.change(
            document, what=translate("Actions", "options of trial {number}").format(number=number + 1)
        )
        text = translate("Actions", "The recipe has the options of trial {number} now.").format(
            number=number + 1
        )
        self._context.notice("success", text, action=translate("Actions", "Method"), intent="open_method")
