"""Everything the screens show, as frozen values. No Qt, no I/O; ``reduce`` makes the next one."""

from dataclasses import dataclass, field
from typing import Any, Literal

from app.state.about import AboutState
from app.state.advice import AdviceState
from app.state.base_models import ModelsState
from app.state.dataset import DataProgress, EffectsState, ProposedStep, RowListing, SkippedFile
from app.state.runtimes import RuntimesState
from app.state.search import SearchState
from app.state.series import Series
from app.state.welcome import WelcomeState
from engine.contract.errors import ErrorInfo, FieldError
from engine.contract.evaluation import EvaluationReport
from engine.contract.messages import LoadChat, Sampling
from engine.contract.results import (
    BuiltData,
    ChatReply,
    DataReport,
    DatasetVersion,
    DoctorReport,
    ExportReport,
    Inspection,
    LocalModel,
    Plan,
    Preview,
    SchemaReply,
)

Page = Literal["home", "data", "method", "train", "export", "chat", "models", "settings"]
PAGES: tuple[Page, ...] = ("home", "data", "method", "train", "export", "chat", "models", "settings")

JobStatus = Literal[
    "idle",
    "starting",
    "running",
    "pausing",
    "stopping",
    "paused",
    "stopped",
    "completed",
    "failed",
    "crashed",
]
CONTEXT_TOKENS = int(LoadChat.model_fields["context_tokens"].default)
ACTIVE: frozenset[JobStatus] = frozenset({"starting", "running", "pausing", "stopping"})


