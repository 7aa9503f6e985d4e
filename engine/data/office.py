"""Documents made of zipped XML (XLSX, DOCX), read part by part as a stream of tags.

Nothing of them is ever held as a tree, and a part with a document type is refused: entities, by which a few lines of
XML become gigabytes or name files of this computer, have no place in these formats. How much a document may unpack
to is decided before any of it is unpacked.
"""

import contextlib
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from xml.parsers import expat

from engine.contract.errors import ErrorCode, UserError

ZIP_MARK = b"PK\x03\x04"
MAX_PART_BYTES = 1 << 30
MAX_TOTAL_BYTES = 2 << 30
MAX_PARTS = 20_000
_ALLOWED_RATIO = 400  # repeated cells compress well
_SMALL_BYTES = 16 << 20  # below, any ratio is harmless
_CHUNK = 1 << 16
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
    LookupError,
)  # fmt: skip

Attributes = dict[str, str]


class Handler(Protocol):
    """Is told of the tags of a part, by their names without namespace, and of the text between them."""

    def start(self, tag: str, attributes: Attributes) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class OfficeFile:
    """An opened document. Raises ``UserError`` (``UNREADABLE``) for whatever is wrong with it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, kind: str) -> None:
        self._path, self._archive, self._kind = path, archive, kind
        self._parts = {part.filename: part for part in archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def size_bytes(self, part: str) -> int:
        """Of the unpacked part."""
        return self._parts[part].file_size

    def main_part(self, default: str) -> str:
        """The part that the document begins with."""
        for kind, _, target in self.relations(""):
            if kind == "officeDocument" and target in self:
                return target
        return default

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Kind, id and target of what ``part`` refers to inside the document."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        found: list[tuple[str, str, str]] = []
        if listed in self:
            for tag, attributes in self.tags(listed):
                if tag == "Relationship" and attributes.get("TargetMode") != "External":
                    kind = attributes.get("Type", "").rpartition("/")[2]
                    target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                    found.append((kind, attributes.get("Id", ""), target.lstrip("/")))
        return found

    def tags(self, part: str) -> list[tuple[str, Attributes]]:
        """Every tag of a small part."""
        handler = _Tags()
        for _ in self.parse(part, handler):
            pass
        return handler.found

    def parse(self, part: str, handler: Handler) -> Iterator[None]:
        """Feed ``part`` to ``handler``, pausing after each piece so that what it has gathered can be taken."""
        if part not in self:
            raise unreadable(self._path, self._kind, f"its part {part!r} is missing")
        parser = _parser(handler)
        try:
            with self._archive.open(self._parts[part]) as file:
                while chunk := file.read(_CHUNK):
                    parser.Parse(chunk, False)
                    yield
                parser.Parse(b"", True)
                yield
        except _Declared:
            raise self._refused(f"its part {part!r} declares XML entities") from None
        except _DAMAGED as error:
            raise unreadable(self._path, self._kind, f"its part {part!r} is damaged ({error})") from None

    def require_bounded(self) -> None:
        """Raises when unpacking the document would exhaust this computer."""
        parts = list(self._parts.values())
        if len(parts) > MAX_PARTS:
            raise self._refused(f"it has {len(parts):,} parts")
        for part in parts:
            if part.file_size > MAX_PART_BYTES:
                raise self._refused(f"its part {part.filename!r} would unpack to {part.file_size >> 20:,} MB")
            if part.file_size > _SMALL_BYTES and part.file_size > _ALLOWED_RATIO * max(1, part.compress_size):
                raise self._refused(
                    f"its part {part.filename!r} unpacks to over {_ALLOWED_RATIO} times its size"
                )
        total = sum(part.file_size for part in parts)
        if total > MAX_TOTAL_BYTES:
            raise self._refused(f"it would unpack to {total >> 20:,} MB")

    def _refused(self, reason: str) -> UserError:
        return UserError(
            ErrorCode.UNREADABLE,
            f"{self._path} is not opened: {reason}",
            hint="Save it again from its program.",
        )


@contextlib.contextmanager
def open_office(path: Path, kind: str) -> Iterator[OfficeFile]:
    """
    Raises:
        UserError: ``UNREADABLE``: no such document, damaged, or made to exhaust this computer.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise unreadable(path, kind, str(error) or type(error).__name__) from None
    with archive:
        document = OfficeFile(path, archive, kind)
        document.require_bounded()
        yield document


def unreadable(path: Path, kind: str, reason: str) -> UserError:
    """A document that cannot be read."""
    return UserError(
        ErrorCode.UNREADABLE,
        f"{path} cannot be read as {kind}: {(reason.strip() or 'it is damaged').splitlines()[0][:200]}",
        hint="The file may be damaged or of another type; save it again from its program.",
    )


class _Declared(Exception):
    """A document type stands in a part."""


class _Tags:
    def __init__(self) -> None:
        self.found: list[tuple[str, Attributes]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        self.found.append((tag, attributes))

    def end(self, tag: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _parser(handler: Handler) -> Any:
    """A parser that calls ``handler`` with local names: both flavours of these formats then look alike."""

    def start(tag: str, attributes: Attributes) -> None:
        handler.start(_local(tag), {_local(name): value for name, value in attributes.items()})

    def declared(*_: object) -> None:
        raise _Declared

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: handler.end(_local(tag))
    parser.CharacterDataHandler = handler.text
    return parser


def _local(name: str) -> str:
    return name[name.rfind(" ") + 1 :]
