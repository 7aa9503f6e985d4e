"""Rows to a file: in a form and a file type found by name, row by row, and whole or not at all.

A file is written beside its place under a hidden name and renamed when it is complete, so that a full disk, a
refused row or a cancelled job leaves what stood there before.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.contract.errors import ErrorCode, UserError
from engine.contract.validation import nearest
from engine.data.discover import members
from engine.data.forms.base import KINDS, Column, Form, Kind, Unfit, kind_of_row
from engine.data.rows import JsonObject, Row
from engine.data.writers.base import Writer

Tick = Callable[[int], None]  # called now and then with the rows written so far; may raise to end the writing
T = TypeVar("T")

RESERVE_BYTES = 100_000_000  # what is left to the other programs of this computer
_TICK_ROWS = 500
_PART = ".luthier-part-"


@dataclass(frozen=True, slots=True)
class Shape:
    """The writer and the form of an output."""

    writer: Writer
    form: Form
    guard: bool = True

    @classmethod
    def named(cls, file_type: str, form: str, *, guard: bool = True) -> "Shape":
        """The shape with these names.

        Raises:
            UserError: ``BAD_COMMAND`` when one of them is unknown.
        """
        return cls(writer_named(file_type), form_named(form), guard)


def forms() -> dict[str, Form]:
    """The forms of this installation by name."""
    return {item.name: item() for item in members("engine.data.forms", Form)}  # type: ignore[type-abstract]


def writers() -> dict[str, Writer]:
    """The file types that can be written, by name."""
    return {item.file_type: item() for item in members("engine.data.writers", Writer)}  # type: ignore[type-abstract]


def form_named(name: str) -> Form:
    """The form called ``name``.

    Raises:
        UserError: ``BAD_COMMAND`` when there is none.
    """
    return _named(name, forms(), "form")


def writer_named(name: str) -> Writer:
    """The writer of the file type called ``name``.

    Raises:
        UserError: ``BAD_COMMAND`` when there is none.
    """
    return _named(name, writers(), "file type")


def write_rows(
    rows: Sequence[Row],
    path: Path,
    *,
    writer: Writer,
    form: Form,
    guard: bool = True,
    tick: Tick | None = None,
) -> None:
    """Write ``rows`` to ``path``. ``guard``: see ``Writer.write``.

    Raises:
        UserError: ``EXPORT_FAILED`` when a row cannot take the form, ``DISK_FULL``.
    """
    kind = kind_of_row(rows[0]) if len(rows) else "conversation"
    columns = _columns(rows, form, kind, tick or _no_tick) if writer.table else form.columns
    with whole(path) as part:
        records = _watched(_records(rows, form, kind), path.parent, tick or _no_tick)
        writer.write(part, records, columns, guard=guard)


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A hidden place beside ``path`` to write to; renamed to ``path`` at the end, gone if that is not reached."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{_PART}{os.getpid()}-{path.name}")
    try:
        yield part
        _sync(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def require_space(folder: Path, needed: int) -> None:
    """Check the disk of ``folder`` (which need not exist yet) for ``needed`` bytes besides the reserve.

    Raises:
        UserError: ``DISK_FULL`` with what is needed and what is free.
    """
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed + RESERVE_BYTES:
        raise UserError(
            ErrorCode.DISK_FULL,
            f"The dataset needs about {needed / 1e6:,.0f} MB in {folder}, and {free / 1e6:,.0f} MB are free "
            f"({RESERVE_BYTES / 1e6:.0f} MB are left to other programs).",
            hint="Free some space or choose another folder.",
            details={"needed_bytes": needed, "free_bytes": free, "path": str(folder)},
        )


def _named(name: str, known: Mapping[str, T], what: str) -> T:
    if name in known:
        return known[name]
    near = nearest(name, list(known))
    raise UserError(
        ErrorCode.BAD_COMMAND,
        f"There is no {what} {name!r}; there are: {', '.join(known)}",
        hint=f"Did you mean {near!r}?" if near else None,
    )


def _records(rows: Sequence[Row], form: Form, kind: Kind) -> Iterator[JsonObject]:
    for row in rows:
        if kind_of_row(row) != kind:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"{row.path}, line {row.line}: the row is of the kind {KINDS[kind_of_row(row)]}, the rows before "
                f"it are {KINDS[kind]}, and one file holds one kind",
                hint="Write the files of each kind on their own.",
            )
        try:
            yield form.record(row)
        except Unfit as unfit:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                f"{row.path}, line {row.line}: the row {unfit}, which the form {form.name} has no place for",
                hint="Choose the form messages, which holds every row.",
            ) from None


def _columns(rows: Sequence[Row], form: Form, kind: Kind, tick: Tick) -> Mapping[str, Column]:
    """The columns that ``rows`` use, found in a pass of its own before anything is written."""
    used: set[str] = set()
    for count, record in enumerate(_records(rows, form, kind), start=1):
        used.update(record)
        if count % _TICK_ROWS == 0:
            tick(0)
    return {name: column for name, column in form.columns.items() if name in used}


def _watched(records: Iterator[JsonObject], folder: Path, tick: Tick) -> Iterator[JsonObject]:
    for count, record in enumerate(records, start=1):
        yield record
        if count % _TICK_ROWS == 0:
            tick(count)
            require_space(folder, 0)


def _no_tick(_rows: int) -> None:
    pass


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
