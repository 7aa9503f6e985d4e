"""Workbooks, Word documents and PDFs: entities, lies, cuts, amplification."""

import io
import zipfile
import zlib

BOMB = (
    '<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a10 SYSTEM "file:///etc/passwd">]>'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KIND = "application/vnd.openxmlformats-officedocument"


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Parts as a document."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


ROWS = (
    f'<row r="1">{cell("A1", "instruction")}{cell("B1", "output")}</row>'
    f'<row r="2">{cell("A2", "what?")}{cell("B2", "this")}</row>'
)


def book_parts(
    data: str = ROWS, *, prologue: str = "", before: str = "", strings: str = ""
) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet of ``data``."""
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.spreadsheetml.sheet.main+xml"/>'
    override += (
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.spreadsheetml.worksheet+xml"/>'
    )
    if strings:
        override += f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.spreadsheetml.sharedStrings+xml"/>'
    default = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}">{default}{override}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{SHEET}" xmlns:r="{RELATION}"><sheets><sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{HEAD}{prologue}<worksheet xmlns="{SHEET}">{before}<sheetData>{data}</sheetData></worksheet>',
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
        related = f'<Relationship Id="r2" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        listed = str(parts["xl/_rels/workbook.xml.rels"])
        parts["xl/_rels/workbook.xml.rels"] = listed.replace("</Relationships>", related)
    return parts  # fmt: skip


def book(data: str = ROWS, **more: str) -> bytes:
    """A workbook with one sheet of ``data``."""
    return packed(book_parts(data, **more))


def workbooks() -> dict[str, bytes]:
    """XLSX."""
    good = book()
    wide = f'<row r="3">{cell("XFD3", "far")}</row>'
    low = f'<row r="1048576">{cell("A1048576", "deep")}</row>'
    strings = f'{HEAD}<sst xmlns="{SHEET}" count="99999999" uniqueCount="99999999"><si><t>x</t></si></sst>'
    return {
        "good.xlsx": good,
        "good_by_another_name.txt": good,
        "empty.xlsx": b"",
        "cut_half.xlsx": good[: len(good) // 2],
        "cut_end.xlsx": good[:-10],
        "no_zip.xlsx": b"instruction,output\nwhat?,this\n",
        "old_kind.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
        "entity_bomb.xlsx": book(ROWS.replace("what?", "&a10;"), prologue=BOMB),
        "entity_outside.xlsx": book(ROWS.replace("what?", "&a10;"), prologue=OUTSIDE),
        "entity_bomb_utf16.xlsx": packed(
            book_parts()
            | {
                "xl/worksheets/sheet1.xml": (
                    f'<?xml version="1.0" encoding="UTF-16"?>{BOMB}<worksheet xmlns="{SHEET}"><sheetData>'
                    + ROWS.replace("what?", "&a10;")
                    + "</sheetData></worksheet>"
                ).encode("utf-16")
            }
        ),
        "entity_bomb_late.xlsx": book(
            ROWS.replace("what?", "&a10;"), prologue=f"<!--{' ' * 200_000}-->{BOMB}"
        ),
        "entity_bomb_other_part.xlsx": packed(
            book_parts()
            | {"xl/workbook.xml": book_parts()["xl/workbook.xml"].replace("<workbook", f"{BOMB}<workbook", 1)}  # type: ignore[union-attr, arg-type]
        ),
        "entity_bomb_other_name.xlsx": packed(
            {
                name.replace("sheet1.xml", "sheet1.dat"): str(data).replace("sheet1.xml", "sheet1.dat")
                for name, data in book_parts(ROWS.replace("what?", "&a10;"), prologue=BOMB).items()
            }
        ),
        "entity_bomb_strings.xlsx": book(
            ROWS, strings=f'{HEAD}{BOMB}<sst xmlns="{SHEET}"><si><t>&a10;</t></si></sst>'
        ),
        "dimension_lies_huge.xlsx": book(before='<dimension ref="A1:XFD1048576"/>'),
        "dimension_lies_small.xlsx": book(before='<dimension ref="A1"/>'),
        "dimension_nonsense.xlsx": book(before='<dimension ref="ZZZZZZ99999999999999:1A"/>'),
        "row_last.xlsx": book(ROWS + low),
        "row_beyond.xlsx": book(ROWS + f'<row r="999999999999">{cell("A999999999999", "x")}</row>'),
        "rows_far_apart.xlsx": book(
            "".join(f'<row r="{n * 100_000 + 1}">{cell(f"A{n * 100_000 + 1}", "x")}</row>' for n in range(300))
        ),
        "row_negative.xlsx": book(ROWS + f'<row r="-5">{cell("A3", "x")}</row>'),
        "row_backwards.xlsx": book(f'<row r="9">{cell("A9", "x")}</row><row r="2">{cell("A2", "y")}</row>'),
        "row_nameless.xlsx": book(ROWS.replace(' r="1"', "").replace(' r="2"', "")),
        "column_last.xlsx": book(ROWS + wide),
        "column_beyond.xlsx": book(ROWS + f'<row r="3">{cell("ZZZZZZZZ3", "x")}</row>'),
        "column_nonsense.xlsx": book(ROWS + f'<row r="3">{cell("33", "x")}{cell("", "y")}{cell("A", "z")}</row>'),
        "columns_last_in_all_rows.xlsx": book(
            ROWS + "".join(f'<row r="{n}">{cell(f"XFD{n}", "x")}</row>' for n in range(3, 20_000))
        ),
        "rows_empty_many.xlsx": book(ROWS + "<row/>" * 1_200_000),
        "rows_nested.xlsx": book("<row>" * 50_000 + "</row>" * 50_000),
        "nested_deep.xlsx": book(ROWS, before="<x>" * 100_000 + "</x>" * 100_000),
        "strings_lie.xlsx": book(ROWS.replace("inlineStr", "s"), strings=strings),
        "string_index_beyond.xlsx": book('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>', strings=strings),
        "string_index_nonsense.xlsx": book('<row r="1"><c r="A1" t="s"><v>-1</v></c><c r="B1" t="s"><v>x</v></c></row>', strings=strings),
        "strings_40_mb.xlsx": book(ROWS, strings=f'{HEAD}<sst xmlns="{SHEET}">{"<si><t>x</t></si>" * 2_000_000}</sst>'),
        "string_repeated.xlsx": book(
            "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000)),
            strings=f'{HEAD}<sst xmlns="{SHEET}"><si><t>{"x" * 1_000_000}</t></si></sst>',
        ),
        "cell_30_mb.xlsx": book(ROWS.replace("what?", "x" * (30 << 20))),
        "part_zeroes.xlsx": packed(book_parts() | {"xl/worksheets/sheet1.xml": b"\0" * (200 << 20)}),
        "part_spaces.xlsx": packed(book_parts(" " * (200 << 20))),
        "cells_of_any_kind.xlsx": book(
            '<row r="1"><c r="A1" t="n"><v>1e999</v></c><c r="B1" t="b"><v>7</v></c><c r="C1" t="e"><v>#REF!</v></c>'
            '<c r="D1" t="d"><v>no date</v></c><c r="E1" t="zzz"><v>1</v></c><c r="F1" t="n"><v>abc</v></c>'
            '<c r="G1" s="99999"><v>1</v></c><c r="H1"><f>1+1</f></c><c r="I1"/></row>'
        ),
        "date_beyond.xlsx": book('<row r="1"><c r="A1" s="1"><v>99999999999</v></c></row>'),
        "xml_cut.xlsx": packed(book_parts() | {"xl/worksheets/sheet1.xml": f'{HEAD}<worksheet xmlns="{SHEET}"><sheetData><row'}),
        "xml_rubbish.xlsx": packed(book_parts() | {"xl/workbook.xml": b"\xff\xfe\x00rubbish"}),
        "part_missing.xlsx": packed({k: v for k, v in book_parts().items() if "sheet1" not in k}),
        "types_missing.xlsx": packed({k: v for k, v in book_parts().items() if "Types" not in k}),
        "workbook_missing.xlsx": packed({k: v for k, v in book_parts().items() if k != "xl/workbook.xml"}),
        "target_leads_out.xlsx": packed(book_parts() | {"xl/_rels/workbook.xml.rels": book_parts()["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../../../etc/passwd")}),  # type: ignore[union-attr, arg-type]
        "target_external.xlsx": packed(book_parts() | {"xl/_rels/workbook.xml.rels": book_parts()["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "http://127.0.0.1:9/x")}),  # type: ignore[union-attr, arg-type]
        "no_sheets.xlsx": packed(book_parts() | {"xl/workbook.xml": f'{HEAD}<workbook xmlns="{SHEET}"><sheets/></workbook>'}),
        "sheets_many.xlsx": packed(book_parts() | {"xl/workbook.xml": f'{HEAD}<workbook xmlns="{SHEET}" xmlns:r="{RELATION}"><sheets>' + "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, 5000)) + "</sheets></workbook>"}),
        "parts_many.xlsx": packed(book_parts() | {f"junk/{n}": "" for n in range(25_000)}),
    }  # fmt: skip


def word_parts(body: str, *, prologue: str = "") -> dict[str, str | bytes]:
    """The parts of a Word document."""
    override = (
        f'<Override PartName="/word/document.xml" ContentType="{KIND}.wordprocessingml.document.main+xml"/>'
    )
    default = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}">{default}{override}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATION}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{HEAD}{prologue}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }  # fmt: skip


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word() -> dict[str, bytes]:
    """DOCX."""
    good = packed(word_parts(paragraph("one") + paragraph("two")))
    table = "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
    nested = paragraph("x")
    for _ in range(300):
        nested = table.format(nested + paragraph(""))
    return {
        "good.docx": good,
        "empty.docx": b"",
        "cut.docx": good[: len(good) // 2],
        "no_text.docx": packed(word_parts("")),
        "entity_bomb.docx": packed(word_parts(paragraph("&a10;"), prologue=BOMB)),
        "entity_outside.docx": packed(word_parts(paragraph("&a10;"), prologue=OUTSIDE)),
        "entity_bomb_late.docx": packed(word_parts(paragraph("&a10;"), prologue=f"<!--{' ' * 200_000}-->{BOMB}")),
        "nested_deep.docx": packed(word_parts("<w:x>" * 100_000 + "</w:x>" * 100_000)),
        "tables_in_tables.docx": packed(word_parts(nested)),
        "cells_merged_widely.docx": packed(word_parts('<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>' + paragraph("x") + "</w:tc></w:tr></w:tbl>")),
        "cells_merged_down.docx": packed(word_parts("<w:tbl>" + '<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>' * 3000 + "</w:tbl>")),
        "paragraphs_many.docx": packed(word_parts(paragraph("x") * 200_000)),
        "text_30_mb.docx": packed(word_parts(paragraph("x " * (15 << 20)))),
        "part_zeroes.docx": packed(word_parts("") | {"word/document.xml": b"\0" * (300 << 20)}),
        "part_missing.docx": packed({k: v for k, v in word_parts("").items() if "document.xml" not in k}),
        "xml_cut.docx": packed(word_parts("") | {"word/document.xml": f'{HEAD}<w:document xmlns:w="{WORD}"><w:body><w:p'}),
        "workbook_in_it.docx": book(),
        "control_characters.docx": packed(word_parts(paragraph("a&#9;b&#13;c"))),
        "null_reference.docx": packed(word_parts(paragraph("a&#0;b"))),
    }  # fmt: skip


def pdf_of(objects: list[bytes], *, trailer: bytes = b"<< /Root 1 0 R /Size %d >>") -> bytes:
    """A PDF of numbered objects, the first being its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    body = trailer % (len(objects) + 1) if b"%d" in trailer else trailer
    return bytes(out + b"trailer\n" + body + b"\nstartxref\n%d\n%%%%EOF\n" % start)


FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def page(contents: bytes, *, extra: bytes = b"") -> list[bytes]:
    """A document of one page."""
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Resources " + FONT + b" /Contents 4 0 R " + extra + b">>",
        contents,
    ]  # fmt: skip


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), entries) + data + b"\nendstream"


