"""Whether a document made of zipped XML (XLSX, DOCX) is safe to give to its library.

Looked at before any library sees the file: how large it would unpack, and that no part declares entities, by which a
few lines of XML become gigabytes.
"""

import re
import zipfile
import zlib
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError

ZIP_MARK = b"PK\x03\x04"
MAX_PART_BYTES = 1 << 30
MAX_TOTAL_BYTES = 2 << 30
MAX_PARTS = 20_000
_ALLOWED_RATIO = 400  # repeated cells compress well
_SMALL_BYTES = 16 << 20  # below, any ratio is harmless
_PROLOGUE = 64 << 10
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_office_file(path: Path, kind: str) -> None:
    """
    Raises:
        UserError: ``UNREADABLE``: no such document, damaged, or made to exhaust this computer.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            reason = _too_large(parts) or _entities(archive, parts)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        EOFError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise unreadable(path, kind, str(error) or type(error).__name__) from None
    if reason:
        raise UserError(
            ErrorCode.UNREADABLE, f"{path} is not opened: {reason}", hint="Save it again from its program."
        )


def unreadable(path: Path, kind: str, reason: str) -> UserError:
    """A document that its library cannot read."""
    return UserError(
        ErrorCode.UNREADABLE,
        f"{path} cannot be read as {kind}: {(reason.strip() or 'it is damaged').splitlines()[0][:200]}",
        hint="The file may be damaged or of another type; save it again from its program.",
    )


def _too_large(parts: list[zipfile.ZipInfo]) -> str:
    if len(parts) > MAX_PARTS:
        return f"it has {len(parts):,} parts"
    for part in parts:
        if part.file_size > MAX_PART_BYTES:
            return f"its part {part.filename!r} would unpack to {part.file_size >> 20:,} MB"
        if part.file_size > _SMALL_BYTES and part.file_size > _ALLOWED_RATIO * max(1, part.compress_size):
            return f"its part {part.filename!r} unpacks to over {_ALLOWED_RATIO} times its size"
    total = sum(part.file_size for part in parts)
    return f"it would unpack to {total >> 20:,} MB" if total > MAX_TOTAL_BYTES else ""


def _entities(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as file:
                if _DECLARATION.search(file.read(_PROLOGUE)):
                    return f"its part {part.filename!r} declares XML entities"
    return ""
