"""Reads the picture on a virtual screen from the file in which Xvfb keeps it (`-fbdir`), without a graphics library.

The file is in the format of `xwd`: a header of 32-bit numbers, high byte first, a table of colours, and the points.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

NAME = "Xvfb_screen0"
HEADER = struct.Struct(">25I")
COLOUR_BYTES = 12  # of an entry in the table
POINT_BYTES = 4


def read(folder: Path) -> tuple[int, int, bytes]:
    """Width, height and the rows from top to bottom, three bytes (red, green, blue) a point."""
    content = (folder / NAME).read_bytes()
    fields = HEADER.unpack_from(content)
    header_bytes, width, height, bits, row_bytes, colours = (fields[index] for index in (0, 4, 5, 11, 12, 19))
    assert bits == POINT_BYTES * 8, f"the screen has {bits} bits a point"
    start = header_bytes + colours * COLOUR_BYTES
    lines = []
    for row in range(height):
        line = content[start + row * row_bytes :][: width * POINT_BYTES]
        points = bytearray(width * 3)
        for channel in range(3):
            points[channel::3] = line[2 - channel :: POINT_BYTES]
        lines.append(bytes(points))
    return width, height, b"".join(lines)


def is_painted(folder: Path) -> bool:
    """Whether anything but black is in the middle of the screen, where a bare one is black."""
    width, height, points = read(folder)
    middle = points[(height // 2) * width * 3 :][: width * 3]
    return any(middle)


def save(folder: Path, picture: Path) -> None:
    """The screen as a PNG."""
    width, height, points = read(folder)
    rows = b"".join(b"\0" + points[row * width * 3 :][: width * 3] for row in range(height))
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
