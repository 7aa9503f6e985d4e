"""Plain text: every line that is not blank is a row; a Markdown file is one row, because its lines belong together."""

from collections.abc import Iterator
from pathlib import Path

from engine.data.encoding import open_text
from engine.data.readers.base import Item, Reader, checked
from engine.data.rows import MAX_CELL_CHARS, reject

_WHOLE = (".md", ".markdown")


class PlainText(Reader):
    """Reads ``.txt`` and ``.md`` into the column ``text``; the last resort for text of any other kind."""

    format = "text"
    extensions = (".txt", *_WHOLE)

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Sure of its extensions; a little above nothing for anything without zero bytes."""
        if suffix in cls.extensions:
            return 0.7
        return 0.0 if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) else 0.1

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a line, or one a file for Markdown."""
        with open_text(path, encoding) as file:
            if path.suffix.lower() in _WHOLE:
                text = file.read(MAX_CELL_CHARS + 1)
                if text.strip():
                    yield checked(1, {"text": text})
                return
            number = 0
            while line := file.readline(MAX_CELL_CHARS + 2):
                number += 1
                if len(line) == MAX_CELL_CHARS + 2 and not line.endswith("\n"):
                    while (rest := file.readline(MAX_CELL_CHARS)) and not rest.endswith("\n"):
                        pass
                    yield reject(
                        number, "too_large", f"The line is longer than {MAX_CELL_CHARS:,} characters", "text"
                    )
                elif line.strip():
                    yield checked(number, {"text": line.rstrip("\n")})
