"""Code of a model's folder and files to convert, decided on the Models page: the real page and a real engine."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file

from app.client.process import EngineProgram, default_program
from app.state.base_models import CodeReading
from app.state.model import AppState
from app.views.error_ways import WayButton
from app.views.models import ModelsPage
from app.views.models_code import CodeDialog, CodeReader
from engine.contract.base_models import CodeFile, ModelCode
from engine.contract.errors import ErrorCode, ErrorInfo
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import light_theme, unnamed_controls
from tests.gui.stories import Recorder
from tests.unit.models.hostile_folders import code, good_folder


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good_folder(tmp_path_factory.mktemp("good") / "model")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    return tmp_path / "mine"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, mine: Path) -> Iterator[Desk]:
    usual = default_program()
    home = tmp_path / "home"
    places = {"LUTHIER_HOME": str(home), "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")}
    program = EngineProgram(usual.program, usual.arguments, {**usual.environment, **places})
    made = Desk(qtbot, home, program=program)
    made.wait(lambda s: s.models.scanned)
    yield made
    made.do.close()


class ReadingPage(ModelsPage):
    """The page with the dialog that the window opens over it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.store, desk.do, light_theme())
        self.code = CodeReader(desk.do, self)

    def render(self, state: AppState) -> None:  # type: ignore[override]
        super().render(state)
        self.code.render(state.models.reading)


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> Iterator[ReadingPage]:
    made = ReadingPage(desk)
    qtbot.addWidget(made)
    seeing = desk.store.changed.connect(lambda *_: made.render(desk.state))
    made.resize(1200, 800)
    made.render(desk.state)
    made.show()
    yield made
    desk.store.changed.disconnect(seeing)
    desk.do.close_code()
    made.render(desk.state)


def wait(desk: Desk, page: ReadingPage, condition: Callable[[AppState], object]) -> None:
    desk.wait(condition)
    page.render(desk.state)


def found(desk: Desk, page: ReadingPage, mine: Path) -> str:
    """The path of the one model in ``mine``."""
    desk.do.set_model_folders([str(mine)])
    wait(desk, page, lambda s: not s.models.scanning and s.engine.models)
    return desk.state.engine.models[0].path


def read(desk: Desk, page: ReadingPage, path: str) -> CodeDialog:
    page.rows[path].code.click()
    wait(desk, page, lambda s: s.models.reading.code or s.models.reading.error)
    assert page.code.dialog is not None
    return page.code.dialog


