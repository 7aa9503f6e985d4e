"""CSV and TSV with a header line; the delimiter is found by trying which one gives an even table."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.data.encoding import open_text
from engine.data.readers.base import Item, Reader, checked
from engine.data.rows import MAX_CELL_CHARS, reject

_SAMPLE_CHARS = 1 << 18
DELIMITERS = (",", "\t", ";", "|")


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
        """Found in the first lines."""
        with open_text(path, encoding) as file:
            return best_delimiter(file.read(_SAMPLE_CHARS))[0]

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a row after the header. A row with another number of cells is rejected."""
        csv.field_size_limit(MAX_CELL_CHARS)
        delimiter = self.delimiter(path, encoding)
        with open_text(path, encoding) as file:
            lines = _Lines(file)
            header: list[str] | None = None
            for number, cells in _rows(lines, delimiter):
                if isinstance(cells, str):
                    yield reject(number, "bad_csv", cells)
                elif header is None:
                    header = unique_names(cells)
                elif len(cells) != len(header):
                    yield reject(
                        number, "cell_count", f"The row has {len(cells)} cells, the header {len(header)}"
                    )
                else:
                    yield checked(number, dict(zip(header, cells, strict=True)))


class _Lines:
    """The lines of a file with those of the current row kept, so that a row that never ends can be undone."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.current: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        self.current.append(line)
        return line

    def begin_row(self) -> int:
        """Forget the lines of the last row; the number of the first line of the next one."""
        self.current.clear()
        return self.number + 1

    def undo_all_but_first(self) -> None:
        """Give the lines after the first one of the current row out again."""
        again = self.current[1:]
        self._again.extendleft(reversed(again))
        self.number -= len(again)


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Numbered rows without the blank ones; a text in place of the cells says what is wrong."""
    parser = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = lines.begin_row()
        try:
            cells = next(parser)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, _words(error)
            lines.undo_all_but_first()
            parser = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if cells:
            yield number, cells


def _words(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "A quotation mark that is opened here is never closed"
    if "expected after" in text:
        return "A quoted cell goes on after its closing quotation mark"
    if "field larger" in text:
        return f"A cell is longer than {MAX_CELL_CHARS:,} characters, or a quotation mark is never closed"
    return f"The row cannot be read: {text}"


def unique_names(names: list[str]) -> list[str]:
    """Column names, with a number where a name is missing or comes twice."""
    seen: set[str] = set()
    result = []
    for index, name in enumerate(names, start=1):
        clean = name.strip().lstrip("\ufeff") or f"column_{index}"
        candidate, count = clean, 2
        while candidate in seen:
            candidate, count = f"{clean}_{count}", count + 1
        seen.add(candidate)
        result.append(candidate)
    return result


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
    parser = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
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
