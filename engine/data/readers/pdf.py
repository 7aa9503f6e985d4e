"""PDF documents: the text of each page is a row, and the row's line is the page."""

import logging
from collections.abc import Iterator
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers.base import Item, Reader, checked
from engine.data.rows import reject

_MAX_PAGES = 20_000


class Pdf(Reader):
    """Reads ``.pdf`` through pypdf into the column ``text``; pictures of text (scans) hold none."""

    format = "pdf"
    extensions = (".pdf",)
    binary = True

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Knows its files by the mark near their beginning."""
        return 1.0 if b"%PDF-" in head[:1024] else 0.95 * (suffix in cls.extensions)

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a page with text, or with a text that cannot be read.

        Raises:
            UserError: ``UNREADABLE``: damaged, locked by a password, or without any text.
        """
        import pypdf

        logging.getLogger("pypdf").setLevel(logging.ERROR)
        try:
            reader = pypdf.PdfReader(path, strict=False)
            locked = reader.is_encrypted and not reader.decrypt("")
            pages = 0 if locked else len(reader.pages)
        except Exception as error:  # a damaged file fails in any way that its syntax can
            raise _unreadable(path, f"{type(error).__name__}: {error}") from None
        if locked:
            raise _unreadable(path, "it is locked by a password")
        found = False
        for number in range(1, min(pages, _MAX_PAGES) + 1):
            try:
                text = reader.pages[number - 1].extract_text().strip()
            except Exception as error:  # as above; the other pages may be whole
                found = True
                yield reject(number, "bad_page", f"The page cannot be read: {type(error).__name__}")
                continue
            if text:
                found = True
                yield checked(number, {"text": text.encode("utf-8", "replace").decode("utf-8")})
        if not found:
            raise _unreadable(path, "it holds no text, only pictures of it (a scan), or nothing")


def _unreadable(path: Path, reason: str) -> UserError:
    return UserError(
        ErrorCode.UNREADABLE,
        f"{path} cannot be read as PDF: {reason.splitlines()[0][:200]}",
        hint="Save it anew without a password; a scan must go through a text recognition first.",
    )
