"""Workbooks: the first row names the columns, every sheet is read, and cells become the text a person reads."""

import datetime
import zipfile

import openpyxl
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers.choose import open_dataset
from tests.hostile.documents import ROWS, SHEET, book, book_parts, cell, packed


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_rows_with_the_line_of_the_sheet(tmp_path):
    rows = [["instruction", "output"], ["你好", 42], [], ["when?", datetime.date(2026, 11, 24)], [True, 0.5]]
    file = open_dataset(workbook(tmp_path / "a.xlsx", ("one", rows)))
    items = list(file.items())
    assert (file.reader.format, file.encoding) == ("xlsx", "binary")
    assert [item.line for item in items] == [2, 4, 5]
    assert [tuple(item.fields.values()) for item in items] == [
        ("你好", "42"), ("when?", "2026-11-24"), ("true", "0.5"),
    ]  # fmt: skip


def test_several_sheets_name_themselves(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", ("first", [["q", "a"], ["1", "2"]]), ("second", [["x"], ["3"], ["4", "5"]])
    )
    items = list(open_dataset(path).items())
    assert [getattr(item, "fields", None) for item in items] == [
        {"q": "1", "a": "2", "sheet": "first"}, {"x": "3", "sheet": "second"}, None,
    ]  # fmt: skip
    assert items[2].code == "cell_count"


def test_a_workbook_by_another_name_is_known(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ("one", [["q"], ["1"]]))
    assert open_dataset(path.rename(tmp_path / "a.csv")).reader.format == "xlsx"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing"])
def test_what_is_no_workbook_says_so(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(UserError, match="cannot be read as an Excel workbook") as caught:
        list(open_dataset(path).items())
    assert caught.value.info.code is ErrorCode.UNREADABLE


def test_a_lying_dimension_costs_nothing(tmp_path):
    good, bad = workbook(tmp_path / "a.xlsx", ("one", [["q"], ["1"]])), tmp_path / "b.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for part in old.infolist():
            data = old.read(part).replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
            new.writestr(part, data)
    assert [item.fields for item in open_dataset(bad).items()] == [{"q": "1"}]


def test_entities_are_refused(tmp_path):
    good, bad = workbook(tmp_path / "a.xlsx", ("one", [["q"], ["1"]])), tmp_path / "b.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
            new.writestr(part, data)
    with pytest.raises(UserError, match="declares XML entities"):
        list(open_dataset(bad).items())


def test_numbers_are_shown_as_excel_shows_them(tmp_path):
    cells = [
        0.1,
        1e20,
        -3,
        1e-7,
        datetime.datetime(2026, 11, 24, 8, 30),
        datetime.time(8, 30),
        datetime.date(1900, 1, 1),
    ]
    path = workbook(tmp_path / "a.xlsx", ("one", [["a", "b", "c", "d", "e", "f", "g"], cells]))
    (item,) = open_dataset(path).items()
    assert list(item.fields.values()) == [
        "0.1", "1e+20", "-3", "1e-07", "2026-11-24 08:30:00", "08:30:00", "1900-01-01",
    ]  # fmt: skip


def test_days_since_1904(tmp_path):
    path, other = (
        workbook(tmp_path / "a.xlsx", ("one", [["d"], [datetime.date(2026, 11, 24)]])),
        tmp_path / "b.xlsx",
    )
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/workbook.xml":
                data = data.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
            new.writestr(part, data)
    (item,) = open_dataset(other).items()
    assert item.fields == {"d": "2030-11-25"}


def test_rich_text_loses_its_looks_and_its_pronunciation(tmp_path):
    strings = "<si><r><t>bold </t></r><r><rPr><b/></rPr><t>move</t></r><rPh><t>unheard</t></rPh></si>"
    (tmp_path / "a.xlsx").write_bytes(
        book(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>',
            strings=f'<sst xmlns="{SHEET}">{strings}</sst>',
        )
    )
    (item,) = open_dataset(tmp_path / "a.xlsx").items()
    assert item.fields == {"text": "bold move"}


def test_rows_and_columns_far_away_are_not_filled_up_to(tmp_path):
    far = cell("XFD1048576", "far")
    (tmp_path / "a.xlsx").write_bytes(
        book(ROWS + f'<row r="1048576">{far}</row><row r="9">{cell("B9", "late")}</row>')
    )
    items = list(open_dataset(tmp_path / "a.xlsx").items())
    assert [(item.line, getattr(item, "code", None)) for item in items] == [
        (2, None),
        (1_048_576, "cell_count"),
        (9, None),
    ]
    assert items[2].fields == {"instruction": "", "output": "late"}


def test_a_text_that_is_not_there_costs_its_row(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(book(ROWS + '<row r="3"><c r="A3" t="s"><v>7</v></c></row>'))
    assert [getattr(item, "code", None) for item in open_dataset(tmp_path / "a.xlsx").items()] == [
        None,
        "bad_cell",
    ]


def test_a_missing_sheet_says_so(tmp_path):
    parts = {name: data for name, data in book_parts().items() if "sheet1" not in name}
    (tmp_path / "a.xlsx").write_bytes(packed(parts))
    with pytest.raises(UserError, match=r"sheet1\.xml' is missing"):
        list(open_dataset(tmp_path / "a.xlsx").items())
