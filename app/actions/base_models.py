"""The models of this computer: found, weighed, converted, fetched from a hub, and their code shown before it may run."""

from collections.abc import Callable

from app.actions.channels import JobChannels
from app.actions.context import Context, translate
from app.client.engine_client import Empty
from app.client.engine_job import EngineJob
from app.state.changes import Channel, ModelsArrived
from app.state.model_changes import (
    CodeArrived,
    CodeAsked,
    CodeFailed,
    DownloadsListed,
    HubAsked,
    HubFailed,
    HubFound,
    ModelsAsked,
    ModelsFailed,
    ModelsForgotten,
    ModelWeighed,
)
from engine.contract.base_models import (
    Downloads,
    DropDownload,
    HubModel,
    HubName,
    ListDownloads,
    LookUpModel,
    ModelCode,
    ModelFit,
    ShowCode,
    WeighModel,
)
from engine.contract.errors import ErrorInfo
from engine.contract.messages import AllowCode, Command, ConvertModel, DownloadModel, ListModels, RunFinished
from engine.contract.results import ModelList

SCAN_S = 120.0
HUB_S = 60.0


class BaseModels:
    """``on_changed`` is called when a model became usable that was not: the draft is checked again."""

    def __init__(self, context: Context, *, on_changed: Callable[[], None]) -> None:
        self._context = context
        self._store = context.store
        self._on_changed = on_changed
        self._jobs = JobChannels(context)
        self._weighing = ""
        self._wanted = False

    # ------------------------------------------------------------ finding and weighing

    def refresh(self) -> None:
        """Look through this computer again."""
        folders = self._store.state.preferences.model_folders
        self._store.dispatch(ModelsAsked())
        ask = self._context.quick.ask
        ask(ListModels(folders=folders), ModelList, timeout_s=SCAN_S).then(
            self._found, lambda error: self._store.dispatch(ModelsFailed(error))
        )
        ask(ListDownloads(), Downloads).then(self._listed, lambda error: None)

    def shown(self) -> None:
        """The page is in front: from now on models are weighed."""
        self._wanted = True
        self._weigh_next()

    def _found(self, found: ModelList) -> None:
        self._store.dispatch(ModelsArrived(found.models))
        self._weigh_next()

    def _listed(self, found: Downloads) -> None:
        self._store.dispatch(DownloadsListed(found.items))

    def _weigh_next(self) -> None:
        """One after the other: each builds the model's shape, and other questions stand between."""
        state = self._store.state
        if self._weighing or not self._wanted or state.engine.status != "ready":
            return
        path = next((m.path for m in state.engine.models if m.path not in state.models.fits), "")
        if not path:
            return
        self._weighing = path
        ask = self._context.quick.ask(WeighModel(path=path), ModelFit, timeout_s=SCAN_S)
        ask.then(self._weighed, self._not_weighed)

    def _weighed(self, fit: ModelFit) -> None:
        self._weighing = ""
        self._store.dispatch(ModelWeighed(fit))
        self._weigh_next()

    def _not_weighed(self, error: ErrorInfo) -> None:
        """Asked again when the page is next shown."""
        self._weighing, self._wanted = "", False

    # ------------------------------------------------------------ hubs

    def look_up(self, name: str, hub: HubName) -> None:
        """Ask a hub what it has under ``name``; "" takes the answer away."""
        name = name.strip()
        self._store.dispatch(HubAsked(name))
        if not name:
            return
        command = LookUpModel(name=name, hub=hub, endpoint=self._endpoint(hub))
        self._context.quick.ask(command, HubModel, timeout_s=HUB_S).then(
            lambda found: self._store.dispatch(HubFound(found)),
            lambda error: self._store.dispatch(HubFailed(error)),
        )

    def download(self, name: str, hub: HubName, revision: str = "main", endpoint: str = "") -> None:
        """Fetch a model, going on where an earlier download ended."""
        command = DownloadModel(
            name=name, hub=hub, revision=revision, endpoint=endpoint or self._endpoint(hub)
        )
        self._begin("download", command, name)

    def cancel_download(self) -> None:
        """End the download; what has come is kept."""
        self._jobs.cancel("download")

    def drop_download(self, name: str, hub: HubName) -> None:
        """Throw away what was fetched of an unfinished download."""
        ask = self._context.quick.ask(DropDownload(name=name, hub=hub), Downloads)
        ask.then(self._listed, self._context.notice_error)

    def _endpoint(self, hub: HubName) -> str:
        return self._store.state.preferences.mirror if hub == "hugging_face" else ""

    # ------------------------------------------------------------ converting

    def convert(self, path: str) -> None:
        """Make a GGUF file or pickled weights trainable."""
        self._begin("convert", ConvertModel(path=path), path)

    def cancel_convert(self) -> None:
        """End the conversion; nothing of it stays."""
        self._jobs.cancel("convert")

    # ------------------------------------------------------------ code of a folder

    def show_code(self, path: str, file: str = "") -> None:
        """Read a folder's code, or one ``file`` of it."""
        if self._store.state.models.reading.path != path:
            self._store.dispatch(CodeAsked(path))
        self._context.quick.ask(ShowCode(path=path, file=file), ModelCode).then(
            lambda code: self._store.dispatch(CodeArrived(code)),
            lambda error: self._store.dispatch(CodeFailed(error)),
        )

    def close_code(self) -> None:
        """Stop reading."""
        self._store.dispatch(CodeAsked(""))

    def allow_code(self, path: str, digest: str, *, allowed: bool) -> None:
        """Let exactly the code run that was shown as ``digest``, or no longer."""
        self._context.quick.ask(AllowCode(path=path, digest=digest, allowed=allowed), Empty).then(
            lambda _: self._decided(path), lambda error: self._store.dispatch(CodeFailed(error))
        )

    def _decided(self, path: str) -> None:
        self._store.dispatch(CodeAsked(""), ModelsForgotten((path,)))
        self._usable()

    # ------------------------------------------------------------ jobs

    def _begin(self, channel: Channel, command: Command, about: str) -> None:
        self._jobs.begin(
            channel,
            command,
            about=about,
            finished=lambda end: self._finished(channel, end),
            crashed=lambda how: self.refresh(),
        )

    def _finished(self, channel: Channel, end: RunFinished) -> None:
        if end.status == "completed":
            fetched = channel == "download"
            text = (
                translate("Actions", "The model is here.")
                if fetched
                else translate("Actions", "The model can be trained now.")
            )
            self._context.notice("success", text, action=translate("Actions", "Show"), intent="open_models")
            if fetched:
                self._store.dispatch(HubAsked(""))
        self._usable()

    def _usable(self) -> None:
        """A model changed what can be done with it."""
        self.refresh()
        self._on_changed()

    def stop(self) -> list[EngineJob]:
        """End what still runs; returned so that the app can wait for it."""
        return self._jobs.stop()
