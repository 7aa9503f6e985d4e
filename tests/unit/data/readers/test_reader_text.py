"""Plain text: lines of a .txt, the whole of a .md."""

from engine.data.readers import plain_text


def test_lines(write, read):
    items = read(write("a.txt", "one\n\n  \ntwo\r\n"))
    assert [(item.line, item.fields) for item in items] == [(1, {"text": "one"}), (4, {"text": "two"})]


def test_markdown_stays_together(write, read):
    (item,) = read(write("a.md", "# Title\n\ntext\n"))
    assert item.fields == {"text": "# Title\n\ntext\n"}
    assert read(write("b.md", " \n")) == []


def test_long_line(write, read, monkeypatch):
    monkeypatch.setattr(plain_text, "MAX_CELL_CHARS", 8)
    items = read(write("a.txt", "x" * 50 + "\n12345678\n"))
    assert [(item.line, getattr(item, "code", None)) for item in items] == [(1, "too_large"), (2, None)]
