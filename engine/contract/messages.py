"""Commands, replies and events: every line of the protocol, typed.

The app writes commands to the engine's stdin; the engine writes replies and events to its stdout. A command
carries an ``id`` and gets exactly one reply. What takes long is a *job*: its command is answered at once with
``{"run": NAME}`` and everything after that comes as events of that name, the last being ``run.finished``.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from engine.contract.about import ListWorks, LookForUpdate, ReadLicence
from engine.contract.advice import AskAdvice, StopAdvice
from engine.contract.base_models import DropDownload, ListDownloads, LookUpModel, ShowCode, WeighModel
from engine.contract.command import Command as Command
from engine.contract.command import Message as Message
from engine.contract.errors import ErrorCode, ErrorInfo, UserError
from engine.contract.evaluation import EvaluationWish, WriteReport
from engine.contract.exchange import ExportConfig
from engine.contract.exporting import FileType
from engine.contract.places import LookAtPlaces
from engine.contract.runtimes import CleanRuntimes, InstallRuntime, RemoveRuntime, VerifyRuntime
from engine.contract.search import ListSearches, StartSearch, Trial
from engine.contract.trying import TryStep
from engine.contract.warming import WarmUp

PROTOCOL_VERSION = 1


# ---------------------------------------------------------------- commands


class Hello(Command):
    """First command of a session. Reply: ``results.Ready``."""

    type: Literal["hello"] = "hello"
    protocol: int = PROTOCOL_VERSION
    app_version: str = ""


class GetSchema(Command):
    """Reply: ``results.SchemaReply``; fast and without torch."""

    type: Literal["schema"] = "schema"


class Doctor(Command):
    """Reply: ``results.DoctorReport``."""

    type: Literal["doctor"] = "doctor"


class ListModels(Command):
    """Reply: ``results.ModelList``: what is found on this computer, read-only."""

    type: Literal["models"] = "models"
    folders: tuple[str, ...] = ()


class AllowCode(Command):
    """Let the code in a model's folder run that was shown as ``digest``, or no longer. Reply: ``{}``."""

    type: Literal["models.allow_code"] = "models.allow_code"
    path: str
    digest: str
    allowed: bool = True


class ConvertModel(Command):
    """Job. Makes a GGUF file or a folder with pickled weights trainable; ``model`` in its result is the new folder."""

    type: Literal["models.convert"] = "models.convert"
    path: str


class DownloadModel(Command):
    """Job. Fetches a model by its name on a hub; what was fetched before is not fetched again. ``model`` in its result
    is the folder."""

    type: Literal["models.download"] = "models.download"
    name: str  # organisation/model
    revision: str = "main"
    hub: Literal["hugging_face", "modelscope"] = "hugging_face"
    endpoint: str = ""  # a mirror of the hub


class CheckRecipe(Command):
    """Reply: ``results.RecipeCheck``: the completed recipe, or every fault in it."""

    type: Literal["recipe.check"] = "recipe.check"
    recipe: dict[str, Any]
    base_dir: str | None = None


class ExpandData(Command):
    """Folders, archives and lists of datasets as the files in them. Reply: ``results.ExpandedData``."""

    type: Literal["data.expand"] = "data.expand"
    paths: tuple[str, ...]


class SuggestSteps(Command):
    """The cleaning steps that suit the rows, in their order, with reasons. Reply: ``results.SuggestedSteps``."""

    type: Literal["data.suggest_steps"] = "data.suggest_steps"
    recipe: dict[str, Any]


class ImportConfig(Command):
    """A configuration file of another program as a recipe. Reply: ``results.ImportedConfig``."""

    type: Literal["recipe.import"] = "recipe.import"
    path: str


class InspectData(Command):
    """Reply: ``results.Inspection``."""

    type: Literal["data.inspect"] = "data.inspect"
    sources: tuple[dict[str, Any], ...]  # as recipe.data.sources


class PreviewData(Command):
    """Rows after cleaning, rendered and tokenized as they will be trained. Reply: ``results.Preview``."""

    type: Literal["data.preview"] = "data.preview"
    recipe: dict[str, Any]
    offset: int = 0
    limit: int = 20


class DataStatistics(Command):
    """Lengths in tokens, cleaning counts, split sizes. Reply: ``results.DataReport``."""

    type: Literal["data.statistics"] = "data.statistics"
    recipe: dict[str, Any]


