"""PDF documents: the text of each page is a row, and the row's line is the page."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.data.readers.base import Item, Reader, checked
from engine.data.rows import reject, shortened

if TYPE_CHECKING:
    import pypdf

_MAX_PAGES = 20_000
_MAX_PAGE_BYTES = 4 << 20  # of drawing, unpacked: what a person reads of it is a hundredth
_FEW_BYTES = 8 << 20
_BYTES_A_BYTE = 20  # drawing shrinks to a tenth
_FEW_DRAWN = 150_000
_DAMAGES = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip


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
            UserError: ``UNREADABLE``: damaged, locked by a password, without any text, or made to take forever.
        """
        import pypdf
        from pypdf.errors import DependencyError, PyPdfError

        logging.getLogger("pypdf").setLevel(
            logging.CRITICAL
        )  # it has a word for every oddity of a damaged file
        damages = (*_DAMAGES, PyPdfError)
        try:
            reader = pypdf.PdfReader(path, strict=False)
            locked = reader.is_encrypted and not reader.decrypt("")
            pages = 0 if locked else len(reader.pages)
        except DependencyError:  # the ciphers of newer files come in a package of their own
            locked = True
        except damages as error:
            raise _unreadable(path, str(error) or type(error).__name__) from None
        if locked:
            raise _unreadable(path, "it is locked by a password")
        budget = _Budget(path)
        found = False
        for number in range(1, min(pages, _MAX_PAGES) + 1):
            try:
                text = budget.text_of(reader.pages[number - 1])
            except damages as error:
                found = True  # the other pages may be whole
                reason = shortened(str(error) or type(error).__name__, 120)
                yield reject(number, "bad_page", f"The page cannot be read: {reason}")
                continue
            if text:
                found = True
                yield checked(number, {"text": text.encode("utf-8", "replace").decode("utf-8")})
        if not found:
            raise _unreadable(path, "it holds no text, only pictures of it (a scan), or nothing")


class _Budget:
    """What may be unpacked and drawn of one file: pages may share their drawing, and drawings contain each other, so
    that a small file takes forever."""

    def __init__(self, path: Path) -> None:
        size = path.stat().st_size
        self._path = path
        self._bytes = _FEW_BYTES + _BYTES_A_BYTE * size
        self._drawn = _FEW_DRAWN + size

    def text_of(self, page: "pypdf.PageObject") -> str:
        """The text of a page.

        Raises:
            UserError: the file has used up what it may.
            ValueError: the page alone is too large.
        """
        contents = page.get_contents()
        size = len(contents.get_data()) if contents is not None else 0
        self._bytes -= size
        self._require(self._bytes)
        if size > _MAX_PAGE_BYTES:
            raise ValueError(f"it is drawn with {size >> 20} MB")
        return page.extract_text(visitor_operand_before=self._count).strip()

    def _count(self, *_: Any) -> None:
        """Called for each thing that is drawn."""
        self._drawn -= 1
        self._require(self._drawn)

    def _require(self, left: int) -> None:
        if left < 0:
            raise UserError(
                ErrorCode.UNREADABLE,
                f"{self._path} is not read further: it draws more than a file of its size can mean",
                hint="Print it to a new PDF first.",
            )


def _unreadable(path: Path, reason: str) -> UserError:
    return UserError(
        ErrorCode.UNREADABLE,
        f"{path} cannot be read as PDF: {reason.splitlines()[0][:200]}",
        hint="Save it anew without a password; a scan must go through a text recognition first.",
    )
