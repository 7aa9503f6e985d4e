"""Opens a dataset file with the reader that fits its name and its content."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.data.discover import members
from engine.data.encoding import detect_encoding
from engine.data.readers.base import Item, Reader

_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A file, how it is read, and its size when it was opened."""

    path: Path
    reader: Reader
    encoding: str
    size_bytes: int

    def items(self) -> Iterator[Item]:
        """Its rows and rejections, from the beginning."""
        return self.reader.read(self.path, self.encoding)


def open_dataset(path: Path) -> DatasetFile:
    """Choose a reader for ``path`` by extension and content.

    Raises:
        UserError: ``NOT_FOUND`` or ``UNREADABLE``.
    """
    readers = members("engine.data.readers", Reader)  # type: ignore[type-abstract]
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        size = path.stat().st_size
        is_text = not head.startswith(b"PAR1")
        encoding = detect_encoding(path) if is_text else ""
    except FileNotFoundError:
        raise UserError(ErrorCode.NOT_FOUND, f"There is no dataset file at {path}") from None
    except OSError as error:
        reason = "it is a folder" if path.is_dir() else (error.strerror or str(error))
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: {reason}") from None
    text = head.decode(encoding, "replace") if encoding else ""
    scores = [(reader.score(path.suffix.lower(), head, text), reader) for reader in readers]
    score, best = max(scores, key=lambda item: item[0])
    if score <= 0:
        known = ", ".join(name for reader in readers for name in reader.extensions)
        raise UserError(
            ErrorCode.UNREADABLE, f"{path} is no dataset file that can be read", hint=f"Known types: {known}."
        )
    return DatasetFile(path, best(), "binary" if best.binary else encoding, size)
