"""Columns that follow the width, and a height that follows the columns."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.grid import ColumnGrid


def block(height: int = 40) -> QWidget:
    widget = QWidget()
    widget.setFixedHeight(height)
    return widget


@pytest.mark.parametrize(("width", "columns"), [(150, 1), (250, 2), (340, 3), (2000, 4)])
def test_as_many_columns_as_fit(qtbot: QtBot, width: int, columns: int) -> None:
    window = QWidget()
    grid = ColumnGrid(100, most=4, gap=10, parent=window)
    qtbot.addWidget(window)
    for _ in range(8):
        grid.add(block())
    window.show()
    for first in (900, width):  # it can become narrower again
        grid.resize(first, 400)
    qtbot.waitUntil(lambda: len({widget.y() for widget in grid.widgets()}) == -(-8 // columns))
    assert grid.minimumSizeHint().width() <= 100


def test_fewer_lines_need_less_height(qtbot: QtBot) -> None:
    holder = QWidget()
    column = QVBoxLayout(holder)
    grid = ColumnGrid(100, most=4, gap=10)
    column.addWidget(grid)
    column.addStretch(1)
    grid.set_widgets([block() for _ in range(4)])
    qtbot.addWidget(holder)
    holder.resize(140, 600)
    holder.show()
    qtbot.waitUntil(lambda: grid.height() == 4 * 40 + 3 * 10)
    holder.resize(600, 600)
    qtbot.waitUntil(lambda: grid.height() == 40)


def test_replaced_widgets_go(qtbot: QtBot) -> None:
    grid = ColumnGrid(100)
    qtbot.addWidget(grid)
    first, second = block(), block()
    grid.set_widgets([first, second])
    grid.set_widgets([second])
    assert grid.widgets() == [second]
    assert first.isHidden()
