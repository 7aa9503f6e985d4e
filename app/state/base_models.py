"""What the Models page looks at: how each model suits this computer, what a hub has, whose code is being read."""

from dataclasses import dataclass, field

from engine.contract.base_models import Download, HubModel, ModelCode, ModelFit
from engine.contract.errors import ErrorInfo


@dataclass(frozen=True, slots=True)
class HubSearch:
    """The download form: what was asked of a hub, and what it said."""

    name: str = ""
    asking: bool = False
    found: HubModel | None = None
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class CodeReading:
    """A folder's code that the user is shown before it may run; ``path`` is "" where nobody reads."""

    path: str = ""
    code: ModelCode | None = None
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class ModelsState:
    """``scanned``: the computer was looked through at least once."""

    scanning: bool = False
    scanned: bool = False
    error: ErrorInfo | None = None
    fits: dict[str, ModelFit] = field(default_factory=dict)  # by path
    search: HubSearch = field(default_factory=HubSearch)
    downloads: tuple[Download, ...] = ()  # those that were broken off
    reading: CodeReading = field(default_factory=CodeReading)
