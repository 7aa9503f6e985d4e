"""Excel workbooks: the first row of each sheet names its columns, every further row that is not empty is a row."""

from collections.abc import Iterator
from pathlib import Path

from engine.contract.results import Rejection
from engine.data.office import ZIP_MARK, OfficeFile, open_office, unreadable
from engine.data.readers.base import Item, Reader, checked
from engine.data.readers.delimited import column_names
from engine.data.rows import reject
from engine.data.sheets import Formats, SheetRows, Strings

KIND = "an Excel workbook"
SHEET = "sheet"  # column that names the sheet, where there are several


class Xlsx(Reader):
    """Reads ``.xlsx`` and ``.xlsm``, row by row; formulas count as what they last gave."""

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
        with open_office(path, KIND) as document:
            main = document.main_part("xl/workbook.xml")
            related = document.relations(main)
            sheets, old_dates = _sheets(document, main, related)
            if not sheets:
                raise unreadable(path, KIND, "it holds no sheet")
            strings = Strings(document, _related(related, "sharedStrings") or "xl/sharedStrings.xml", path)
            formats = Formats(document, _related(related, "styles") or "xl/styles.xml", since_1904=old_dates)
            for name, part in sheets.items():
                rows = SheetRows(document, part, strings, formats)
                yield from _items(rows, path, name if len(sheets) > 1 else "")


def _sheets(
    document: OfficeFile, main: str, related: list[tuple[str, str, str]]
) -> tuple[dict[str, str], bool]:
    """The part of each sheet by its name, a part counting once; whether days are counted from 1904."""
    parts = {identity: part for kind, identity, part in related if kind == "worksheet"}
    found: dict[str, str] = {}
    old_dates = False
    for tag, attributes in document.tags(main):
        if tag == "workbookPr":
            old_dates = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet":
            part = parts.pop(attributes.get("id", ""), None)
            if part is not None:
                found[attributes.get("name", part)] = part
    return found, old_dates


def _related(related: list[tuple[str, str, str]], kind: str) -> str | None:
    return next((part for name, _, part in related if name == kind), None)


def _items(rows: SheetRows, path: Path, sheet: str) -> Iterator[Item]:
    header: list[str] | None = None
    for number, texts in rows:
        if isinstance(texts, Rejection):
            yield texts
        elif header is None:
            header = column_names(texts, path)
        elif len(texts) > len(header):
            yield reject(
                number, "cell_count", f"The row has {len(texts)} cells, the first row {len(header)} names"
            )
        else:
            texts += [""] * (len(header) - len(texts))
            fields = dict(zip(header, texts, strict=True))
            yield checked(number, {**fields, SHEET: sheet} if sheet else fields)
