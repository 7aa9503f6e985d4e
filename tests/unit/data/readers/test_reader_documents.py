"""Word and PDF: their text as rows for pretraining, and a sentence for what holds none."""

import io

import docx
import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from engine.contract.errors import UserError
from engine.data.readers import docx as docx_reader
from engine.data.readers import pdf as pdf_reader
from engine.data.readers.choose import open_dataset
from tests.hostile.documents import TEXT, packed, page, paragraph, stream, word_parts
from tests.hostile.documents import pdf_of as raw_pdf


def pdf_of(*pages, password=""):
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        page = writer.add_blank_page(300, 300)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = stream
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_word_paragraphs_and_tables(tmp_path):
    document = docx.Document()
    document.add_heading("Rosin", 1)
    document.add_paragraph("It makes the bow grip. 松香")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "light", "dark"
    document.save(tmp_path / "a.docx")
    (item,) = open_dataset(tmp_path / "a.docx").items()
    assert item.fields == {"text": "Rosin\n\nIt makes the bow grip. 松香\n\nlight | dark"}


def test_every_page_is_a_row(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of("first page", "", "third page"))
    items = list(open_dataset(path).items())
    assert [(item.line, item.fields["text"]) for item in items] == [(1, "first page"), (3, "third page")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf_of("secret", password="x"), "locked by a password"),
        (pdf_of("", ""), "only pictures of it"),
        (pdf_of("text")[:200], "cannot be read as PDF"),
    ],
)
def test_what_holds_no_text_says_why(tmp_path, data, reason):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(UserError, match=reason):
        list(open_dataset(path).items())


def test_a_damaged_word_file_says_so(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04 no document")
    with pytest.raises(UserError, match="cannot be read as a Word document"):
        list(open_dataset(tmp_path / "a.docx").items())


def test_tables_in_tables_line_breaks_and_deleted_text(tmp_path):
    inner = (
        "<w:tbl><w:tr><w:tc>"
        + paragraph("in")
        + "</w:tc><w:tc>"
        + paragraph("side")
        + "</w:tc></w:tr></w:tbl>"
    )
    table = "<w:tbl><w:tr><w:tc>" + paragraph("a") + inner + "</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    body = "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    (tmp_path / "a.docx").write_bytes(packed(word_parts(body + table)))
    (item,) = open_dataset(tmp_path / "a.docx").items()
    assert item.fields == {"text": "one\ntwo\n\na in | side | "}


def test_a_word_file_without_text_and_one_with_too_much(tmp_path, monkeypatch):
    (tmp_path / "a.docx").write_bytes(packed(word_parts("<w:p/>")))
    with pytest.raises(UserError, match="holds no text"):
        list(open_dataset(tmp_path / "a.docx").items())
    monkeypatch.setattr(docx_reader, "MAX_CELL_CHARS", 10)
    (tmp_path / "b.docx").write_bytes(packed(word_parts(paragraph("x" * 11))))
    (item,) = open_dataset(tmp_path / "b.docx").items()
    assert item.code == "too_large"


def test_pages_that_share_a_drawing_do_not_take_forever(tmp_path, monkeypatch):
    shared = page(stream(TEXT * 10))
    shared[1] = b"<< /Type /Pages /Kids [" + b"3 0 R " * 40 + b"] /Count 40 >>"
    (tmp_path / "a.pdf").write_bytes(raw_pdf(shared))
    assert len(list(open_dataset(tmp_path / "a.pdf").items())) == 40
    for name, others in (("_FEW_DRAWN", 100 - len(raw_pdf(shared))), ("_FEW_BYTES", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(pdf_reader, name, others)
            patch.setattr(pdf_reader, "_BYTES_A_BYTE", 0)
            with pytest.raises(UserError, match="draws more than"):
                list(open_dataset(tmp_path / "a.pdf").items())


def test_a_page_that_is_too_large_costs_itself_only(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_reader, "_MAX_PAGE_BYTES", 100)
    (tmp_path / "a.pdf").write_bytes(pdf_of("short", "x" * 200, "short"))
    items = list(open_dataset(tmp_path / "a.pdf").items())
    assert [getattr(item, "code", None) for item in items] == [None, "bad_page", None]
