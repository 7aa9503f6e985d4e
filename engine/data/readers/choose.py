"""Opens a dataset file with the reader that fits its name and its content."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.data.content import content_of, plain_name
from engine.data.discover import members
from engine.data.encoding import detect_encoding, head_encoding
from engine.data.readers.base import Item, Reader
from engine.data.rows import Record

_HEAD_BYTES = 1 << 20
_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive under another name",
    b"\xd0\xcf\x11\xe0": "an old Office document, or a locked one; save it as .xlsx or .docx, without a password",
    b"\x1f\x8b": "compressed twice",
    b"BZh": "compressed twice",
    b"\xfd7zXZ": "compressed twice",
    b"\x28\xb5\x2f\xfd": "compressed twice",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format 3": "a database",
    b"GGUF": "a model",
}
_FEW_CHARS = 128 << 20
_CHARS_A_BYTE = 100
_SURE = 0.95  # of a binary type, which its first bytes or its name tell


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file, how it is read, and its size when it was opened.

    ``content`` is where its bytes lie: the file itself, or an unpacked copy. ``size_bytes`` is that of the content.
    """

    path: Path
    reader: Reader
    encoding: str
    size_bytes: int
    content: Path

    def items(self) -> Iterator[Item]:
        """Its rows and rejections, from the beginning.

        Raises:
            UserError: ``UNREADABLE``: it is damaged, or made to exhaust this computer.
        """
        try:
            items = self.reader.read(self.content, self.encoding)
            yield from _bounded(items, self.path, self.size_bytes) if self.reader.binary else items
        except UserError as error:
            if self.content == self.path:
                raise
            info = error.info  # a user knows the file by its own name, not by that of its unpacked copy
            message = info.message.replace(str(self.content), str(self.path))
            raise UserError(info.code, message, hint=info.hint) from None

    @property
    def delimiter(self) -> str:
        """What stands between the cells of a table, else ""."""
        return self.reader.delimiter(self.content, self.encoding)


def _bounded(items: Iterator[Item], path: Path, size_bytes: int) -> Iterator[Item]:
    """``items`` while their texts are in proportion to the file: packed ones can say one text a million times."""
    left = _FEW_CHARS + _CHARS_A_BYTE * size_bytes
    for item in items:
        if isinstance(item, Record):
            left -= chars_of(item.fields)
            if left < 0:
                raise UserError(
                    ErrorCode.UNREADABLE,
                    f"{path} is not read further than row {item.line}: its texts are over {_CHARS_A_BYTE} times its size",
                    hint="If the rows are meant to be so alike, save them as JSON Lines.",
                )
        yield item


def chars_of(value: object) -> int:
    """How many characters the texts in a record have."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(chars_of, value.values()))
    return sum(map(chars_of, value)) if isinstance(value, list) else 0


def readers() -> tuple[type[Reader], ...]:
    """The file types of this installation."""
    return members("engine.data.readers", Reader)  # type: ignore[type-abstract]


def known_extensions() -> frozenset[str]:
    """The endings by which files are recognised."""
    return frozenset(name for reader in readers() for name in reader.extensions)


def open_dataset(path: Path) -> DatasetFile:
    """Choose a reader for ``path`` by extension and content.

    Raises:
        UserError: ``NOT_FOUND`` or ``UNREADABLE``.
    """
    content = content_of(path)
    try:
        with content.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        size = content.stat().st_size
    except OSError as error:
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: {error.strerror or error}") from None
    suffix = plain_name(path).suffix.lower()
    best, encoding = _choose(suffix, head, complete=size <= len(head))
    foreign = next((kind for mark, kind in _FOREIGN.items() if head.startswith(mark)), None)
    if foreign and (best is None or not best.binary or "Office" in foreign):
        raise UserError(ErrorCode.UNREADABLE, f"{path} is no dataset file: it is {foreign}")
    if best is None:
        known = ", ".join(sorted(known_extensions()))
        raise UserError(
            ErrorCode.UNREADABLE, f"{path} is no dataset file that can be read", hint=f"Known types: {known}."
        )
    if not best.binary and size > len(head) and not best.finds_encoding:
        encoding = detect_encoding(content)
    return DatasetFile(path, best(), "binary" if best.binary else encoding, size, content)


def _choose(suffix: str, head: bytes, *, complete: bool) -> tuple[type[Reader] | None, str]:
    """The best reader, and the encoding that the beginning of the file promises."""
    binary = [(item.score(suffix, head, ""), item) for item in readers() if item.binary]
    score, best = max(binary, key=lambda pair: pair[0])
    if score >= _SURE:
        return best, ""
    encoding = head_encoding(head, complete=complete)
    text = head.decode(encoding, "replace")
    scores = [(item.score(suffix, head, text), item) for item in readers() if not item.binary]
    score, best = max(scores, key=lambda pair: pair[0])
    return (best if score > 0 else None), encoding
