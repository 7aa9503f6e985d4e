"""The pictures can be taken, show something, and in Chinese show no English that has a translation.

All of them: ``make screenshots``.
"""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.state.model import PAGES
from app.ui.widgets import ElidedLabel
from tests.gui.screenshots import SHOWN, Shot, shots, take
from tests.gui.shell_fixtures import open_shell, shared_theme
from tests.gui.stories import stories

TOOL = Path(__file__).resolve().parents[2] / "packaging" / "translations.py"


def different_colours(image: QImage) -> int:
    return len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)})


def test_every_page_has_its_pictures() -> None:
    wanted = list(shots())
    assert {shot.page for shot in wanted} == set(PAGES)
    assert len({shot.name for shot in wanted}) == len(wanted) > 90
    for page in PAGES:
        combinations = {(shot.theme, shot.language) for shot in wanted if shot.page == page}
        assert len(combinations) == 4
        assert set(SHOWN[page]) <= set(stories())


def test_a_picture_is_taken(qtbot: QtBot, tmp_path: Path) -> None:
    theme = shared_theme()
    pictures = take(
        [Shot("home", "finished", "light", "en"), Shot("home", "finished", "dark", "en")], tmp_path, theme
    )
    light, dark = (QImage(str(path)) for path in sorted(pictures, reverse=True))
    assert (light.width(), light.height()) == (1440, 900)
    assert min(different_colours(light), different_colours(dark)) > 30
    assert light.pixelColor(700, 860).lightness() > 200
    assert dark.pixelColor(700, 860).lightness() < 60


def english() -> dict[str, str]:
    """Source strings that read differently in Chinese."""
    spec = importlib.util.spec_from_file_location("luthier_translations_again", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    entries = module.entries(module.path_of("zh_CN"))
    same = {source for (_, source), text in entries.items() if text == source}
    return {source: text for (_, source), text in entries.items() if source not in same}


def words_of(widget: QWidget) -> set[str]:
    labels = [
        label.full_text() if isinstance(label, ElidedLabel) else label.text()
        for label in widget.findChildren(QLabel)
    ]
    buttons = [button.text() for button in widget.findChildren(QAbstractButton)]
    tips = [child.toolTip() for child in widget.findChildren(QWidget)]
    return {text.strip() for text in (*labels, *buttons, *tips) if text.strip()}


@pytest.mark.parametrize("page", PAGES)
def test_chinese_pages_say_nothing_in_english(qtbot: QtBot, page: str) -> None:
    known = english()
    with open_shell() as shell:
        for story in SHOWN[page]:
            state = stories()[story]
            chinese = replace(state.preferences, theme="light", language="zh_CN")
            shell.store.set(replace(state, page=page, preferences=chinese))  # type: ignore[arg-type]
            left = {text for text in words_of(shell.window.page(page)) if text in known}  # type: ignore[arg-type]
            schema = state.engine.schema  # a mapping of columns shows the names that a format has for them
            names = {name for info in schema.data_formats for name in info.names} if schema else set()
            assert left - names - {state.focus_help[0]} == set()
        shell.show("empty", "home")