class ShowEffects(Command):
    """What the cleaning step at place ``step`` of the recipe removed or changed. Reply: ``results.StepEffects``."""

    type: Literal["data.effects"] = "data.effects"
    recipe: dict[str, Any]
    step: int
    what: Literal["removed", "changed"] = "removed"
    offset: int = 0
    limit: int = 50


class FindRows(Command):
    """Rows after cleaning that hold ``query`` (any text if empty), in an order. Reply: ``results.RowList``."""

    type: Literal["data.find"] = "data.find"
    recipe: dict[str, Any]
    query: str = ""
    where: Literal["any", "prompt", "answer", "source"] = "any"
    sort: Literal["file", "shortest", "longest", "most_turns"] = "file"
    offset: int = 0
    limit: int = 200


class ListVersions(Command):
    """Reply: ``results.DatasetVersions``: the kept versions of datasets, newest first."""

    type: Literal["data.versions"] = "data.versions"


class BuildData(Command):
    """Job. Writes the cleaned, split dataset with its card; without ``out`` as a version among Luthier's datasets.
    Its result is ``results.BuiltData``."""

    type: Literal["data.build"] = "data.build"
    recipe: dict[str, Any]
    out: str | None = None
    file_type: str = "jsonl"  # jsonl, parquet, csv
    form: str = "messages"  # messages, alpaca, sharegpt
    licence: str = ""
    guard: bool = True  # cells that a spreadsheet would compute are made plain text


class MakePlan(Command):
    """Memory, disk and time before anything starts. Reply: ``results.Plan``."""

    type: Literal["plan"] = "plan"
    recipe: dict[str, Any]
    all_cards: bool = False  # also whether it would fit on each known graphics card
    changes: bool | None = None  # what would take less memory: always, never, or (None) where it does not fit


class InstallStarter(Command):
    """Job. Fetches the starter model."""

    type: Literal["starter.install"] = "starter.install"


class StartRun(Command):
    """Job. Trains; with ``resume`` it goes on from the newest good checkpoint in the run's folder."""

    type: Literal["run.start"] = "run.start"
    recipe: dict[str, Any]
    run_dir: str | None = None  # default: recipe.run.output_dir, else a new folder among Luthier's runs
    resume: bool = False


class KeepRun(Command):
    """Job. Ends a run that broke off with what its newest good checkpoint has learnt; no further step is made."""

    type: Literal["run.keep"] = "run.keep"
    run_dir: str


class ControlRun(Command):
    """Reply: ``{}`` once noted; the effect arrives as events, at the next micro-step."""

    type: Literal["run.control"] = "run.control"
    run: str
    action: Literal["pause", "stop", "discard", "save", "cancel"]


class StartMerge(Command):
    """Job. Merges the adapter of a run into its base; ``others`` are runs over the same base and their weights."""

    type: Literal["merge.start"] = "merge.start"
    run_dir: str
    out: str | None = None
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    shard_gb: float = Field(5.0, gt=0.0)
    weight: float = 1.0
    others: dict[str, float] = {}
    combination: Literal["linear", "ties", "dare_linear", "dare_ties"] = "linear"
    density: float = Field(0.5, gt=0.0, le=1.0)  # share of each change that TIES and DARE keep
    file_type: FileType = "safetensors"


class PredictExport(Command):
    """Reply: ``exporting.ExportSizes``: about how large each form of a run becomes."""

    type: Literal["export.sizes"] = "export.sizes"
    run_dir: str


class StartExport(Command):
    """Job. ``targets`` as on the command line: ``adapter``, ``merged``, ``gguf:q8_0``, ..."""

    type: Literal["export.start"] = "export.start"
    run_dir: str
    targets: tuple[str, ...]
    out: str | None = None
    verify: bool = True


class StartEvaluation(Command):
    """Job. Held-out figures and answers, before and after. Result: ``EvaluationReport``."""

    type: Literal["evaluate.start"] = "evaluate.start"
    run_dir: str
    wish: EvaluationWish = EvaluationWish()


