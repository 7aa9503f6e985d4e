"""A Python file of rewards: chosen in the form, shown before it may run, and used once it was allowed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.client.process import EngineProgram, default_program
from app.forms.editors import PathEdit
from app.forms.fields import field_at
from app.state.base_models import CodeReading
from app.state.model import AppState
from app.views.error_ways import WayButton
from app.views.models_code import CodeDialog, CodeReader
from app.views.plan_panel import PlanCard
from engine.contract.base_models import CodeFile, ModelCode
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.registry import schema_reply
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import unnamed_controls
from tests.gui.stories import Recorder
from tests.integration.talker import make_talker

TEXT = "print('ran')\n\ndef reward(prompt, completion, row):\n    return float(len(completion))\n"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    usual = default_program()
    home = tmp_path / "home"
    places = {"LUTHIER_HOME": str(home), "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")}
    made = Desk(
        qtbot, home, program=EngineProgram(usual.program, usual.arguments, usual.environment | places)
    )
    yield made
    made.do.close()


def test_the_plan_asks_for_the_code_and_goes_on_once_it_was_allowed(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    card = PlanCard(desk.do)
    reader = CodeReader(desk.do, card)
    qtbot.addWidget(card)
    card.show()

    def until(condition: Callable[[AppState], object]) -> None:
        desk.wait(condition)
        card.render_state(desk.state)
        reader.render(desk.state.models.reading)

    desk.wait(lambda s: s.draft.recipe)
    rewards = tmp_path / "rewards.py"
    rewards.write_text(TEXT)
    desk.do.set_option("model.path", str(make_talker(tmp_path / "talker")))
    desk.do.choose_variant("objective", "grpo")
    desk.do.set_option("objective.reward_funcs", str(rewards))
    rows = tmp_path / "rows.json"
    rows.write_text('[{"instruction": "w1", "output": "w7"}, {"instruction": "w2", "output": "w7"}]')
    desk.do.import_files([str(rows)])
    until(lambda s: s.draft.plan_error)
    assert desk.state.draft.plan_error.recipe_path == "objective.reward_funcs"  # type: ignore[union-attr]
    assert card.way.isVisible() and reader.dialog is None
    before = desk.state.page
    card.way.click()
    until(lambda s: s.models.reading.code)
    dialog = reader.dialog
    assert dialog is not None and desk.state.page == before, "the page was left"
    assert dialog.text.toPlainText() == TEXT and "rewards.py" in dialog.files.item(0).text()
    assert "what an answer is worth" in dialog.what.text() and not unnamed_controls(dialog)
    dialog.refuse.click()
    until(lambda s: not s.models.reading.path)
    assert reader.dialog is None and desk.state.draft.plan is None, "refusing allowed it"
    card.way.click()
    until(lambda s: s.models.reading.code)
    assert reader.dialog is not None
    reader.dialog.allow.click()
    until(lambda s: s.draft.plan and not s.draft.plan_error)
    assert not card.way.isVisible() and reader.dialog is None


def test_the_form_picks_python_files_and_folders(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = schema_reply().recipe_schema
    place = schema["properties"]["objective"]
    names = [item["$ref"].rpartition("/")[2] for item in place["oneOf"]]
    grpo = next(
        schema["$defs"][n] for n in names if schema["$defs"][n]["properties"]["kind"]["const"] == "grpo"
    )
    asked: list[tuple[str, str]] = []

    def file(parent: object, title: str, path: str, kinds: str) -> tuple[str, str]:
        asked.append(("file", kinds))
        return "/home/mara/rewards.py", ""

    def folder(parent: object, title: str, path: str) -> str:
        asked.append(("folder", ""))
        return "/home/mara/judge"

    monkeypatch.setattr(QFileDialog, "getOpenFileName", file)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder)
    assert {grpo["properties"][n]["picks"] for n in ("reward_funcs", "reward_model")} == {"python", "folder"}
    chosen: list[object] = []
    for name in ("reward_funcs", "reward_model"):
        part = {"properties": {name: grpo["properties"][name]}}
        field = field_at(part, name)
        assert field is not None and field.kind == "path" and not field.expert
        editor = PathEdit(field)
        qtbot.addWidget(editor)
        editor.changed.connect(chosen.append)
        editor.browse.click()
    assert asked == [("file", "Python files (*.py)"), ("folder", "")]
    assert chosen == ["/home/mara/rewards.py", "/home/mara/judge"]


def test_the_button_beside_the_error_speaks_of_rewards(qtbot: QtBot) -> None:
    intents = Recorder()
    button = WayButton(intents)  # type: ignore[arg-type]
    qtbot.addWidget(button)
    details = {"code_folder": "/home/mara/rewards.py"}
    button.show_error(ErrorInfo(code=ErrorCode.MODEL_UNSUPPORTED, message="x", details=details))
    assert "gives the rewards" in button.toolTip()
    button.click()
    assert intents.named("show_code") == [("/home/mara/rewards.py",)] and not intents.named("show_page")


@pytest.mark.parametrize(
    ("change", "words", "buttons"),
    [
        ({"allowed": True}, "You allowed exactly", {"withdraw"}),
        ({"digest": ""}, "no such file any more", set()),
        ({}, "It could do anything", {"allow"}),
    ],
)
def test_the_dialog_speaks_of_rewards(
    qtbot: QtBot, change: dict[str, object], words: str, buttons: set[str]
) -> None:
    path = "/home/mara/rewards.py"
    given = {"digest": "d" * 64, "needed": True, "purpose": "rewards", "called": ("reward",), **change}
    file = CodeFile(name="rewards.py", sha256="a" * 64, size_bytes=10)
    dialog = CodeDialog(Recorder())  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    code = ModelCode(path=path, files=(file,), file="rewards.py", **given)  # type: ignore[arg-type]
    dialog.show_reading(CodeReading(path, code))
    assert words in dialog.what.text() and "model's" not in dialog.allow.toolTip()
    assert {name for name in ("allow", "withdraw") if getattr(dialog, name).isVisibleTo(dialog)} == buttons


def test_a_banner_is_as_high_as_its_sentences_in_a_narrow_card(qtbot: QtBot) -> None:
    """A layout takes the height of a wide banner for the most that it may have."""
    card = PlanCard(Recorder())  # type: ignore[arg-type]
    qtbot.addWidget(card)
    words = (
        "The rewards in /home/mara/projects/sums/rewards.py are code, which could do anything that you can"
    )
    card.error.set_error(ErrorInfo(code=ErrorCode.RECIPE_INVALID, message=words, hint=words))
    card.resize(320, 900)
    card.show()
    for part in (card.error.message, card.error.hint):
        qtbot.waitUntil(lambda part=part: part.height() >= part.heightForWidth(part.width()), timeout=5000)
