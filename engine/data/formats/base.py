"""What every dataset format is: how to recognise a row of it, and how to make a conversation of one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from engine.contract.results import Rejection
from engine.data.readers.base import kind_of
from engine.data.rows import JsonObject, Message, Record, Row, reject

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
    rejected: tuple[Message, ...] = ()
    label: bool | None = None


class Misfit(Exception):
    """Why a record is no row of its format; becomes a ``Rejection``."""

    def __init__(self, code: str, reason: str, column: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.column = code, reason, column


@dataclass(frozen=True, slots=True)
class Cells:
    """A record seen through what the recipe says of its file: the format asks by its own names.

    ``mapping``: from the format's names to columns; ``roles``: from the file's words to known ones; ``fill``: from
    columns to what stands in their empty cells.
    """

    fields: Mapping[str, Any]
    mapping: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    fill: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """What the file calls ``name``."""
        return self.mapping.get(name, name)

    def get(self, name: str) -> Any:
        """The cell, filled where it is empty; None where there is none."""
        column = self.column(name)
        value = self.fields.get(column)
        if column in self.fill and (value is None or (isinstance(value, str) and not value.strip())):
            return self.fill[column]
        return value

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
    objectives: ClassVar[frozenset[str]] = frozenset({"sft", "grpo", "ppo"})
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
        *,
        roles: Mapping[str, str] | None = None,
        fill: Mapping[str, str] | None = None,
    ) -> Detection:
        """How well the format fits ``sample`` (the first rows), with ``given`` as the user's own mapping."""
        mapping, guessed = self.map_columns(columns, given or {})
        fitting = sum(self.fits(Cells(record, mapping, roles or {}, fill or {})) for record in sample)
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

    def row(
        self,
        path: str,
        record: Record,
        mapping: Mapping[str, str],
        *,
        roles: Mapping[str, str] | None = None,
        fill: Mapping[str, str] | None = None,
    ) -> Row | Rejection:
        """``record`` as a row, or why it cannot be one."""
        try:
            made = self.convert(Cells(record.fields, mapping, roles or {}, fill or {}))
        except Misfit as misfit:
            return reject(record.line, misfit.code, misfit.reason, misfit.column)
        return Row(
            path,
            record.line,
            made.messages,
            tools=made.tools,
            rejected=made.rejected,
            label=made.label,
            raw=record.fields,
        )
