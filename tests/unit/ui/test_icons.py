"""The icons: outlines of one hand, coloured when loaded."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.state.model import PAGES
from app.ui import icons


@pytest.mark.parametrize("name", icons.names())
def test_an_icon_draws_something(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, "#B45F06", 18, 2.0).toImage()
    opaque = sum(image.pixelColor(x, y).alpha() > 128 for x in range(36) for y in range(36))
    assert (image.width(), image.height()) == (36, 36)
    assert 15 < opaque < 36 * 36 or name == "luthier"


@pytest.mark.parametrize("name", [name for name in icons.names() if name != "luthier"])
def test_outlines_take_the_colour_that_is_asked_for(name: str) -> None:
    text = (icons.folder() / f"{name}.svg").read_text(encoding="utf-8")
    assert 'stroke="currentColor"' in text
    assert 'stroke-width="1.5"' in text
    assert "#" not in text, "a colour of its own"


def test_the_colour_arrives(qapp: QApplication) -> None:
    image = icons.pixmap("stop", "#FF0000", 20, 1.0).toImage()
    strongest = max((image.pixelColor(x, y) for x in range(20) for y in range(20)), key=QColor.alpha)
    assert (strongest.red(), strongest.green(), strongest.blue()) == (255, 0, 0)


def test_each_page_has_an_icon() -> None:
    assert set(PAGES) <= set(icons.names())


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", "#000000")
