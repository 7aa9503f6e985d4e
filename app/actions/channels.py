"""Work that has an engine of its own: begun, ended, and told to the state under the name of its channel."""

import time
from collections.abc import Callable

from app.actions.context import Context
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.client.process import EngineProgram
from app.state.changes import Channel, JobAccepted, JobCrashed, JobEvents, JobRefused, JobStarting, JobWished
from engine.contract.errors import ErrorInfo
from engine.contract.messages import Command, RunFinished

GRACE_S = 1.0  # at the end of the app


class JobChannels:
    """At most one job a channel. The state follows each; what its end means is for whoever began it."""

    def __init__(self, context: Context) -> None:
        self._context, self._store = context, context.store
        self._jobs: dict[Channel, EngineJob] = {}

    def begin(
        self,
        channel: Channel,
        command: Command,
        *,
        about: str = "",
        program: EngineProgram | None = None,
        finished: Callable[[RunFinished], None] = lambda end: None,
        refused: Callable[[ErrorInfo], None] = lambda error: None,
        crashed: Callable[[EngineExit], None] = lambda how: None,
    ) -> None:
        """Start ``command``, unless one is at work in ``channel``; ``about`` is what it is done to, ``program``
        another engine than the one in use. One of the three is called when the channel is free again and the state knows of it."""
        if channel in self._jobs:
            return
        context, store = self._context, self._store
        program = program or context.program
        job = EngineJob(program, command, log_path=context.log_path(channel), parent=context.parent)

        def over(how: EngineExit) -> None:
            self._free(channel, JobCrashed(channel, how.error, how.log))
            crashed(how)

        def refuse(error: ErrorInfo) -> None:
            self._free(channel, JobRefused(channel, error))
            refused(error)

        def finish(end: RunFinished) -> None:
            self._free(channel)
            finished(end)

        store.dispatch(JobStarting(channel, about, time.time()))
        job.accepted.connect(lambda run: store.dispatch(JobAccepted(channel, run)))
        job.events.connect(lambda events: store.dispatch(JobEvents(channel, tuple(events))))
        job.refused.connect(refuse)
        job.crashed.connect(over)
        job.finished.connect(finish)
        self._jobs[channel] = job
        job.start()

    def _free(self, channel: Channel, *changes: JobRefused | JobCrashed) -> None:
        self._jobs.pop(channel, None)
        self._store.dispatch(*changes)

    def busy(self, channel: Channel) -> bool:
        """Whether one is at work."""
        return channel in self._jobs

    def cancel(self, *channels: Channel) -> None:
        """End what is at work in ``channels``; without any, in all."""
        for channel in channels or tuple(self._jobs):
            if channel in self._jobs:
                self._store.dispatch(JobWished(channel, "stopping"))
                self._jobs[channel].control("cancel")

    def stop(self) -> list[EngineJob]:
        """End everything with the app; returned so that the app can wait for it."""
        jobs = list(self._jobs.values())
        for job in jobs:
            job.stop(grace_s=GRACE_S)
        return jobs