@dataclass(frozen=True, slots=True)
class EngineState:
    """The long-lived engine for quick questions."""

    status: Literal["starting", "ready", "failed"] = "starting"
    detail: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    doctor: DoctorReport | None = None
    schema: SchemaReply | None = None
    models: tuple[LocalModel, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseMark:
    """A named part of a job; ``seconds`` is None while it runs."""

    name: str
    started_t: float
    seconds: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class JobState:
    """One job, whatever its kind: where it is, how far, and how it ended."""

    run: str = ""
    kind: str = ""
    status: JobStatus = "idle"
    run_dir: str = ""
    started_wall: float = 0.0
    t: float = 0.0  # job time of the newest event, seconds
    phases: tuple[PhaseMark, ...] = ()
    progress_name: str = ""
    progress_done: float = 0.0
    progress_total: float | None = None
    progress_unit: str = ""
    eta_s: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()
    error: ErrorInfo | None = None
    result: dict[str, Any] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    log_tail: tuple[str, ...] = ()  # last lines of stderr, shown after a crash

    @property
    def active(self) -> bool:
        """Whether the job still runs."""
        return self.status in ACTIVE


@dataclass(frozen=True, slots=True)
class CheckpointMark:
    step: int
    path: str
    best: bool = False


@dataclass(frozen=True, slots=True)
class SampleMark:
    step: int
    prompt: str
    answer: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class TrainState:
    """The run on the Train page: live or reopened, the same."""

    job: JobState = field(default_factory=JobState)
    run_id: str = ""  # library id; "" when no run is open
    name: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    total_steps: int | None = None
    rows: int = 0  # training rows, once known
    step: int = 0
    series: dict[str, Series] = field(default_factory=dict)  # metric name -> (steps, values)
    checkpoints: tuple[CheckpointMark, ...] = ()
    samples: tuple[SampleMark, ...] = ()
    plan: Plan | None = None  # of the draft that was started; None for a run that was found or resumed
    compare: tuple[tuple[str, Series], ...] = ()  # (run name, its train/loss) laid over the chart
    evaluation: EvaluationReport | None = None  # the one that the run's folder kept when it was opened


@dataclass(frozen=True, slots=True)
class DataState:
    """What is known of the draft's dataset. The sources themselves stand in the draft's recipe."""

    inspection: Inspection | None = None
    preview: Preview | None = None
    preview_offset: int = 0
    report: DataReport | None = None
    busy: frozenset[str] = (
        frozenset()
    )  # of "expand", "inspect", "preview", "statistics", "rows", "effects", "suggest"
    error: ErrorInfo | None = None
    progress: DataProgress = field(default_factory=DataProgress)
    halted: bool = False  # the user stopped the reading; nothing is asked until something changes
    listing: RowListing = field(default_factory=RowListing)
    effects: EffectsState = field(default_factory=EffectsState)
    skipped: tuple[SkippedFile, ...] = ()
    proposed: tuple[ProposedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildState:
    """The dataset that is written as a version or a file, and the versions that were kept before."""

    job: JobState = field(default_factory=JobState)
    out: str = ""  # the folder it goes to; "" is a new version
    made: BuiltData | None = None
    versions: tuple[DatasetVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftState:
    """The recipe being written: a plain document, its faults, and what the planner says of it."""

    recipe: dict[str, Any] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    plan: Plan | None = None
    plan_error: ErrorInfo | None = None
    planning: bool = False
    undo: str | None = None  # what undoing takes back, in words; None where there is nothing
    redo: str | None = None


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One row of the library."""

    id: str
    name: str
    dir: str
    status: JobStatus
    created: float  # Unix time
    method: str = ""
    base_model: str = ""
    dataset: str = ""
    rows: int = 0
    step: int = 0
    total_steps: int | None = None
    loss: float | None = None
    eval_loss: float | None = None
    spark: tuple[float, ...] = ()  # up to 60 losses
    disk_bytes: int = 0
    checkpoint_step: int | None = None
    search: str = ""  # folder of the search that it is a trial of


@dataclass(frozen=True, slots=True)
class ExportState:
    job: JobState = field(default_factory=JobState)
    run_dir: str = ""
    report: ExportReport | None = None
    evaluation_job: JobState = field(default_factory=JobState)
    evaluation: EvaluationReport | None = None


@dataclass(frozen=True, slots=True)
class PredictedSizes:
    """About the bytes of each export of a run, by its spelling; forms that it cannot have are missing."""

    run_dir: str = ""
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One of several wordings of a turn, and how the conversation went on after it."""

    content: str
    reply: ChatReply | None = None
    tail: "tuple[ChatTurn, ...]" = ()


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """``content`` and ``reply`` are those of the chosen version; ``versions`` is empty where there is only one."""

    role: Literal["user", "assistant"]
    content: str
    reply: ChatReply | None = None
    versions: tuple[Version, ...] = ()
    chosen: int = 0


@dataclass(frozen=True, slots=True)
class ChatSide:
    """One of the two columns of the chat: base or tuned, each with its own engine process."""

    model: str = ""  # path; "" = nothing chosen
    title: str = ""
    status: Literal["empty", "loading", "waiting", "ready", "answering", "failed"] = "empty"
    turns: tuple[ChatTurn, ...] = ()
    partial: str = ""  # the answer as it streams
    earlier: tuple[Version, ...] = ()  # of the answer on its way
    error: ErrorInfo | None = None
    context_tokens: int = CONTEXT_TOKENS


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """One line of the list of conversations."""

    id: str
    title: str
    changed: float  # Unix time


@dataclass(frozen=True, slots=True)
class Server:
    """A server with models to talk to. Its key is not part of the state."""

    url: str
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blind:
    """A vote between two answers whose models are not shown: A stands left, B right."""

    on: bool = False
    swapped: bool = False  # A is the tuned model
    revealed: bool = True
    base: int = 0  # votes for each, and for neither
    alike: int = 0
    tuned: int = 0


@dataclass(frozen=True, slots=True)
class ChatState:
    base: ChatSide = field(default_factory=ChatSide)
    tuned: ChatSide = field(default_factory=ChatSide)
    system: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    blind: Blind = field(default_factory=Blind)
    servers: tuple[Server, ...] = ()
    asking: str = ""  # the address that is being asked for its models
    server_error: ErrorInfo | None = None
    kept: tuple[KeptConversation, ...] = ()  # those that were found


@dataclass(frozen=True, slots=True)
class ApiState:
    """The local API: what it serves, and where once it answers. The token stands nowhere else."""

    job: JobState = field(default_factory=JobState)
    model: str = ""  # as it was asked for
    address: str = ""  # "" while it does not answer
    name: str = ""  # what clients call the model
    token: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the user set; kept in QSettings by ``app.models.preferences``."""

    theme: Literal["system", "light", "dark"] = "system"
    language: Literal["system", "en", "zh_CN"] = "system"
    rail_expanded: bool = True
    model_folders: tuple[str, ...] = ()
    offline: bool = False  # nothing is fetched; kept as a file that the engine looks for as well
    mirror: str = ""  # of Hugging Face
    welcomed: bool = False  # the first run was completed or skipped
    keep_awake: bool = (
        True  # the computer, while a run goes on; kept as a file that the engine looks for as well
    )
    check_updates: bool = False  # look for a newer version at each start
    update_feed: str = ""  # where


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message at the edge of the window, with at most one action."""

    id: int
    kind: Literal["info", "success", "warning", "danger"]
    text: str
    action: str = ""  # label; "" = none
    intent: str = ""  # what the action does: "open_train", "resume:RUN", "undo", "reveal:PATH"


@dataclass(frozen=True, slots=True)
class AppState:
    """The whole."""

    page: Page = "home"
    welcome: WelcomeState = field(default_factory=WelcomeState)
    engine: EngineState = field(default_factory=EngineState)
    draft: DraftState = field(default_factory=DraftState)
    advice: AdviceState = field(default_factory=AdviceState)
    search: SearchState = field(default_factory=SearchState)
    data: DataState = field(default_factory=DataState)
    build: BuildState = field(default_factory=BuildState)
    train: TrainState = field(default_factory=TrainState)
    export: ExportState = field(default_factory=ExportState)
    sizes: PredictedSizes = field(default_factory=PredictedSizes)
    chat: ChatState = field(default_factory=ChatState)
    api: ApiState = field(default_factory=ApiState)
    runs: tuple[RunSummary, ...] = ()
    preferences: Preferences = field(default_factory=Preferences)
    notices: tuple[Notice, ...] = ()
    starter_job: JobState = field(default_factory=JobState)
    search_job: JobState = field(default_factory=JobState)
    try_job: JobState = field(default_factory=JobState)
    try_recipe: dict[str, Any] = field(default_factory=dict)  # the draft that ``try_job`` is about
    models: ModelsState = field(default_factory=ModelsState)
    download_job: JobState = field(default_factory=JobState)  # ``run_dir`` is the model's name
    convert_job: JobState = field(default_factory=JobState)  # ``run_dir`` is what is converted
    runtimes: RuntimesState = field(default_factory=RuntimesState)
    runtime_job: JobState = field(default_factory=JobState)  # ``run_dir`` is what it is about
    about: AboutState = field(default_factory=AboutState)
    focus_help: tuple[str, str] = ("", "")  # title and help of the field in focus
