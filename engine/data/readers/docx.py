"""Word documents: the whole text is one row, because its paragraphs belong together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.data.office import ZIP_MARK, check_office_file, unreadable
from engine.data.readers.base import Item, Reader, checked


class Docx(Reader):
    """Reads ``.docx`` through python-docx into the column ``text``; tables become lines with bars between cells."""

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
        """One item, or none for a document without text.

        Raises:
            UserError: ``UNREADABLE``.
        """
        check_office_file(path, "a Word document")
        import docx

        try:
            parts = [_text(block) for block in docx.Document(str(path)).iter_inner_content()]
        except Exception as error:  # a damaged document fails in any way that its XML can
            raise unreadable(path, "a Word document", f"{type(error).__name__}: {error}") from None
        text = "\n\n".join(part for part in parts if part.strip())
        if text:
            yield checked(1, {"text": text})


def _text(block: Any) -> str:
    """A paragraph, or a table row by row."""
    if hasattr(block, "rows"):
        lines = (" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
        return "\n".join(lines)
    return str(block.text)
