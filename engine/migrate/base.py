"""What every migration is: how to recognise a configuration, and which of its options is which of ours.

Nothing is dropped in silence: every option of the configuration either moves an option of the recipe or is listed with
the reason why it does not.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from engine.contract.results import Unmapped

Document = dict[str, Any]
NO_COUNTERPART = "Luthier has no such option."


@dataclass(slots=True)
class Draft:
    """A recipe in the making, and the configuration's options that are still to be accounted for."""

    source: Mapping[str, Any]
    folder: Path  # of the configuration
    recipe: Document = field(
        default_factory=lambda: {"method": {"kind": "lora"}, "objective": {"kind": "sft"}}
    )
    left: dict[str, Any] = field(default_factory=dict)
    unmapped: list[Unmapped] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = dict(self.source)

    def take(self, name: str) -> Any:
        """The value of an option, which is accounted for with this; None where there is none."""
        return self.left.pop(name, None)

    def move(self, name: str, path: str, change: Callable[[Any], Any] = lambda value: value) -> None:
        """Option ``name`` is option ``path`` of the recipe; ``change`` raises KeyError or ValueError for a value
        that has no counterpart."""
        if name not in self.left:
            return
        value = self.left.pop(name)
        if value is None:
            return
        try:
            self.put(path, change(value))
        except (KeyError, ValueError, TypeError) as error:
            reason = str(error.args[0]) if isinstance(error, ValueError) and error.args else ""
            self.skip(name, value, reason or "This value has no counterpart.")

    def put(self, path: str, value: Any) -> None:
        """Set an option of the recipe."""
        *parents, last = path.split(".")
        place = self.recipe
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value

    def skip(self, name: str, value: Any, reason: str) -> None:
        """List an option that has no counterpart."""
        self.left.pop(name, None)
        self.unmapped.append(Unmapped(option=name, value=shown(value), reason=reason))

    def finish(self) -> None:
        """List whatever nobody asked for."""
        for name, value in list(self.left.items()):
            if value is None:
                continue  # named, but not set
            if isinstance(value, Mapping):
                for inner, part in value.items():
                    self.skip(f"{name}.{inner}", part, NO_COUNTERPART)
                self.left.pop(name)
            else:
                self.skip(name, value, NO_COUNTERPART)


class Migration(ABC):
    """One program's configurations."""

    title: ClassVar[str]

    @classmethod
    @abstractmethod
    def score(cls, document: Mapping[str, Any]) -> float:
        """How surely ``document`` is one of this program, 0 to 1."""

    @abstractmethod
    def convert(self, draft: Draft) -> None:
        """Move what has a counterpart, list what needs another reason than that it has none."""


def shown(value: Any) -> str:
    """A value as it may stand in a list."""
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "…"
