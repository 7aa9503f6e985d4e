"""A recipe on its way to another program: its options one by one, until each is accounted for.

The counterpart of ``base.Draft``. Nothing is dropped in silence: an option either moves something in the other
program's file, or it stands as our default would, or it is listed with the reason why it does not.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from engine.contract.recipe import RecipeBase
from engine.contract.results import Unmapped
from engine.migrate.base import Document, shown

NOT_THERE = "There is no such option."


@dataclass(slots=True)
class Sheet:
    """What is still ``left`` of the recipe by dotted path, and what was said instead."""

    recipe: RecipeBase
    document: Document = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    standard: dict[str, Any] = field(default_factory=dict)
    unmapped: list[Unmapped] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path, value, default in leaves(self.recipe):
            self.left[path], self.standard[path] = value, default

    def take(self, path: str) -> Any:
        """The value of an option, which is accounted for with this; None where there is none."""
        return self.left.pop(path, None)

    def move(
        self, path: str, name: str, change: Callable[[Any], Any] = lambda value: value, *, reason: str = ""
    ) -> None:
        """Option ``path`` is the other program's ``name``; ``change`` raises KeyError for a value that it does not have."""
        value = self.take(path)
        if value is None or value == "":
            return
        try:
            self.document[name] = change(value)
        except KeyError:
            self.skip(path, value, reason or "There is no such value.")

    def skip(self, path: str, value: Any, reason: str) -> None:
        """List an option that the other program does not get."""
        self.left.pop(path, None)
        self.unmapped.append(Unmapped(option=path, value=shown(value), reason=reason))

    def finish(self, reasons: dict[str, str]) -> None:
        """List what nobody asked for and is not as it always is."""
        for path, value in list(self.left.items()):
            if value != self.standard[path]:
                self.skip(path, value, reasons.get(path, NOT_THERE))
        self.left.clear()


def leaves(section: BaseModel, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every option of a recipe with its dotted path, its value as JSON has it, and its default."""
    values = section.model_dump(mode="json")
    for name, info in type(section).model_fields.items():
        place = f"{path}.{name}".lstrip(".")
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, place)
            continue
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        yield place, values[name], list(default) if isinstance(default, tuple) else default


@dataclass(frozen=True, slots=True)
class Written:
    """Files for another program, by name beside each other, and what they leave out."""

    files: dict[str, str]
    unmapped: tuple[Unmapped, ...]


class Export(ABC):
    """One form that a recipe may be written in."""

    kind: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]

    @abstractmethod
    def write(self, recipe: RecipeBase, target: Path) -> Written:
        """The files that stand for ``recipe``, of which the first goes to ``target``.

        Raises:
            UserError: it cannot be said in this form at all.
        """
