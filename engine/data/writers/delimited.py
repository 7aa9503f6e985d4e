"""CSV for spreadsheets: UTF-8 with a mark, so that Excel shows every script; lists are JSON text in their cell."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.data.forms.base import Column
from engine.data.rows import JsonObject
from engine.data.writers.base import Writer

# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class DelimitedWriter(Writer):
    """Writes ``.csv``. A guarded cell that begins as a formula gets an apostrophe in front."""

    file_type = "csv"
    extension = ".csv"
    table = True

    def write(
        self, path: Path, records: Iterable[JsonObject], columns: Mapping[str, Column], *, guard: bool
    ) -> None:
        """A header and one line a record; an absent cell is empty."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)  # its line ends are those of RFC 4180
            writer.writerow(columns)
            for record in records:
                cells = [_cell(record.get(name)) for name in columns]
                writer.writerow([guarded(cell) for cell in cells] if guard else cells)


def guarded(cell: str) -> str:
    """``cell`` as text that no spreadsheet computes."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
