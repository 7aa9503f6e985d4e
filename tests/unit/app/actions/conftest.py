"""A desk for the tests of the actions."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.fakes.desk import Desk


@pytest.fixture
def sit_down(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens desks with the fake engine's arguments; ``home=`` shares one home between two of them."""
    desks: list[Desk] = []

    def open_desk(*engine: str, home: Path | None = None) -> Desk:
        desks.append(Desk(qtbot, home or tmp_path / "home", *(engine or ("normal",))))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.do.close()
