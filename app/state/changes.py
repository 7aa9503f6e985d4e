"""Everything that can happen to the state, as frozen values. ``reduce`` is the only reader.

Named tuples rather than dataclasses: forty of those take 50 ms to define, before the first paint.
"""

from typing import Any, Literal, NamedTuple

from app.state.about_changes import AboutChange
from app.state.advice import AdviceChange
from app.state.dataset import ProposedStep, RowQuery, SkippedFile
from app.state.model import (
    CONTEXT_TOKENS,
    Blind,
    ChatTurn,
    JobStatus,
    KeptConversation,
    Notice,
    Page,
    Preferences,
    RunSummary,
    Server,
    TrainState,
    Version,
)
from app.state.model_changes import ModelChange
from app.state.runtimes import RuntimeChange
from app.state.search import SearchChange
from app.state.series import Series
from app.state.trying import TryChange
from app.state.welcome import WelcomeChange
from engine.contract.errors import ErrorInfo, FieldError
from engine.contract.messages import Event, Sampling
from engine.contract.results import (
    DataReport,
    DatasetVersion,
    DoctorReport,
    Inspection,
    LocalModel,
    Plan,
    Preview,
    Ready,
    RowList,
    SchemaReply,
    StepEffects,
)

Channel = Literal["train", "export", "evaluate", "starter", "build", "api", "download", "convert", "runtime"]
Side = Literal["base", "tuned"]
DataPart = Literal["expand", "inspect", "preview", "statistics", "rows", "effects", "suggest"]

# ---------------------------------------------------------------- shell


class PageShown(NamedTuple):
    page: Page


class PreferencesSet(NamedTuple):
    preferences: Preferences


class FocusHelpSet(NamedTuple):
    title: str
    text: str


class NoticeAdded(NamedTuple):
    notice: Notice


class NoticeDismissed(NamedTuple):
    notice_id: int


# ---------------------------------------------------------------- the engine for quick questions


class EngineStarting(NamedTuple):
    detail: str = ""


class EngineReady(NamedTuple):
    ready: Ready


class EngineFailed(NamedTuple):
    detail: str


class SchemaArrived(NamedTuple):
    schema: SchemaReply


class DoctorArrived(NamedTuple):
    doctor: DoctorReport


class ModelsArrived(NamedTuple):
    models: tuple[LocalModel, ...]


# ---------------------------------------------------------------- draft and data


class DraftSet(NamedTuple):
    """The user changed the recipe; what the planner said no longer holds."""

    recipe: dict[str, Any]


class HistoryMoved(NamedTuple):
    """What undo and redo would take back and bring back, in words; None where there is nothing."""

    undo: str | None
    redo: str | None


class DraftChecked(NamedTuple):
    """``recipe`` is the completed one when there are no errors."""

    errors: tuple[FieldError, ...]
    recipe: dict[str, Any] | None


class PlanAsked(NamedTuple):
    """The planner is at work."""


class PlanArrived(NamedTuple):
    plan: Plan


class PlanFailed(NamedTuple):
    error: ErrorInfo


class DataAsked(NamedTuple):
    part: DataPart


class DataAnswered(NamedTuple):
    """Whatever came of it, this part is no longer waited for."""

    part: DataPart


class DataProgressed(NamedTuple):
    """How far the engine is in what was asked of the data: rows of ``total``, where that is known."""

    what: str  # "read", "clean", "split", "tokenize", ...
    done: float
    total: float | None


class DataInspected(NamedTuple):
    inspection: Inspection


class DataPreviewed(NamedTuple):
    preview: Preview
    offset: int


class DataCounted(NamedTuple):
    report: DataReport


class DataFailed(NamedTuple):
    part: DataPart
    error: ErrorInfo


class DataCleared(NamedTuple):
    """The draft has no dataset any more."""


class DataHalted(NamedTuple):
    """The user stopped the reading of the data, or (False) wants it again."""

    halted: bool


class FilesSkipped(NamedTuple):
    files: tuple[SkippedFile, ...]


class RowsWanted(NamedTuple):
    """Another list of rows; with the same query, the same list of other rows."""

    query: RowQuery


class RowsFound(NamedTuple):
    offset: int
    found: RowList


class EffectsWanted(NamedTuple):
    """Somebody looks at what a step did; ``step`` -1: nobody any more."""

    step: int
    kind: str = ""
    what: str = "removed"


