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
    """Code that the user is shown before it may run, of a folder or of a file of rewards; ``path`` is "" where nobody
    reads."""

    path: str = ""
    code: ModelCode | None = None
    error: ErrorInfo | None = None

    @property
    def rewards(self) -> bool:
        """Whether it is a file of rewards rather than a model's folder."""
        return is_python_file(self.path)


def is_python_file(path: str) -> bool:
    """Whether ``path`` is that of a file of rewards; models have folders."""
    return path.endswith(".py")


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