class LoadChat(Command):
    """Job. Loads one model into this process for ``chat.send``."""

    type: Literal["chat.load"] = "chat.load"
    model: str  # "starter", a GGUF file, a model folder, a run folder, or URL#NAME of a server's model
    context_tokens: int = 4096
    key: str = Field("", repr=False)  # of the server
    reserved_bytes: dict[str, int] = {}  # what a live run may still take, by device (cpu, cuda)
    patience_s: float = Field(0.0, ge=0.0, le=600.0)  # for memory that is just being given back
    anyway: bool = False  # also where it does not seem to fit


class ListServer(Command):
    """Reply: ``results.ServerModels``: what a server that speaks OpenAI's interface has."""

    type: Literal["server.models"] = "server.models"
    url: str
    key: str = Field("", repr=False)


class Turn(Message):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Sampling(Message):
    """How the next token is drawn; the defaults of a balanced conversation."""

    temperature: float = Field(0.7, ge=0.0, le=5.0)
    top_p: float = Field(0.9, gt=0.0, le=1.0)
    top_k: int = Field(40, ge=0)
    min_p: float = Field(0.05, ge=0.0, le=1.0)
    repeat_penalty: float = Field(1.05, ge=0.0, le=5.0)
    max_tokens: int = Field(512, ge=1)
    seed: int = Field(42, ge=0, le=2**32 - 1)
    stop: tuple[str, ...] = ()


class SendChat(Command):
    """Job. Streams ``text`` events, then ``run.finished`` with ``results.ChatReply``."""

    type: Literal["chat.send"] = "chat.send"
    messages: tuple[Turn, ...]
    sampling: Sampling = Sampling()


class StartApi(Command):
    """Job. Answers other programs of this computer with one model, as OpenAI's interface does, until it is cancelled;
    ``service.ready`` says where. ``port`` 0 is any that is free."""

    type: Literal["api.start"] = "api.start"
    model: str  # as in chat.load
    port: int = Field(0, ge=0, lt=1 << 16)
    context_tokens: int = 4096
    reserved_bytes: dict[str, int] = {}  # as in chat.load


class Shutdown(Command):
    """Reply ``{}``, then the engine stops its job (keeping it) and exits."""

    type: Literal["shutdown"] = "shutdown"


AnyCommand = Annotated[
    Hello
    | GetSchema
    | Doctor
    | WarmUp
    | ListWorks
    | ReadLicence
    | LookForUpdate
    | LookAtPlaces
    | ListModels
    | WeighModel
    | ShowCode
    | LookUpModel
    | ListDownloads
    | DropDownload
    | AllowCode
    | ConvertModel
    | DownloadModel
    | InstallRuntime
    | VerifyRuntime
    | RemoveRuntime
    | CleanRuntimes
    | CheckRecipe
    | ImportConfig
    | ExportConfig
    | ExpandData
    | InspectData
    | SuggestSteps
    | PreviewData
    | DataStatistics
    | ShowEffects
    | FindRows
    | ListVersions
    | BuildData
    | MakePlan
    | TryStep
    | AskAdvice
    | StopAdvice
    | ListSearches
    | StartSearch
    | InstallStarter
    | StartRun
    | KeepRun
    | ControlRun
    | StartMerge
    | PredictExport
    | StartExport
    | StartEvaluation
    | WriteReport
    | LoadChat
    | ListServer
    | SendChat
    | StartApi
    | Shutdown,
    Field(discriminator="type"),
]

# ---------------------------------------------------------------- replies


class Ok(Message):
    type: Literal["ok"] = "ok"
    id: int
    result: dict[str, Any] = {}


class Failure(Message):
    type: Literal["error"] = "error"
    id: int | None  # None: the line that failed had no readable id
    error: ErrorInfo


# ---------------------------------------------------------------- events


class Event(BaseModel):
    """Something that happened in a job. ``seq`` counts from 1 without gaps in the journal; ``t`` is in seconds
    since the job began; ``wall`` is Unix time. Unknown fields are ignored, so that an older app can read a newer engine."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    run: str = ""
    seq: int = 0
    t: float = 0.0
    wall: float = 0.0


class Phase(Event):
    """A named part of the job began or ended: load, read, tokenize, train, evaluate, save, merge, convert, ..."""

    type: Literal["phase"] = "phase"
    name: str
    state: Literal["started", "finished"]
    detail: str = ""


class Progress(Event):
    """How far a phase is. ``eta_s`` is (earliest, latest) seconds left."""

    type: Literal["progress"] = "progress"
    name: str
    done: float
    total: float | None = None
    unit: str = ""
    eta_s: tuple[float, float] | None = None


class Metrics(Event):
    """Series by name, one value a step. A new metric is new data, not a new message."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, list[float]]

    type: Literal["metrics"] = "metrics"
    step: list[int]

    @property
    def series(self) -> dict[str, list[float]]:
        """Values by metric name, each as long as ``step``."""
        return self.__pydantic_extra__


