"""Runtimes: which engine the app starts, and installing, verifying and removing others.

Work on them is always done by the app's own engine, which is there whatever happens to the others.
"""

from app import __version__
from app.actions.channels import JobChannels
from app.actions.context import Context, translate
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.state.changes import EngineStarting
from app.state.model import AppState
from app.state.runtimes import RuntimesListed, RuntimesState
from engine.contract.errors import UserError
from engine.contract.messages import PROTOCOL_VERSION, Command, RunFinished
from engine.contract.runtimes import (
    OWN,
    CleanRuntimes,
    InstallRuntime,
    RemoveRuntime,
    VerifyRuntime,
    best,
    choose,
    chosen_name,
    installed,
    kinds_here,
    left_over,
)

HELD = frozenset({"loading", "ready", "answering"})  # a chat side whose engine stands


class Runtimes:
    """One piece of work on runtimes at a time."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._jobs = JobChannels(context)
        self._kinds = kinds_here()
        context.quick.failed.connect(self._gave_up)

    def begin(self) -> None:
        """Before the first engine is started: take the chosen runtime, or say why not."""
        engines = self._context.engines
        reason = engines.choice().reason
        if reason:
            self._context.notice("warning", self._instead(reason), **self._way())
        self._context.quick.set_program(engines.program())
        self.refresh()
        if left_over(self._context.data_dir):
            self._begin(CleanRuntimes(), "")

    def refresh(self) -> None:
        """Look at the folder again."""
        home, engines = self._context.data_dir, self._context.engines
        items = installed(home, PROTOCOL_VERSION, own_version=__version__)
        state = RuntimesState(
            items=items,
            chosen=chosen_name(home),
            used=engines.choice().name,
            best=best(items, self._kinds),
            broken=dict(engines.broken),
        )
        self._store.dispatch(RuntimesListed(state))

    # ------------------------------------------------------------ choosing

    def use(self, name: str) -> None:
        """Start engines from ``name`` from now on; those that run are left alone."""
        try:
            choose(self._context.data_dir, name, PROTOCOL_VERSION)
        except UserError as error:
            self._context.notice_error(error.info)
            self.refresh()
            return
        self._context.engines.broken.pop(name, None)
        self._switch()
        if _at_work(self._store.state):
            text = translate(
                "Actions",
                "The next engine is started from the chosen runtime. What runs now goes on with the engine that it has.",
            )
            self._context.notice("info", text)

    def _switch(self) -> None:
        """The engine for quick questions is not at any work: it is exchanged at once."""
        self._context.quick.set_program(self._context.engines.program())
        self._context.quick.restart()
        self.refresh()

    def _gave_up(self, how: EngineExit) -> None:
        """The chosen runtime's engine does not start, or dies again and again: the own one takes its place."""
        engines = self._context.engines
        name = engines.choice().name
        if name == OWN:
            return
        engines.broken[name] = translate("Actions", "The engine of the runtime {0} does not start.").format(
            name
        )
        self._context.notice("warning", self._instead(engines.broken[name]), **self._way())
        self._store.dispatch(EngineStarting(how.text))
        self._context.quick.set_program(engines.program())
        self._context.quick.start()
        self.refresh()

    def _instead(self, reason: str) -> str:
        return translate("Actions", "{0} Luthier uses the engine that it brings.").format(reason)

    def _way(self) -> dict[str, str]:
        return {"action": translate("Actions", "Show"), "intent": "open_settings"}

    # ------------------------------------------------------------ work

    def install(self, source: str, sha256: str = "") -> None:
        """Install a runtime from a file or an address, going on where an earlier download ended."""
        source = source.strip()
        if source:
            self._begin(InstallRuntime(source=source, sha256=sha256.strip()), source)

    def verify(self, name: str) -> None:
        """Hold every file of a runtime against its hash."""
        self._begin(VerifyRuntime(name=name), name)

    def remove(self, name: str) -> None:
        """Delete a runtime, unless something works with it at this moment."""
        if name == self._store.state.runtimes.used:
            if _at_work(self._store.state):
                text = translate(
                    "Actions",
                    "This runtime is at work. Wait until that has ended, or stop it, then remove the runtime.",
                )
                self._context.notice("warning", text)
                return
            self.use(OWN)
        self._begin(RemoveRuntime(name=name), name)

    def cancel(self) -> None:
        """End the work; what a download has fetched is kept."""
        self._jobs.cancel("runtime")

    def _begin(self, command: Command, about: str) -> None:
        self._jobs.begin(
            "runtime",
            command,
            about=about,
            program=self._context.engines.own,
            finished=lambda end: self._finished(command, end),
            crashed=lambda _: self.refresh(),
        )

    def _finished(self, command: Command, end: RunFinished) -> None:
        self.refresh()
        if end.status != "completed":
            return
        name = str(end.result.get("runtime", ""))
        if isinstance(command, InstallRuntime):
            text = translate("Actions", "The runtime {0} is installed. Choose it in the Settings to use it.")
            self._context.notice("success", text.format(name), **self._way())
        elif isinstance(command, VerifyRuntime):
            text = translate("Actions", "Every file of the runtime {0} is as it should be.")
            self._context.notice("success", text.format(name))
        elif isinstance(command, RemoveRuntime):
            self._context.notice("success", translate("Actions", "The runtime {0} was removed.").format(name))

    def stop(self) -> list[EngineJob]:
        """End what still runs; returned so that the app can wait for it."""
        return self._jobs.stop()


def _at_work(state: AppState) -> bool:
    """Whether an engine holds a job or a model."""
    jobs = (
        state.train.job, state.export.job, state.export.evaluation_job, state.build.job, state.api.job,
        state.search_job, state.try_job, state.convert_job, state.starter_job,
    )  # fmt: skip
    sides = (state.chat.base, state.chat.tuned)
    return any(job.active for job in jobs) or any(side.status in HELD for side in sides)
