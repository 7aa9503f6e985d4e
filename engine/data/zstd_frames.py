"""Whether a Zstandard file is whole: its library reads a file that is cut short to where it ends and says nothing.

Walks over the frames and their blocks by the sizes in their headers (RFC 8878, section 3.1) without unpacking.
"""

from pathlib import Path
from typing import BinaryIO

_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = b"\x2a\x4d\x18"
_HEADER_BYTES = 18
_RLE = 1


def is_whole(path: Path) -> bool:
    """Whether every frame of the file ends where it should."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while (place := file.tell()) < size:
            if not _skip_frame(file, size):
                return False
            if file.tell() <= place:
                return False
        return size > 0


def _skip_frame(file: BinaryIO, size: int) -> bool:
    import zstandard

    place = file.tell()
    head = file.read(_HEADER_BYTES)
    if head[1:4] == _SKIPPABLE and len(head) >= 8:
        return _seek(file, place + 8 + int.from_bytes(head[4:8], "little"), size)
    if not head.startswith(_FRAME):
        return False
    try:
        header = zstandard.frame_header_size(head)
        checksum = 4 * zstandard.get_frame_parameters(head).has_checksum
    except zstandard.ZstdError:
        return False
    file.seek(place + header)
    while len(block := file.read(3)) == 3:
        bits = int.from_bytes(block, "little")
        kind, length = bits >> 1 & 3, bits >> 3
        if not _seek(file, file.tell() + (1 if kind == _RLE else length), size):
            return False
        if bits & 1:
            return _seek(file, file.tell() + checksum, size)
    return False


def _seek(file: BinaryIO, place: int, size: int) -> bool:
    file.seek(place)
    return place <= size
