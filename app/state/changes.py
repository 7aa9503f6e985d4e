"""Everything that can happen to the state, as frozen values. ``reduce`` is the only reader."""

from dataclasses import dataclass
from typing import Any, Literal

from app.state.model import (
    ChatTurn,
    JobStatus,
    Notice,
    Page,
    Preferences,
    RunSummary,
    TrainState,
)
from app.state.series import Series
from engine.contract.errors import ErrorInfo, FieldError
from engine.contract.messages import Event, Sampling
from engine.contract.results import (
    DataReport,
    DoctorReport,
    Inspection,
    LocalModel,
    Plan,
    Preview,
    Ready,
    SchemaReply,
)

Channel = Literal["train", "export", "evaluate", "starter"]
Side = Literal["base", "tuned"]
DataPart = Literal["inspect", "preview", "statistics"]

# ---------------------------------------------------------------- shell


@dataclass(frozen=True, slots=True)
class PageShown:
    page: Page


@dataclass(frozen=True, slots=True)
class PreferencesSet:
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class FocusHelpSet:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeAdded:
    notice: Notice


@dataclass(frozen=True, slots=True)
class NoticeDismissed:
    notice_id: int


# ---------------------------------------------------------------- the engine for quick questions


@dataclass(frozen=True, slots=True)
class EngineStarting:
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EngineReady:
    ready: Ready


@dataclass(frozen=True, slots=True)
class EngineFailed:
    detail: str


@dataclass(frozen=True, slots=True)
class SchemaArrived:
    schema: SchemaReply


@dataclass(frozen=True, slots=True)
class DoctorArrived:
    doctor: DoctorReport


@dataclass(frozen=True, slots=True)
class ModelsArrived:
    models: tuple[LocalModel, ...]


# ---------------------------------------------------------------- draft and data


@dataclass(frozen=True, slots=True)
class DraftSet:
    """The user changed the recipe; what the planner said no longer holds."""

    recipe: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftChecked:
    """``recipe`` is the completed one when there are no errors."""

    errors: tuple[FieldError, ...]
    recipe: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlanAsked:
    pass


@dataclass(frozen=True, slots=True)
class PlanArrived:
    plan: Plan


@dataclass(frozen=True, slots=True)
class PlanFailed:
    error: ErrorInfo


@dataclass(frozen=True, slots=True)
class DataAsked:
    part: DataPart


@dataclass(frozen=True, slots=True)
class DataInspected:
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class DataPreviewed:
    preview: Preview
    offset: int


@dataclass(frozen=True, slots=True)
class DataCounted:
    report: DataReport


@dataclass(frozen=True, slots=True)
class DataFailed:
    part: DataPart
    error: ErrorInfo


@dataclass(frozen=True, slots=True)
class DataCleared:
    pass


# ---------------------------------------------------------------- jobs


@dataclass(frozen=True, slots=True)
class JobStarting:
    """``run_dir`` is the run the job is about; ``wall`` its start in Unix time."""

    channel: Channel
    run_dir: str = ""
    wall: float = 0.0


@dataclass(frozen=True, slots=True)
class RunStarting:
    """A training run begins, or goes on with what is known of it (``resumed``)."""

    run_id: str
    name: str
    run_dir: str
    recipe: dict[str, Any]
    wall: float
    resumed: TrainState | None = None


@dataclass(frozen=True, slots=True)
class JobAccepted:
    channel: Channel
    run: str


@dataclass(frozen=True, slots=True)
class JobRefused:
    channel: Channel
    error: ErrorInfo


@dataclass(frozen=True, slots=True)
class JobEvents:
    channel: Channel
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class JobWished:
    """The user asked for something whose effect is still to come."""

    channel: Channel
    status: JobStatus


@dataclass(frozen=True, slots=True)
class JobCrashed:
    channel: Channel
    error: ErrorInfo
    log_tail: tuple[str, ...] = ()


# ---------------------------------------------------------------- runs


@dataclass(frozen=True, slots=True)
class RunOpened:
    """A run replayed from its journal takes the Train page."""

    train: TrainState


@dataclass(frozen=True, slots=True)
class RunsListed:
    runs: tuple[RunSummary, ...]


@dataclass(frozen=True, slots=True)
class RunListed:
    """One row of the library is new or changed."""

    run: RunSummary


@dataclass(frozen=True, slots=True)
class RunRemoved:
    run_id: str


@dataclass(frozen=True, slots=True)
class RunRenamed:
    run_id: str
    name: str


@dataclass(frozen=True, slots=True)
class RunsCompared:
    series: tuple[tuple[str, Series], ...]


# ---------------------------------------------------------------- chat


@dataclass(frozen=True, slots=True)
class ChatLoading:
    side: Side
    model: str
    title: str


@dataclass(frozen=True, slots=True)
class ChatReady:
    side: Side


@dataclass(frozen=True, slots=True)
class ChatUnloaded:
    side: Side


@dataclass(frozen=True, slots=True)
class ChatFailed:
    """``usable``: only this answer failed, the model still stands."""

    side: Side
    error: ErrorInfo
    usable: bool = False


@dataclass(frozen=True, slots=True)
class ChatAsked:
    """The conversation as it is sent; an answer to its last turn begins."""

    side: Side
    turns: tuple[ChatTurn, ...]


@dataclass(frozen=True, slots=True)
class ChatTurnsSet:
    side: Side
    turns: tuple[ChatTurn, ...]


@dataclass(frozen=True, slots=True)
class ChatEvents:
    side: Side
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class SystemSet:
    text: str


@dataclass(frozen=True, slots=True)
class SamplingSet:
    sampling: Sampling


Change = (
    PageShown
    | PreferencesSet
    | FocusHelpSet
    | NoticeAdded
    | NoticeDismissed
    | EngineStarting
    | EngineReady
    | EngineFailed
    | SchemaArrived
    | DoctorArrived
    | ModelsArrived
    | DraftSet
    | DraftChecked
    | PlanAsked
    | PlanArrived
    | PlanFailed
    | DataAsked
    | DataInspected
    | DataPreviewed
    | DataCounted
    | DataFailed
    | DataCleared
    | JobStarting
    | RunStarting
    | JobAccepted
    | JobRefused
    | JobEvents
    | JobWished
    | JobCrashed
    | RunOpened
    | RunsListed
    | RunListed
    | RunRemoved
    | RunRenamed
    | RunsCompared
    | ChatLoading
    | ChatReady
    | ChatUnloaded
    | ChatFailed
    | ChatAsked
    | ChatTurnsSet
    | ChatEvents
    | SystemSet
    | SamplingSet
)