class Checkpoint(Event):
    """A complete checkpoint stands on disk."""

    type: Literal["checkpoint"] = "checkpoint"
    step: int
    path: str
    reason: Literal["scheduled", "asked", "pause", "stop", "end"] = "scheduled"
    best: bool = False


class Sample(Event):
    """A held-out prompt answered by the model as it is now."""

    type: Literal["sample"] = "sample"
    step: int
    prompt: str
    answer: str
    reference: str = ""


class Warn(Event):
    """Something the user should know that stops nothing."""

    type: Literal["warning"] = "warning"
    code: str
    message: str
    hint: str | None = None


class Heartbeat(Event):
    """The job lives, though nothing else is to be said. Every 5 s."""

    type: Literal["heartbeat"] = "heartbeat"
    memory_bytes: int = 0


class Text(Event):
    """A piece of a streamed answer."""

    type: Literal["text"] = "text"
    text: str


class ServiceReady(Event):
    """A server answers now, at ``address``, whoever has the token."""

    type: Literal["service.ready"] = "service.ready"
    address: str
    name: str  # what clients call the model
    token: str


class TrialChanged(Event):
    """A trial of a search began, was measured, or ended."""

    type: Literal["search.trial"] = "search.trial"
    trial: Trial


class RunStarted(Event):
    """First event of a job: what it is and where it keeps its files."""

    type: Literal["run.started"] = "run.started"
    kind: str  # train, merge, export, evaluate, chat.load, chat, starter
    run_dir: str = ""
    pid: int = 0
    total_steps: int | None = None
    resumed_from: int | None = None


class RunScope(Event):
    """How much a training run is, once data and settings are known."""

    type: Literal["run.scope"] = "run.scope"
    total_steps: int
    first_step: int = 0  # steps already done before this session
    train_rows: int = 0
    validation_rows: int = 0


class RunFinished(Event):
    """Last event of a job. ``result`` is the job's own result model; ``paths`` names every file it left."""

    type: Literal["run.finished"] = "run.finished"
    status: Literal["completed", "stopped", "paused", "failed"]
    result: dict[str, Any] = {}
    paths: dict[str, str] = {}
    error: ErrorInfo | None = None


AnyEvent = Annotated[
    Phase
    | Progress
    | Metrics
    | Checkpoint
    | Sample
    | Warn
    | Heartbeat
    | Text
    | ServiceReady
    | TrialChanged
    | RunStarted
    | RunScope
    | RunFinished,
    Field(discriminator="type"),
]

# Validators are built when they are first used: together they take 100 ms, which the window's first paint need not wait for.
_LATER = ConfigDict(defer_build=True)
COMMANDS: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand, config=_LATER)
EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent, config=_LATER)
REPLIES: TypeAdapter[Ok | Failure] = TypeAdapter(
    Annotated[Ok | Failure, Field(discriminator="type")], config=_LATER
)
REPLY_TYPES = frozenset({"ok", "error"})


def parse_command(message: dict[str, Any]) -> AnyCommand:
    """A decoded line as a command.

    Raises:
        UserError: ``BAD_COMMAND`` naming what is wrong with it.
    """
    try:
        return COMMANDS.validate_python(message)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UserError(ErrorCode.BAD_COMMAND, f"{place or 'command'}: {first['msg']}") from None


def parse_from_engine(message: dict[str, Any]) -> Ok | Failure | AnyEvent | None:
    """A decoded line of the engine as reply or event; None for a type this version does not know.

    Raises:
        pydantic.ValidationError: a known type with wrong fields.
    """
    kind = message.get("type")
    if kind in REPLY_TYPES:
        return REPLIES.validate_python(message)
    if kind not in EVENT_TYPES:
        return None
    return EVENTS.validate_python(message)


EVENT_TYPES = frozenset(str(kind.model_fields["type"].default) for kind in get_args(get_args(AnyEvent)[0]))
