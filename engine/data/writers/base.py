"""What every writer is: one file type, written record by record, as ``readers`` are the file types that are read."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from engine.data.forms.base import Column
from engine.data.rows import JsonObject


class Writer(ABC):
    """Base of the writers. ``table``: every row has the same columns, which must be known before the first."""

    file_type: ClassVar[str]
    extension: ClassVar[str]
    table: ClassVar[bool] = False

    @abstractmethod
    def write(
        self, path: Path, records: Iterable[JsonObject], columns: Mapping[str, Column], *, guard: bool
    ) -> None:
        """Write ``records`` to ``path`` as they come, never holding more than a batch of them.

        ``guard``: cells that a spreadsheet would take for a formula are made plain text.
        """