def test_code_is_read_refused_allowed_and_asked_about_anew_when_it_changes(
    qtbot: QtBot, desk: Desk, page: ReadingPage, mine: Path, good: Path, tmp_path: Path
) -> None:
    folder, canary = mine / "strange", tmp_path / "fired"
    shutil.copytree(good, folder)
    code()(folder, canary)
    path = found(desk, page, mine)
    dialog = read(desk, page, path)
    assert "class OwnModel" in dialog.text.toPlainText() and dialog.allow.isVisible()
    digest = desk.state.models.reading.code.digest  # type: ignore[union-attr]
    assert digest in dialog.hash.text() and "modeling_own.py" in dialog.files.item(0).text()
    assert not unnamed_controls(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    desk.wait(lambda s: not s.models.reading.path)
    page.render(desk.state)
    assert page.code.dialog is None
    dialog = read(desk, page, path)
    assert dialog.allow.isVisible(), "refusing allowed it"
    dialog.allow.click()
    wait(desk, page, lambda s: not s.models.reading.path and not s.models.scanning)
    dialog = read(desk, page, path)
    assert not dialog.allow.isVisible() and dialog.withdraw.isVisible()
    with (folder / "modeling_own.py").open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    desk.do.close_code()
    page.render(desk.state)
    dialog = read(desk, page, path)
    assert dialog.allow.isVisible() and "another line" in dialog.text.toPlainText()
    desk.do.allow_code(path, digest, allowed=True)  # what was shown first
    wait(desk, page, lambda s: s.models.reading.error)
    assert "not the code that was shown" in dialog.error.message.text()
    assert not canary.exists(), "code ran before anybody loaded the model"


def test_badges_of_a_model_with_code_wait_for_the_decision(
    desk: Desk, page: ReadingPage, mine: Path, good: Path, tmp_path: Path
) -> None:
    folder, canary = mine / "strange", tmp_path / "fired"
    shutil.copytree(good, folder)
    code()(folder, canary)
    path = found(desk, page, mine)
    desk.do.show_page("models")
    wait(desk, page, lambda s: path in s.models.fits)
    fit = desk.state.models.fits[path]
    assert fit.lora.state == "unknown" and "code of its own" in fit.lora.reason and not canary.exists()
    dialog = read(desk, page, path)
    dialog.allow.click()
    wait(desk, page, lambda s: path in s.models.fits and s.models.fits[path].lora.state == "fits")
    assert canary.exists(), "it was allowed and is needed to weigh the model"


def test_pickles_become_trainable_from_the_page(
    desk: Desk, page: ReadingPage, mine: Path, good: Path
) -> None:
    folder = mine / "old"
    shutil.copytree(good, folder)
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(tensors, folder / "pytorch_model.bin")
    path = found(desk, page, mine)
    row = page.rows[path]
    assert row.convert.isVisible() and not row.train.isVisible()
    row.convert.click()
    wait(desk, page, lambda s: s.convert_job.status in ("completed", "failed") and not s.models.scanning)
    assert desk.state.convert_job.error is None
    wait(desk, page, lambda s: any(model.converted for model in s.engine.models))
    row = page.rows[path]
    assert not row.convert.isVisible() and row.train.isVisible()
    made = load_file(Path(desk.state.convert_job.paths["model"]) / "model.safetensors")
    assert all(torch.equal(made[name], tensor) for name, tensor in tensors.items())


def test_what_cannot_be_converted_is_said(desk: Desk, page: ReadingPage, mine: Path, good: Path) -> None:
    folder = mine / "broken"
    shutil.copytree(good, folder)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"no pickle at all")
    path = found(desk, page, mine)
    page.rows[path].convert.click()
    wait(desk, page, lambda s: s.convert_job.error)
    assert page.converting.error.isVisible() and "was not opened" in page.converting.error.message.text()


def test_an_error_leads_to_where_it_is_mended(qtbot: QtBot) -> None:
    intents = Recorder()
    button = WayButton(intents)  # type: ignore[arg-type]
    qtbot.addWidget(button)
    button.show_error(ErrorInfo(code=ErrorCode.MODEL_UNSUPPORTED, message="x", details={"code_folder": "/m"}))
    button.click()
    button.show_error(
        ErrorInfo(code=ErrorCode.MODEL_UNSUPPORTED, message="x", details={"convert": "/g.gguf"})
    )
    button.click()
    assert intents.named("show_code") == [("/m",)] and intents.named("convert_model") == [("/g.gguf",)]
    button.show_error(ErrorInfo(code=ErrorCode.MODEL_UNSUPPORTED, message="x"))
    assert button.isHidden()


@pytest.mark.parametrize(
    ("change", "words", "buttons"),
    [
        ({"foreign": "a/b--c.D"}, "another place", set()),
        ({"allowed": True}, "You allowed exactly", {"withdraw"}),
        ({"needed": False}, "not needed", set()),
        ({"digest": ""}, "no code of its own any more", set()),
        ({}, "It could do anything", {"allow"}),
    ],
)
def test_the_dialog_says_what_the_code_means(
    qtbot: QtBot, change: dict[str, object], words: str, buttons: set[str]
) -> None:
    given = {"digest": "d" * 64, "needed": True, "called": ("m.Model",), **change}
    file = CodeFile(name="m.py", sha256="a" * 64, size_bytes=10)
    dialog = CodeDialog(Recorder())  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show_reading(
        CodeReading("/models/m", ModelCode(path="/models/m", files=(file,), file="m.py", **given))
    )  # type: ignore[arg-type]
    assert words in dialog.what.text()
    assert {name for name in ("allow", "withdraw") if getattr(dialog, name).isVisibleTo(dialog)} == buttons
