"""The local API's switch: one engine that serves a model to other programs, for as long as the app is open."""

import time

from app.actions.context import Context
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.state.changes import JobAccepted, JobCrashed, JobEvents, JobRefused, JobStarting, JobWished
from app.state.memory import still_wanted
from engine.contract.errors import ErrorInfo
from engine.contract.messages import StartApi


class LocalApi:
    """Starts and stops it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._job: EngineJob | None = None

    def start(self, model: str, port: int) -> None:
        """Serve ``model``; the address comes as news of the job."""
        if self._job is not None or not model:
            return
        reserved = still_wanted(self._store.state.train)
        command = StartApi(model=model, port=port, reserved_bytes=reserved)
        log_path = self._context.log_path("api")
        job = EngineJob(self._context.program, command, log_path=log_path, parent=self._context.parent)
        store = self._store
        store.dispatch(JobStarting("api", model, time.time()))
        job.accepted.connect(lambda run: store.dispatch(JobAccepted("api", run)))
        job.events.connect(lambda events: store.dispatch(JobEvents("api", tuple(events))))
        job.refused.connect(self._refused)
        job.crashed.connect(self._crashed)
        job.finished.connect(lambda end: self._forget())
        self._job = job
        job.start()

    def stop(self) -> None:
        """Stop serving; answers on their way are cut."""
        if self._job is not None:
            self._store.dispatch(JobWished("api", "stopping"))
            self._job.control("cancel")

    def close(self) -> list[EngineJob]:
        """End the engine with the app; returned so that the app can wait for it."""
        job, self._job = self._job, None
        if job is None:
            return []
        job.stop(grace_s=1.0)
        return [job]

    def _forget(self) -> None:
        self._job = None

    def _refused(self, error: ErrorInfo) -> None:
        self._forget()
        self._store.dispatch(JobRefused("api", error))

    def _crashed(self, how: EngineExit) -> None:
        self._forget()
        self._store.dispatch(JobCrashed("api", how.error, how.log))
