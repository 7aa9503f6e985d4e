"""JSON Lines: one object a line, with the columns that its row has."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.data.forms.base import Column
from engine.data.rows import JsonObject
from engine.data.writers.base import Writer


class JsonlWriter(Writer):
    """Writes ``.jsonl`` in UTF-8."""

    file_type = "jsonl"
    extension = ".jsonl"

    def write(
        self, path: Path, records: Iterable[JsonObject], columns: Mapping[str, Column], *, guard: bool
    ) -> None:
        """No program takes a JSON text for a formula, so there is nothing to guard."""
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
