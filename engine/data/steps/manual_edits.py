"""Rows that somebody edited or took out by hand, as a step like any other, so that undo, versions and reruns know them.

The app fills it in where rows are looked at; in the list of steps to add it is hidden (``widget`` in its schema).
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from engine.contract.recipe import Section, option
from engine.data.rows import Message, Row
from engine.data.steps.base import Step, StepResult, replace_rows


class EditedTurn(Section):
    """One turn as it was written by hand."""

    role: Literal["system", "user", "assistant", "tool"] = option(title="Role", help="Who speaks.")
    content: str = option("", title="Text", help="What is said.")
    tool_calls: tuple[dict[str, Any], ...] = option((), title="Function calls", help="As the row has them.")


class RowEdit(Section):
    """What became of one row, which is known by its file and line."""

    path: str = option(title="File", help="The file of the row.")
    line: int = option(ge=0, title="Line", help="The line of the row.")
    messages: tuple[EditedTurn, ...] | None = option(
        None, title="Turns", help="What the row says now; without it the row is taken out."
    )
    rejected: tuple[EditedTurn, ...] = option(
        (), title="Rejected answer", help="Of a preference pair: the other answer."
    )


class ManualEdits(Step, kind="manual_edits", title="Edited by hand"):
    """Changes and removes single rows, as they were edited in the list of rows."""

    model_config = ConfigDict(json_schema_extra={"widget": "hidden"})
    group: ClassVar[str] = "Texts"

    edits: tuple[RowEdit, ...] = option(
        (), title="Edits", help="One entry for each row that was edited or taken out.", widget="hidden"
    )

    def apply(self, rows: Sequence[Row]) -> StepResult:
        """The rows as they were edited; the last edit of a row counts. Rows that are not there are passed over."""
        edits = {(edit.path, edit.line): edit for edit in self.edits}

        def edited(row: Row) -> Row | None:
            edit = edits.get((row.path, row.line))
            if edit is None:
                return row
            if edit.messages is None:
                return None
            messages = tuple(map(_turn, edit.messages))
            rejected = tuple(map(_turn, edit.rejected)) or row.rejected
            if (messages, rejected) == (row.messages, row.rejected):
                return row
            return dataclasses.replace(row, messages=messages, rejected=rejected)

        return replace_rows(rows, edited)


def _turn(turn: EditedTurn) -> Message:
    return Message(turn.role, turn.content, turn.tool_calls)
