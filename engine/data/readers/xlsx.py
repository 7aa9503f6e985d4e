"""Excel workbooks: the first row of each sheet names its columns, every further row that is not empty is a row."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.data.office import ZIP_MARK, check_office_file, unreadable
from engine.data.readers.base import Item, Reader, checked
from engine.data.readers.delimited import column_names
from engine.data.rows import reject

_MAX_COLUMNS = 512
SHEET = "sheet"  # column that names the sheet, where there are several


class Xlsx(Reader):
    """Reads ``.xlsx`` and ``.xlsm`` through openpyxl, row by row; formulas count as what they last gave."""

    format = "xlsx"
    extensions = (".xlsx", ".xlsm")
    binary = True

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Sure of its extensions; a ZIP file whose first parts are those of a workbook is one, too."""
        if head.startswith(ZIP_MARK) and b"xl/" in head[: 1 << 16]:
            return 1.0
        return 0.95 * (suffix in cls.extensions)

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a row that is not empty; its line is its row in the sheet.

        Raises:
            UserError: ``UNREADABLE``.
        """
        check_office_file(path, "an Excel workbook")
        import openpyxl

        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # a damaged workbook fails in any way that its XML can
            raise unreadable(path, "an Excel workbook", f"{type(error).__name__}: {error}") from None
        try:
            several = len(book.worksheets) > 1
            for sheet in book.worksheets:
                yield from _rows(sheet, several)
        except Exception as error:  # as above, further inside
            raise unreadable(path, "an Excel workbook", f"{type(error).__name__}: {error}") from None
        finally:
            book.close()


def _rows(sheet: Any, several: bool) -> Iterator[Item]:
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    header: list[str] | None = None
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            continue
        if len(texts) > _MAX_COLUMNS:
            yield reject(
                number, "cell_count", f"The row reaches column {len(texts):,}; {_MAX_COLUMNS} at most"
            )
        elif header is None:
            header = column_names(texts, Path())
        elif len(texts) > len(header):
            yield reject(
                number, "cell_count", f"The row has {len(texts)} cells, the first row {len(header)} names"
            )
        else:
            texts += [""] * (len(header) - len(texts))
            fields = dict(zip(header, texts, strict=True))
            yield checked(number, {**fields, SHEET: sheet.title} if several else fields)


def _text(cell: object) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
