"""What every dataset format is: how to recognise a row of it, and how to make a conversation of one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from engine.contract.results import Rejection
from engine.data.readers.base import kind_of
from engine.data.rows import JsonObject, Message, Record, Row, reject

_MEDIA = ("images", "image", "videos", "video", "audios", "audio")
_ALIAS_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class Detection:
    """How well a format fits a file, why, and which of the file's columns stand for its names."""

    confidence: float
    reason: str
    mapping: dict[str, str]


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a record becomes."""

    messages: tuple[Message, ...]
    tools: tuple[JsonObject, ...] = ()


class Misfit(Exception):
    """Why a record is no row of its format; becomes a ``Rejection``."""

    def __init__(self, code: str, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.column = code, reason, column


@dataclass(frozen=True, slots=True)
class Cells:
    """A record seen through a column mapping: the format asks by its own names."""

    fields: Mapping[str, Any]
    mapping: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """What the file calls ``name``."""
        return self.mapping.get(name, name)

    def get(self, name: str) -> Any:
        """The cell, or None where there is none."""
        return self.fields.get(self.column(name))

    def text(self, name: str, *, required: bool = False) -> str:
        """The cell as text; "" for an absent optional one.

        Raises:
            Misfit: it is absent though required, or no text.
        """
        column, value = self.column(name), self.get(name)
        if value is None:
            if required and column not in self.fields:
                raise Misfit("missing_column", f"There is no column {column!r} in this row", column)
            if required:
                raise Misfit("missing_value", f"The column {column!r} is empty in this row", column)
            return ""
        if not isinstance(value, str):
            raise Misfit(
                "not_text", f"The column {column!r} holds {kind_of(value)} where text is needed", column
            )
        return value


class Format(ABC):
    """Base of the formats. ``names`` are the columns that a mapping may name."""

    family: ClassVar[str]
    objectives: ClassVar[frozenset[str]] = frozenset({"sft"})
    names: ClassVar[tuple[str, ...]]
    aliases: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    certainty: ClassVar[float] = 0.97  # the confidence when every row of the sample fits

    @abstractmethod
    def fits(self, cells: Cells) -> bool:
        """Whether a record has the columns of this format, with values of the right type."""

    @abstractmethod
    def convert(self, cells: Cells) -> Conversation:
        """The conversation of a record.

        Raises:
            Misfit: it is none.
        """

    def detect(
        self,
        columns: Sequence[str],
        sample: Sequence[Mapping[str, Any]],
        given: Mapping[str, str] | None = None,
    ) -> Detection:
        """How well the format fits ``sample`` (the first rows), with ``given`` as the user's own mapping."""
        mapping, guessed = self.map_columns(columns, given or {})
        fitting = sum(self.fits(Cells(record, mapping)) for record in sample)
        if not sample or not fitting:
            return Detection(0.0, f"no row has the columns of {self.family}", mapping)
        confidence = self.certainty * fitting / len(sample) * _ALIAS_CONFIDENCE ** (guessed > 0)
        found = ", ".join(mapping[name] for name in self.names if name in mapping)
        reason = f"{fitting} of the first {len(sample)} rows have {self.family} columns ({found})"
        return Detection(round(confidence, 3), reason, mapping)

    def map_columns(self, columns: Sequence[str], given: Mapping[str, str]) -> tuple[dict[str, str], int]:
        """The file's column of each name that is there, and how many were guessed from a similar word."""
        folded = {column.strip().casefold(): column for column in reversed(columns)}
        mapping, guessed = {}, 0
        for name in self.names:
            if name in given:
                mapping[name] = given[name]
            elif name in columns:
                mapping[name] = name
            else:
                words = (name, *self.aliases.get(name, ()))
                taken = {*mapping.values(), *given.values()}
                other = next(
                    (folded[word] for word in words if folded.get(word, "") not in taken | {""}), None
                )
                if other is not None:
                    mapping[name] = other
                    guessed += other.casefold() != name
        return mapping, guessed

    def row(self, path: str, record: Record, mapping: Mapping[str, str]) -> Row | Rejection:
        """``record`` as a conversation, or why it cannot be one."""
        try:
            without_media(record.fields)
            conversation = self.convert(Cells(record.fields, mapping))
        except Misfit as misfit:
            return reject(record.line, misfit.code, misfit.reason, misfit.column)
        return Row(path, record.line, conversation.messages, conversation.tools, record.fields)


def without_media(fields: Mapping[str, Any]) -> None:
    """Refuse rows with pictures, sound or film, which a text model would silently never see."""
    for name in _MEDIA:
        if name in fields and fields[name] not in (None, [], "", {}):
            raise Misfit("needs_media", f"The row has {name}, which a text model cannot see", name)
