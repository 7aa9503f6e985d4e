"""Workbooks: the first row names the columns, every sheet is read, and cells become the text a person reads."""

import datetime
import zipfile

import openpyxl
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers.choose import open_dataset


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
        ("你好", "42"), ("when?", "2026-11-24T00:00:00"), ("true", "0.5"),
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


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0 an old one"])
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
