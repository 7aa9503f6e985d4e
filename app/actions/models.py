"""The quick engine's own news, the models of this computer, and the starter model."""

from collections.abc import Callable

from app.actions.base_models import BaseModels
from app.actions.channels import JobChannels
from app.actions.context import Context, translate
from app.client.engine_job import EngineJob
from app.client.exits import EngineExit
from app.state.changes import (
    DoctorArrived,
    EngineFailed,
    EngineReady,
    EngineStarting,
    SchemaArrived,
)
from engine.contract.errors import ErrorInfo
from engine.contract.messages import Doctor, GetSchema, InstallStarter, RunFinished
from engine.contract.results import DoctorReport, Ready, SchemaReply


class Engine:
    """Follows the quick engine; ``on_schema`` is called when its options are known (again)."""

    def __init__(
        self, context: Context, *, on_schema: Callable[[], None], on_models: Callable[[], None]
    ) -> None:
        self._context = context
        self._store = context.store
        self._on_schema = on_schema
        self._on_models = on_models
        self.base_models = BaseModels(context, on_changed=on_models)
        self._jobs = JobChannels(context)
        self._after_doctor: list[Callable[[], None]] = []
        self._after_install: list[Callable[[], None]] = []
        context.quick.ready.connect(self._ready)
        context.quick.restarting.connect(self._restarting)
        context.quick.failed.connect(self._failed)

    def _ready(self, ready: Ready) -> None:
        self._store.dispatch(EngineReady(ready))
        quick = self._context.quick
        quick.ask(GetSchema(), SchemaReply, timeout_s=60).then(self._schema, self._no_schema)
        self.refresh_doctor()
        self.refresh_models()

    def _schema(self, schema: SchemaReply) -> None:
        self._store.dispatch(SchemaArrived(schema))
        self._on_schema()

    def _no_schema(self, error: ErrorInfo) -> None:
        self._store.dispatch(EngineFailed(error.message))

    def _restarting(self, how: EngineExit) -> None:
        self._store.dispatch(EngineStarting(how.text))

    def _failed(self, how: EngineExit) -> None:
        detail = f"{how.text} {how.hint}" if how.hint else how.text
        self._store.dispatch(EngineFailed(detail))

    def refresh_doctor(self) -> None:
        """Ask how this computer stands."""
        self._context.quick.ask(Doctor(), DoctorReport, timeout_s=120).then(self._doctor, lambda error: None)

    def _doctor(self, doctor: DoctorReport) -> None:
        self._store.dispatch(DoctorArrived(doctor))
        waiting, self._after_doctor = self._after_doctor, []
        for call in waiting:
            call()

    def refresh_models(self) -> None:
        """Look for models again."""
        self.base_models.refresh()

    # ------------------------------------------------------------ the starter model

    def need_starter(self, then: Callable[[], None] = lambda: None) -> None:
        """Call ``then`` as soon as the starter model is there, fetching it if need be."""
        doctor = self._store.state.engine.doctor
        if doctor is None:
            self._after_doctor.append(lambda: self.need_starter(then))
        elif doctor.starter_model is not None:
            then()
        else:
            self._after_install.append(then)
            self.install_starter()

    def install_starter(self) -> None:
        """Fetch the starter model."""
        self._jobs.begin(
            "starter",
            InstallStarter(),
            finished=self._installed,
            refused=self._not_installed,
            crashed=lambda how: self._not_installed(how.error),
        )

    def _installed(self, end: RunFinished) -> None:
        waiting, self._after_install = self._after_install, []
        if end.status != "completed":
            if end.error is not None:
                self._context.notice_error(end.error)
            return
        self._context.notice("success", translate("Actions", "The starter model is ready."))
        self._after_doctor.extend(waiting)  # they may ask for its path
        self.refresh_doctor()
        self.refresh_models()
        self._on_models()

    def _not_installed(self, error: ErrorInfo) -> None:
        self._after_install.clear()
        self._context.notice_error(error)

    def stop(self) -> list[EngineJob]:
        """End what still runs; returned so that the app can wait for it."""
        return [*self._jobs.stop(), *self.base_models.stop()]
