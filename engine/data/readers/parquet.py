"""Parquet, batch by batch; a row's line is its number, from 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.arrow_rows import TooManyRows, items_of, require_rows, unreadable
from engine.data.readers.base import Item, Reader

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_BATCH_ROWS = 512
_BATCH_BYTES = 64 << 20  # of words that repeat: every row of a batch may hold the longest of them
_MAX_PAGE_BYTES = 256 << 20
_FEW_VALUES = 1 << 20
_VALUES_A_BYTE = 64


class Parquet(Reader):
    """Reads ``.parquet`` through pyarrow."""

    format = "parquet"
    extensions = (".parquet", ".pq")
    binary = True

    @classmethod
    def score(cls, suffix: str, head: bytes, text: str) -> float:
        """Knows its files by their first four bytes, and takes its own extension even so to say what is wrong."""
        return 1.0 if head.startswith(b"PAR1") else 0.95 * (suffix in cls.extensions)

    def read(self, path: Path, encoding: str) -> Iterator[Item]:
        """One item a row.

        Raises:
            UserError: ``UNREADABLE`` when the file is damaged, no Parquet, or made to exhaust this computer.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        size = path.stat().st_size
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                rows = _batch_rows(path, file.metadata, size)
                yield from items_of(file.iter_batches(batch_size=rows), size)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise unreadable(path, "Parquet", error) from None


def _batch_rows(path: Path, metadata: "pq.FileMetaData", size: int) -> int:
    """How many rows may be unpacked at a time: fewer where a column's words are long.

    Raises:
        TooManyRows: it says that it holds more than its size can mean.
    """
    require_rows(metadata.num_rows, size)
    longest = 0
    with path.open("rb") as file:
        for group in range(metadata.num_row_groups):
            for place in range(metadata.num_columns):
                column = metadata.row_group(group).column(place)
                if column.num_values > _FEW_VALUES + _VALUES_A_BYTE * size:
                    raise TooManyRows(f"it says that it has {column.num_values:,} values, in {size:,} bytes")
                if column.has_dictionary_page:
                    file.seek(column.dictionary_page_offset or 0)
                    longest = max(longest, _page_bytes(file.read(32)))
    if longest > _MAX_PAGE_BYTES:
        raise ValueError(f"one of its pages would unpack to {longest >> 20:,} MB")
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(1, longest)))


def _page_bytes(header: bytes) -> int:
    """Unpacked size of the page with this header (Thrift's compact protocol: kind of page, then the size)."""
    values, place = [], 0
    for _ in range(2):
        if header[place : place + 1] != b"\x15":  # the next field, an integer
            return 0
        value = shift = 0
        place += 1
        while place < len(header):
            byte = header[place]
            value |= (byte & 0x7F) << shift
            place, shift = place + 1, shift + 7
            if byte < 0x80:
                break
        values.append((value >> 1) ^ -(value & 1))
    return values[1]