def forms_in_forms(levels: int) -> bytes:
    """Each of ``levels`` drawings draws the next one twice."""
    resources = b"/Resources << /XObject << /X %d 0 R >> >>"
    objects = page(b"")[:2]
    objects += [
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R " + resources % 5 + b" >>",
        stream(b"/X Do /X Do"),
    ]
    for number in range(6, levels + 6):
        kind = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + resources % number
        objects.append(stream(b"/X Do /X Do", kind))
    return pdf_of(
        [*objects, stream(TEXT, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources " + FONT)]
    )


TEXT = b"BT /F1 12 Tf 20 200 Td (hello there) Tj ET"


def pdfs() -> dict[str, bytes]:
    """PDF."""
    good = pdf_of(page(stream(TEXT)))
    flate = b"/Filter /FlateDecode"
    shared = page(stream(zlib.compress(TEXT * 20_000, 9), flate))
    shared[1] = b"<< /Type /Pages /Kids [" + b"3 0 R " * 3000 + b"] /Count 3000 >>"
    layers = stream(
        zlib.compress(zlib.compress(b" " * (300 << 20), 9), 9), b"/Filter [/FlateDecode /FlateDecode]"
    )
    return {
        "good.pdf": good,
        "good_by_another_name.txt.dat": good,
        "empty.pdf": b"",
        "mark_only.pdf": b"%PDF-1.7\n",
        "no_pdf.pdf": b"just text\n" * 50,
        "cut_half.pdf": good[: len(good) // 2],
        "cut_end.pdf": good[:-20],
        "rubbish_before.pdf": b"rubbish\n" * 50 + good,
        "rubbish_after.pdf": good + b"\0" * 10_000,
        "table_damaged.pdf": good.replace(b"0000000", b"9999999"),
        "no_text.pdf": pdf_of(page(stream(b"0 0 300 300 re f"))),
        "locked.pdf": pdf_of(
            page(stream(TEXT)),
            trailer=b"<< /Root 1 0 R /Size %d /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"00" * 32 + b"> /U <" + b"11" * 32 + b"> >> /ID [<00> <00>] >>",
        ),
        "locked_oddly.pdf": pdf_of(page(stream(TEXT)), trailer=b"<< /Root 1 0 R /Size %d /Encrypt << /Filter /Zzz >> >>"),
        "stream_bomb.pdf": pdf_of(page(stream(zlib.compress(b" " * (300 << 20), 9), flate))),
        "stream_bomb_layers.pdf": pdf_of(page(layers)),
        "stream_slow.pdf": pdf_of(page(stream(zlib.compress(TEXT * 400_000, 9), flate))),
        "stream_runs.pdf": pdf_of(page(stream(b"\x81 " * 3_000_000, b"/Filter /RunLengthDecode"))),
        "stream_lzw.pdf": pdf_of(page(stream(b"\x80\x0b\x60\x50" * 1000, b"/Filter /LZWDecode"))),
        "stream_length_lies.pdf": pdf_of(page(stream(TEXT).replace(b"/Length 42", b"/Length 999999999"))),
        "stream_filter_unknown.pdf": pdf_of(page(stream(TEXT, b"/Filter /Nonsense"))),
        "stream_predictor.pdf": pdf_of(page(stream(zlib.compress(b"\x02" * 1000), flate + b" /DecodeParms << /Predictor 12 /Columns 999999999 >>"))),
        "pages_in_a_circle.pdf": pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]),
        "pages_count_lies.pdf": pdf_of([page(b"")[0], b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", *page(stream(TEXT))[2:]]),
        "pages_share_a_stream.pdf": pdf_of(shared),
        "pages_missing.pdf": pdf_of([b"<< /Type /Catalog >>"]),
        "pages_no_objects.pdf": pdf_of([b"<< /Type /Catalog /Pages 99 0 R >>"]),
        "reference_to_itself.pdf": pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"2 0 R"]),
        "parent_circle.pdf": pdf_of([page(b"")[0], b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>", *page(stream(TEXT))[2:]]),
        "table_circle.pdf": good.replace(b"/Size 5", b"/Size 5 /Prev %d" % good.rfind(b"xref\n0 5")).replace(b"startxref", b"startxref"),
        "nested_deep.pdf": pdf_of(page(stream(b"[" * 100_000 + b"]" * 100_000))),
        "dictionary_deep.pdf": pdf_of([b"<< /A " * 5000 + b">> " * 5000]),
        "form_in_itself.pdf": pdf_of([*page(stream(b"/X Do"), extra=b"/Annots [] ")[:2],
            b"<< /Type /Page /Parent 2 0 R /Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R >>", stream(b"/X Do"),
            stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>")]),
        "forms_in_forms.pdf": forms_in_forms(26),
        "numbers_huge.pdf": pdf_of(page(stream(b"BT /F1 " + b"9" * 5000 + b" Tf " + b"9" * 5000 + b" 0 Td (x) Tj ET"))),
        "operators_unclosed.pdf": pdf_of(page(stream(b"BT (((((((" * 20_000))),
        "opens_a_program.pdf": pdf_of([b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> >>", *page(stream(TEXT))[1:]]),
        "map_huge.pdf": pdf_of([*page(stream(TEXT))[:2],
            b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /ToUnicode 5 0 R >> >> >> /Contents 4 0 R >>",
            stream(TEXT), stream(b"1 begincodespacerange <0000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange")]),
        "zeroes.pdf": b"%PDF-1.4\n" + b"\0" * (20 << 20),
        "marks_many.pdf": b"%PDF-1.4\n" + b"1 0 obj\n" * 300_000,
    }  # fmt: skip
