"""What follows a run: merged, exported, evaluated. Each in an engine of its own."""

from collections.abc import Callable, Sequence

from app.actions.channels import JobChannels
from app.actions.context import Context, translate
from app.client.engine_job import EngineJob
from app.state.changes import Channel
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.evaluation import EvaluationWish
from engine.contract.messages import Command, RunFinished, StartEvaluation, StartExport


class Results:
    """At most one export and one evaluation at a time, both of the run on the Train page."""

    def __init__(self, context: Context, *, key_for: Callable[[str], str] = lambda model: "") -> None:
        """``key_for`` knows the keys of servers, whose models may judge."""
        self._context = context
        self._key_for = key_for
        self._store = context.store
        self._jobs = JobChannels(context)

    def merge_and_export(self, targets: Sequence[str], out: str | None = None) -> None:
        """Make the named targets of the open run."""
        run_dir = self._run_dir()
        if run_dir and targets:
            self._begin("export", StartExport(run_dir=run_dir, targets=tuple(targets), out=out), run_dir)

    def evaluate(self, wish: EvaluationWish) -> None:
        """What ``wish`` asks of the open run, before and after."""
        run_dir = self._run_dir()
        if wish.judge is not None:
            judge = wish.judge.model_copy(update={"key": self._key_for(wish.judge.model)})
            wish = wish.model_copy(update={"judge": judge})
        if run_dir:
            self._begin("evaluate", StartEvaluation(run_dir=run_dir, wish=wish), run_dir)

    def cancel(self) -> None:
        """End the export (and the evaluation) that runs."""
        self._jobs.cancel()

    def stop(self) -> list[EngineJob]:
        """End what still runs; returned so that the app can wait for it."""
        return self._jobs.stop()

    def _run_dir(self) -> str:
        train = self._store.state.train
        if train.job.run_dir and not train.job.active:
            return train.job.run_dir
        text = translate("Actions", "Open a finished run first.")
        if train.job.active:
            text = translate("Actions", "The run is still going; pause or stop it first.")
        self._context.notice("warning", text)
        return ""

    def _begin(self, channel: Channel, command: Command, run_dir: str) -> None:
        self._jobs.begin(
            channel,
            command,
            about=run_dir,
            finished=lambda end: self._finished(channel, end),
            refused=self._show,
            crashed=lambda how: self._show(how.error),
        )

    def _finished(self, channel: Channel, end: RunFinished) -> None:
        if end.status == "completed" and channel == "export":
            text = translate("Actions", "The export is finished.")
            place = next(iter(end.paths.values()), "")
            action = translate("Actions", "Reveal") if place else ""
            self._context.notice("success", text, action=action, intent=f"reveal:{place}" if place else "")
        elif end.error is not None and end.error.code != ErrorCode.CANCELLED:
            self._show(end.error)

    def _show(self, error: ErrorInfo) -> None:
        self._context.notice_error(error, action=translate("Actions", "Show"), intent="open_export")
