"""The sheets of an Excel workbook as rows of texts: shared strings, number formats, cells, one row at a time.

A sheet's own word for its size is never believed, and rows that are not there are never made up: a file of a few
hundred bytes may name the last row and the last column of the sheet.
"""

import datetime
import re
from array import array
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.results import Rejection
from engine.data.office import Attributes, OfficeFile
from engine.data.rows import MAX_CELL_CHARS, reject

MAX_COLUMNS = 512
_LAST_ROW = 1_048_576
_MAX_STRINGS = 20_000_000
_MAX_STRINGS_BYTES = 384 << 20
_PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}")
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUIET = re.compile(
    r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', re.DOTALL
)  # parts of a number format that say nothing of time
_DAY, _TIME = re.compile("[dy]", re.IGNORECASE), re.compile("[hs]", re.IGNORECASE)

_Cell = tuple[str, str, str]  # kind, style, value
Numbered = tuple[int, list[str] | Rejection]


class Strings:
    """The texts that cells refer to by number, as one block of bytes: millions of them cost little more than their
    letters."""

    def __init__(self, document: OfficeFile, part: str, path: Path) -> None:
        self._bytes = bytearray()
        self._ends = array("Q")
        self._taking = self._reading = False
        self._skipped = 0
        if part not in document:
            return
        if document.size_bytes(part) > _MAX_STRINGS_BYTES:
            raise _too_much(path, f"its texts take {document.size_bytes(part) >> 20:,} MB")
        for _ in document.parse(part, self):
            if len(self._ends) > _MAX_STRINGS:
                raise _too_much(path, f"it has more than {_MAX_STRINGS:,} texts")

    def __getitem__(self, index: int) -> str:
        """Raises ``IndexError`` where there is none."""
        if not 0 <= index < len(self._ends):
            raise IndexError(index)
        start = self._ends[index - 1] if index else 0
        return self._bytes[start : self._ends[index]].decode("utf-8")

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "rPh":  # how the text is pronounced
            self._skipped += 1
        self._taking = tag == "t" and not self._skipped

    def end(self, tag: str) -> None:
        self._taking = False
        if tag == "rPh":
            self._skipped -= 1
        elif tag == "si":
            self._ends.append(len(self._bytes))

    def text(self, text: str) -> None:
        if self._taking:
            self._bytes += text.encode("utf-8", "replace")


class Formats:
    """Which cell formats show dates and times, and how their numbers are read."""

    def __init__(self, document: OfficeFile, part: str, *, since_1904: bool = False) -> None:
        self._zero = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30)
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._inside = False
        if part in document:
            for _ in document.parse(part, self):
                pass

    def shown(self, number: str, style: str) -> str:
        """A number as a person sees it in a cell of ``style``."""
        try:
            value = float(number)
        except ValueError:
            return number
        code = self._code(style)
        if code and (when := self._moment(value)) is not None:
            return _as_moment(when, code)
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return repr(value)

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            self._formats.append(attributes.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False

    def text(self, text: str) -> None:
        pass

    def _code(self, style: str) -> str:
        """The number format of a style if it shows a date or a time, else ""."""
        if not style.isdecimal() or len(style) > 6 or int(style) >= len(self._formats):
            return ""
        identity = self._formats[int(style)]
        if identity in self._codes:
            code = _QUIET.sub("", self._codes[identity].split(";")[0][:200])
            return code if _DAY.search(code) or _TIME.search(code) else ""
        known = identity.isdecimal() and len(identity) < 4 and int(identity) in _DATES
        return "" if not known else "hs" if int(identity) in (18, 19, 20, 21, 45, 46, 47) else "d"

    def _moment(self, value: float) -> datetime.datetime | None:
        if value < 60 and self._zero.year == 1899:  # the format knows a 29 February 1900
            value += 1 if value >= 1 else 0
        try:
            return self._zero + datetime.timedelta(milliseconds=round(value * 86_400_000))
        except (OverflowError, ValueError):
            return None


def _as_moment(when: datetime.datetime, code: str) -> str:
    if not _DAY.search(code):
        return when.time().isoformat(timespec="seconds")
    midnight = when.time() == datetime.time()
    return when.date().isoformat() if midnight else when.isoformat(sep=" ", timespec="seconds")


class SheetRows:
    """The rows of one sheet that are not empty, with their numbers; a rejection in place of one that is no row."""

    def __init__(self, document: OfficeFile, part: str, strings: Strings, formats: Formats) -> None:
        self._document, self._part = document, part
        self._strings, self._formats = strings, formats
        self._ready: deque[tuple[int, dict[int, _Cell] | Rejection]] = deque()
        self._number = 0
        self._column = 0
        self._cells: dict[int, _Cell] = {}
        self._kind = self._style = ""
        self._pieces: list[str] = []
        self._chars = 0
        self._taking = False
        self._skipped = 0
        self._fault: Rejection | None = None

    def __iter__(self) -> Iterator[Numbered]:
        for _ in self._document.parse(self._part, self):
            while self._ready:
                number, cells = self._ready.popleft()
                row = cells if isinstance(cells, Rejection) else self._texts(number, cells)
                if row:
                    yield number, row

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._begin_row(attributes.get("r", ""))
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "rPh":
            self._skipped += 1
        self._taking = tag in ("v", "t") and not self._skipped

    def end(self, tag: str) -> None:
        self._taking = False
        if tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self._skipped -= 1

    def text(self, text: str) -> None:
        if self._taking and self._chars <= MAX_CELL_CHARS:
            self._pieces.append(text)
            self._chars += len(text)

    def _begin_row(self, said: str) -> None:
        number = int(said) if said.isdecimal() and len(said) < 8 else 0
        self._number = number if 0 < number <= _LAST_ROW else self._number + 1
        self._column, self._cells, self._fault = 0, {}, None

    def _begin_cell(self, attributes: Attributes) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = _column(place[1]) if place else self._column + 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._pieces, self._chars = [], 0

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        self._pieces = []
        if not text.strip():
            return
        if self._column > MAX_COLUMNS:
            reason = f"The row reaches column {self._column:,}; {MAX_COLUMNS} at most"
            self._fault = reject(self._number, "cell_count", reason)
        else:
            self._cells[self._column] = (self._kind, self._style, text)

    def _end_row(self) -> None:
        if self._fault is not None or self._cells:
            self._ready.append((self._number, self._fault or self._cells))
        self._cells, self._fault = {}, None

    def _texts(self, number: int, cells: dict[int, _Cell]) -> list[str] | Rejection:
        """The cells of a row as a person reads them. Looked up only now: a short row may name very long texts."""
        try:
            shown = {place: self._shown(*cell) for place, cell in cells.items()}
        except (IndexError, ValueError):
            return reject(number, "bad_cell", "A cell refers to a text that is not there")
        width = max((place for place, text in shown.items() if text.strip()), default=0)
        return [shown.get(place, "") for place in range(1, width + 1)]

    def _shown(self, kind: str, style: str, text: str) -> str:
        if kind == "s":
            return self._strings[int(text[:20])]
        if kind == "b":
            return {"1": "true", "0": "false"}.get(text.strip(), text)
        return self._formats.shown(text, style) if kind == "n" else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _too_much(path: Path, reason: str) -> UserError:
    return UserError(
        ErrorCode.UNREADABLE, f"{path} is not opened: {reason}", hint="Save its sheets as CSV files instead."
    )
