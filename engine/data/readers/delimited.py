"""CSV and TSV with a header line; the delimiter is found by trying which one gives an even table."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from engine.contract.errors import ErrorCode, UserError
from engine.data.encoding import open_text
from engine.data.readers.base import MAX_NAME_CHARS, Item, Reader, checked
from engine.data.rows import MAX_CELL_CHARS, MAX_RECORD_CHARS, reject

DELIMITERS = (",", "\t", ";", "|")
MAX_COLUMNS = 10_000
_SAMPLE_CHARS = 1 << 18
_MAX_CELLS = 2_000_000  # of one line
_MAX_LINES = 200_000  # of one row
_REREAD_CHARS = 2 * MAX_CELL_CHARS  # in all, after rows that never end


class Delimited(Reader):
    """Reads ``.csv`` and ``.tsv``. Cells may hold line breaks inside quotes; a row's line is its first."""

    format = "csv"
    extensions = (".csv", ".tsv")

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Sure of its extensions; other text is taken for a table when several lines have the same columns."""
        if suffix in cls.extensions:
            return 0.9
        _, share, columns, rows = best_delimiter(text)
        return 0.4 if suffix not in (".txt", ".md") and columns > 1 and rows > 2 and share == 1.0 else 0.0

    def delimiter(self, path: Path, encoding: str) -> str:
        """Declared in the first line, as Excel does with ``sep=;``, or found in the first lines."""
        with open_text(path, encoding) as file:
            sample = file.read(_SAMPLE_CHARS)
        return _declared(sample) or best_delimiter(sample)[0]

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a row after the header. A row with another number of cells is rejected.

        Raises:
            UserError: ``UNREADABLE``: the header has more columns than any table.
        """
        csv.field_size_limit(MAX_CELL_CHARS)
        delimiter = self.delimiter(path, encoding)
        with open_text(path, encoding) as file:
            header: list[str] | None = None
            lines = _Lines(file, delimiter)
            if _declared(file.read(6)):
                lines.number += 1
            else:
                file.seek(0)
            for number, cells in _rows(lines, delimiter):
                if isinstance(cells, str):
                    yield reject(number, "bad_csv", cells)
                elif header is None:
                    header = column_names(cells, path)
                elif len(cells) != len(header):
                    yield reject(
                        number, "cell_count", f"The row has {len(cells)} cells, the header {len(header)}"
                    )
                else:
                    yield checked(number, dict(zip(header, cells, strict=True)))


class _Endless(Exception):
    """A line or a row that is too long to be held; says how."""


class _Lines:
    """The lines of a file with those of the current row kept, so that a row that never ends can be undone.

    A line that is too long to be held is None. Undoing has a budget for the whole file: a text made of rows that
    never end would be read again and again.
    """

    def __init__(self, file: TextIO, delimiter: str) -> None:
        self._file, self._delimiter = file, delimiter
        self._again: deque[str | None] = deque()
        self._current: list[str | None] = []
        self._chars = 0
        self._budget = _REREAD_CHARS
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        self.number += 1
        self._current.append(line)
        if line is None:
            raise _Endless(f"The line is longer than {MAX_RECORD_CHARS:,} characters")
        self._chars += len(line)
        if self._chars > MAX_RECORD_CHARS or len(self._current) > _MAX_LINES:
            raise _Endless("The row goes on over too many lines, or a quotation mark is never closed")
        if len(line) > _MAX_CELLS and line.count(self._delimiter) > _MAX_CELLS:
            raise _Endless(f"The row has more than {_MAX_CELLS:,} cells")
        return line

    def begin_row(self) -> int:
        """Forget the lines of the last row; the number of the first line of the next one."""
        self._current.clear()
        self._chars = 0
        return self.number + 1

    def undo_all_but_first(self) -> None:
        """Give the lines after the first one of the current row out again, while the budget lasts."""
        again = self._current[1:]
        self._budget -= sum(len(line) for line in again if line is not None)
        if self._budget >= 0:
            self._again.extendleft(reversed(again))
            self.number -= len(again)

    def _read(self) -> str | None:
        line = self._file.readline(MAX_RECORD_CHARS)
        if not line:
            raise StopIteration
        if line.endswith("\n") or len(line) < MAX_RECORD_CHARS:
            return line
        while (rest := self._file.readline(MAX_RECORD_CHARS)) and not rest.endswith("\n"):
            pass
        return None


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Numbered rows without the blank ones; a text in place of the cells says what is wrong."""
    parser = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = lines.begin_row()
        try:
            cells = next(parser)
        except StopIteration:
            return
        except (csv.Error, _Endless) as error:
            yield number, _words(error)
            lines.undo_all_but_first()
            parser = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if cells:
            yield number, cells


def _words(error: Exception) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "A quotation mark that is opened here is never closed"
    if "expected after" in text:
        return "A quoted cell goes on after its closing quotation mark"
    if "field larger" in text:
        return f"A cell is longer than {MAX_CELL_CHARS:,} characters, or a quotation mark is never closed"
    return text if isinstance(error, _Endless) else f"The row cannot be read: {text}"


def column_names(cells: list[str], path: Path) -> list[str]:
    """The names in a header, with a number where one is missing or comes twice.

    Raises:
        UserError: ``UNREADABLE``: there are more than any table has.
    """
    if len(cells) > MAX_COLUMNS:
        raise UserError(
            ErrorCode.UNREADABLE,
            f"{path} cannot be read as a table: its header has {len(cells):,} columns; {MAX_COLUMNS:,} at most",
            hint="The first row must name the columns.",
        )
    seen: dict[str, int] = {}
    result = []
    for index, name in enumerate(cells, start=1):
        clean = name.strip().lstrip("\ufeff")[:MAX_NAME_CHARS] or f"column_{index}"
        candidate = clean
        while candidate in seen:
            seen[clean] = seen.get(clean, 1) + 1
            candidate = f"{clean}_{seen[clean]}"
        seen[candidate] = 1
        result.append(candidate)
    return result


def _declared(text: str) -> str:
    return text[4] if text[:4].lower() == "sep=" and text[5:6] == "\n" and text[4] in DELIMITERS else ""


def best_delimiter(text: str) -> tuple[str, float, int, int]:
    """The delimiter of the beginning of a table, with: share of even rows, columns, rows looked at."""
    best = (",", 0.0, 1, 0)
    for delimiter in DELIMITERS:
        widths = _widths(text, delimiter)
        if not widths or widths[0] < 2:
            continue
        share = sum(width == widths[0] for width in widths) / len(widths)
        if (share, widths[0]) > (best[1], best[2]):
            best = (delimiter, share, widths[0], len(widths))
    return best


def _widths(text: str, delimiter: str) -> list[int]:
    """Cells in each row of ``text``; its last row may be cut and is left out unless it is the only one."""
    widths: list[int] = []
    parser = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    while len(widths) < 200:
        try:
            cells = next(parser)
        except StopIteration:
            break
        except csv.Error:
            continue
        if cells:
            widths.append(len(cells))
    return widths[:-1] if len(widths) > 2 and not text.endswith("\n") else widths
