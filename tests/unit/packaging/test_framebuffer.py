"""A picture of a virtual screen, read from the file that Xvfb keeps."""

import struct
import zlib
from pathlib import Path

import pytest

WIDTH, HEIGHT, PADDING, COLOURS = 6, 4, 8, 2


def screen(folder: Path, point: tuple[int, int, int]) -> Path:
    """A black screen with the left half of its middle row in one colour (red, green, blue)."""
    import framebuffer

    fields = [0] * 25
    fields[0], fields[4], fields[5], fields[11] = framebuffer.HEADER.size + 4, WIDTH, HEIGHT, 32
    fields[12], fields[19] = WIDTH * 4 + PADDING, COLOURS
    rows = [bytearray(WIDTH * 4 + PADDING) for _ in range(HEIGHT)]
    red, green, blue = point
    rows[HEIGHT // 2][: WIDTH * 2] = bytes((blue, green, red, 0)) * (WIDTH // 2)
    head = struct.pack(">25I", *fields) + b"name" + bytes(COLOURS * framebuffer.COLOUR_BYTES)
    (folder / framebuffer.NAME).write_bytes(head + b"".join(rows))
    return folder


def test_points_come_as_red_green_blue(tmp_path: Path) -> None:
    import framebuffer

    width, height, points = framebuffer.read(screen(tmp_path, (250, 120, 10)))
    assert (width, height) == (WIDTH, HEIGHT)
    middle = points[HEIGHT // 2 * WIDTH * 3 :][: WIDTH * 3]
    assert middle == bytes((250, 120, 10)) * 3 + bytes(9)


@pytest.mark.parametrize(("point", "painted"), [((0, 0, 0), False), ((0, 0, 1), True)])
def test_a_screen_is_painted_when_its_middle_is(
    tmp_path: Path, point: tuple[int, int, int], painted: bool
) -> None:
    import framebuffer

    assert framebuffer.is_painted(screen(tmp_path, point)) is painted


def test_the_picture_is_a_png_with_the_same_points(tmp_path: Path) -> None:
    import framebuffer

    framebuffer.save(screen(tmp_path, (9, 8, 7)), tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    length = struct.unpack(">I", content[33:37])[0]
    rows = zlib.decompress(content[41 : 41 + length])
    assert b"".join(rows[row * 19 + 1 :][:18] for row in range(HEIGHT)) == framebuffer.read(tmp_path)[2]
