"""Arrow IPC (also called Feather), as a file or as a stream, batch by batch; a row's line is its number, from 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.arrow_rows import items_of, unreadable
from engine.data.readers.base import Item, Reader

if TYPE_CHECKING:
    import pyarrow as pa

_FILE_MARK = b"ARROW1"


class Arrow(Reader):
    """Reads ``.arrow``, ``.feather`` and ``.ipc`` through pyarrow."""

    format = "arrow"
    extensions = (".arrow", ".feather", ".ipc")
    binary = True

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Knows files by their first bytes; streams have none of their own and are known by the extension."""
        return 1.0 if head.startswith(_FILE_MARK) else 0.95 * (suffix in cls.extensions)

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a row.

        Raises:
            UserError: ``UNREADABLE`` when the file is damaged or no Arrow.
        """
        import pyarrow as pa

        try:
            with pa.OSFile(str(path)) as file:
                yield from items_of(_batches(pa, file), path.stat().st_size)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise unreadable(path, "Arrow", error) from None


def _batches(pa: Any, file: Any) -> "Iterator[pa.RecordBatch]":
    if file.read(len(_FILE_MARK)) == _FILE_MARK:
        reader = pa.ipc.open_file(file)
        yield from (reader.get_batch(index) for index in range(reader.num_record_batches))
        return
    file.seek(0)
    yield from pa.ipc.open_stream(file)