class EffectsArrived(NamedTuple):
    offset: int
    effects: StepEffects


class StepsProposed(NamedTuple):
    """The engine's choice of steps, with reasons; empty when the user has read it."""

    steps: tuple[ProposedStep, ...]


class VersionsListed(NamedTuple):
    versions: tuple[DatasetVersion, ...]


# ---------------------------------------------------------------- jobs


class JobStarting(NamedTuple):
    """``run_dir`` is the run the job is about; ``wall`` its start in Unix time."""

    channel: Channel
    run_dir: str = ""
    wall: float = 0.0


class RunStarting(NamedTuple):
    """A training run begins, or goes on with what is known of it (``resumed``)."""

    run_id: str
    name: str
    run_dir: str
    recipe: dict[str, Any]
    wall: float
    resumed: TrainState | None = None


class JobAccepted(NamedTuple):
    channel: Channel
    run: str


class JobRefused(NamedTuple):
    channel: Channel
    error: ErrorInfo


class JobEvents(NamedTuple):
    channel: Channel
    events: tuple[Event, ...]


class JobWished(NamedTuple):
    """The user asked for something whose effect is still to come."""

    channel: Channel
    status: JobStatus


class JobCrashed(NamedTuple):
    channel: Channel
    error: ErrorInfo
    log_tail: tuple[str, ...] = ()


# ---------------------------------------------------------------- runs


class RunOpened(NamedTuple):
    """A run replayed from its journal takes the Train page."""

    train: TrainState


class RunsListed(NamedTuple):
    runs: tuple[RunSummary, ...]


class RunListed(NamedTuple):
    """One row of the library is new or changed."""

    run: RunSummary


class RunRemoved(NamedTuple):
    run_id: str


class RunRenamed(NamedTuple):
    run_id: str
    name: str


class RunsCompared(NamedTuple):
    series: tuple[tuple[str, Series], ...]


# ---------------------------------------------------------------- chat


class SizesKnown(NamedTuple):
    """About how large each export of a run becomes."""

    run_dir: str
    sizes: dict[str, int]


class ChatLoading(NamedTuple):
    side: Side
    model: str
    title: str
    context_tokens: int = CONTEXT_TOKENS


class ChatWaiting(NamedTuple):
    """The model of this side is loaded when the live run has ended; why it was not, stays known."""

    side: Side


class ChatReady(NamedTuple):
    side: Side


class ChatUnloaded(NamedTuple):
    side: Side


class ChatFailed(NamedTuple):
    """``usable``: only this answer failed, the model still stands."""

    side: Side
    error: ErrorInfo
    usable: bool = False


class ChatAsked(NamedTuple):
    """The conversation as it is sent; an answer to its last turn begins, beside the ``earlier`` ones."""

    side: Side
    turns: tuple[ChatTurn, ...]
    earlier: tuple[Version, ...] = ()


class ChatTurnsSet(NamedTuple):
    side: Side
    turns: tuple[ChatTurn, ...]


class ChatEvents(NamedTuple):
    side: Side
    events: tuple[Event, ...]


class ConversationsFound(NamedTuple):
    kept: tuple[KeptConversation, ...]


class BlindSet(NamedTuple):
    blind: Blind


class ServersKnown(NamedTuple):
    servers: tuple[Server, ...]


class ServerAsked(NamedTuple):
    url: str


class ServerFailed(NamedTuple):
    error: ErrorInfo


class SystemSet(NamedTuple):
    text: str


class SamplingSet(NamedTuple):
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
    | HistoryMoved
    | DraftChecked
    | PlanAsked
    | PlanArrived
    | PlanFailed
    | DataAsked
    | DataAnswered
    | DataProgressed
    | DataInspected
    | DataPreviewed
    | DataCounted
    | DataFailed
    | DataCleared
    | DataHalted
    | FilesSkipped
    | RowsWanted
    | RowsFound
    | EffectsWanted
    | EffectsArrived
    | StepsProposed
    | VersionsListed
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
    | ConversationsFound
    | BlindSet
    | ChatWaiting
    | SizesKnown
    | ServersKnown
    | ServerAsked
    | ServerFailed
    | SystemSet
    | SamplingSet
    | ModelChange
    | AboutChange
    | AdviceChange
    | SearchChange
    | TryChange
    | RuntimeChange
    | WelcomeChange
)
