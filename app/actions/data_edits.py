"""Edits of single rows: entries of the one cleaning step that holds them, so that undo, versions and reruns know them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.context import Context, translate
from app.actions.draft import Draft
from app.state.document import Document, get_value, with_value
from engine.contract.results import PreviewRow

KIND = "manual_edits"
Turns = Sequence[Mapping[str, Any]]


class RowEdits:
    """A row is known by its file and line. Its newest edit takes the place of an older one."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._draft = draft

    def edit(self, row: PreviewRow, messages: Turns, rejected: Turns) -> None:
        """Let the row say something else."""
        entry: Document = {"path": row.path, "line": row.line, "messages": [dict(turn) for turn in messages]}
        if rejected:
            entry["rejected"] = [dict(turn) for turn in rejected]
        self._put(row.path, row.line, entry, translate("Actions", "edit of a row"))

    def delete(self, row: PreviewRow) -> None:
        """Leave the row out."""
        entry = {"path": row.path, "line": row.line, "messages": None}
        self._put(row.path, row.line, entry, translate("Actions", "deletion of a row"))

    def restore(self, path: str, line: int) -> None:
        """The row is again what its file says."""
        self._put(path, line, None, translate("Actions", "restored row"))

    def _put(self, path: str, line: int, entry: Document | None, what: str) -> None:
        steps = list(get_value(self._draft.document, "data.steps") or ())
        place = next((index for index, step in enumerate(steps) if step.get("kind") == KIND), None)
        step: Document = {"kind": KIND} if place is None else steps[place]
        edits = [item for item in step.get("edits") or () if (item["path"], item["line"]) != (path, line)]
        edits += [entry] if entry is not None else []
        step = {name: value for name, value in step.items() if name != "enabled"}
        changed = [{**step, "edits": edits}] if edits else []
        if place is None:
            steps = [*changed, *steps]
        else:
            steps = [*steps[:place], *changed, *steps[place + 1 :]]
        self._draft.change(with_value(self._draft.document, "data.steps", steps), what=what)
