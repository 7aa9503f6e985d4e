"""Saving a recipe for other programs: offered as the engine declares it, written by it, and what is lost is named."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.views.commands import action_commands
from app.views.method import MethodPage
from engine.contract.exchange import ExportedConfig
from engine.contract.results import Unmapped
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import opener


def test_the_menu_and_the_palette_offer_every_form(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = opener(MethodPage, qtbot)("planned")
    titles = [action.text() for action in shown.page.recipe_menu.actions() if action.text()]
    assert titles[2:] == ["Save as LLaMA-Factory…", "Save as Transformers + PEFT script…"]
    asked: list[Any] = []

    def chosen(*args: Any) -> tuple[str, str]:
        asked.append(args)
        return "/somewhere/train.py", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    shown.page.recipe_menu.actions()[-1].trigger()
    assert shown.intents.named("export_recipe") == [("script", "/somewhere/train.py")]
    assert asked[0][2] == "recipe.py"
    commands = action_commands(shown.state, shown.intents, shown.page._asks)
    next(item for item in commands if item.title == "Save the recipe as LLaMA-Factory…").run()
    assert shown.intents.named("export_recipe")[1][0] == "llamafactory"


def test_what_has_no_counterpart_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(qtbot, tmp_path / "home")
    lost = Unmapped(option="data.steps", value="[]", reason="x")
    desk.do._foreign._written(ExportedConfig(program="Other", files=("/a/b.yaml",), unmapped=(lost,)))
    desk.do._foreign._written(ExportedConfig(program="Other", files=("/a/c.yaml",), unmapped=()))
    first, second = desk.state.notices[-2:]
    assert (first.kind, second.kind) == ("warning", "success")
    assert first.text == "Written for Other: /a/b.yaml. 1 options have no counterpart: data.steps"
    assert first.intent == "reveal:/a/b.yaml"
    desk.do.close()
