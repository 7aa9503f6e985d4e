"""The local API's switch: one engine that serves a model to other programs, for as long as the app is open."""

from app.actions.channels import JobChannels
from app.actions.context import Context
from app.client.engine_job import EngineJob
from app.state.memory import still_wanted
from engine.contract.messages import StartApi


class LocalApi:
    """Starts and stops it."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._jobs = JobChannels(context)

    def start(self, model: str, port: int) -> None:
        """Serve ``model``; the address comes as news of the job."""
        if model:
            reserved = still_wanted(self._store.state.train)
            self._jobs.begin("api", StartApi(model=model, port=port, reserved_bytes=reserved), about=model)

    def stop(self) -> None:
        """Stop serving; answers on their way are cut."""
        self._jobs.cancel()

    def close(self) -> list[EngineJob]:
        """End the engine with the app; returned so that the app can wait for it."""
        return self._jobs.stop()
