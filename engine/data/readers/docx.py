"""Word documents: the whole text is one row, because its paragraphs belong together."""

from collections.abc import Iterator
from pathlib import Path

from engine.data.office import ZIP_MARK, Attributes, open_office, unreadable
from engine.data.readers.base import Item, Reader, checked
from engine.data.rows import MAX_CELL_CHARS, reject

KIND = "a Word document"
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class Docx(Reader):
    """Reads ``.docx`` into the column ``text``; tables become lines with bars between cells."""

    format = "docx"
    extensions = (".docx",)
    binary = True

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Sure of its extension; a ZIP file whose first parts are those of a document is one, too."""
        if head.startswith(ZIP_MARK) and b"word/" in head[: 1 << 16]:
            return 1.0
        return 0.95 * (suffix in cls.extensions)

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item.

        Raises:
            UserError: ``UNREADABLE``: damaged, or without any text.
        """
        with open_office(path, KIND) as document:
            body = _Body()
            for _ in document.parse(document.main_part("word/document.xml"), body):
                if body.chars > MAX_CELL_CHARS:
                    reason = f"The document is longer than {MAX_CELL_CHARS:,} characters"
                    yield reject(1, "too_large", reason, "text")
                    return
            text = "\n\n".join(body.blocks)
            if not text:
                raise unreadable(path, KIND, "it holds no text")
            yield checked(1, {"text": text})


class _Body:
    """Gathers paragraphs, and tables row by row. A table in a cell becomes a part of the cell."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.chars = 0
        self._open: list[list[str]] = [
            self.blocks
        ]  # where blocks go: the body, or tables, rows and cells within
        self._paragraphs: list[list[str]] = []
        self._taking = False
        self._skipped = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._skipped or tag == "Fallback":  # the same again, for programs that do not know the other form
            self._skipped += 1
        elif tag == "p":
            self._paragraphs.append([])
        elif tag in ("tbl", "tr", "tc"):
            self._open.append([])
        elif tag == "t":
            self._taking = True
        elif tag in _BREAKS:
            self.text_of_run(_BREAKS[tag])

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag == "p" and self._paragraphs:
            self._add("".join(self._paragraphs.pop()).strip())
        elif tag == "t":
            self._taking = False
        elif tag in ("tbl", "tr", "tc") and len(self._open) > 1:
            parts = self._open.pop()
            if tag == "tr":
                self._open[-1].append(" | ".join(parts))
            elif tag == "tc":
                self._open[-1].append(" ".join(parts))  # an empty cell is a cell
            else:
                self._add("\n".join(parts))

    def text(self, text: str) -> None:
        if self._taking and not self._skipped:
            self.text_of_run(text)

    def text_of_run(self, text: str) -> None:
        """Add to the paragraph at hand; what stands outside of paragraphs is no text."""
        if self._paragraphs:
            self._paragraphs[-1].append(text)
            self.chars += len(text)

    def _add(self, block: str) -> None:
        if block:
            self._open[-1].append(block)
