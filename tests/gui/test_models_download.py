"""Downloads on the Models page: the real page and a real engine, against a server that speaks the hub's language."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.client.process import EngineProgram, default_program
from app.state.model import AppState
from app.views.models import ModelsPage
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import light_theme, unnamed_controls
from tests.unit.models.hub_server import HubState, serving

WEIGHTS = random.Random(7).randbytes(400_000)
CONFIG = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}


@pytest.fixture
def hub() -> HubState:
    files = {
        "config.json": json.dumps(CONFIG).encode(),
        "model.safetensors": WEIGHTS,
        "README.md": b"---\nlicense: apache-2.0\n---\n",
    }
    return HubState(files)


@pytest.fixture
def address(hub: HubState) -> Iterator[str]:
    with serving(hub) as running:
        yield running


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "home"
    usual = default_program()
    places = {"LUTHIER_HOME": str(home), "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")}
    off = dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LUTHIER_OFFLINE"), "0")
    program = EngineProgram(usual.program, usual.arguments, {**usual.environment, **places, **off})
    made = Desk(qtbot, home, program=program)
    made.wait(lambda s: s.models.scanned)
    yield made
    made.do.close()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk, address: str) -> Iterator[ModelsPage]:
    made = ModelsPage(desk.store, desk.do, light_theme())
    qtbot.addWidget(made)
    seeing = desk.store.changed.connect(lambda *_: made.render(desk.state))
    made.resize(1200, 800)
    desk.do.set_mirror(address)
    made.render(desk.state)
    made.show()
    yield made
    desk.store.changed.disconnect(seeing)


def wait(desk: Desk, page: ModelsPage, condition: Callable[[AppState], object]) -> None:
    desk.wait(condition)
    page.render(desk.state)


def look_up(desk: Desk, page: ModelsPage, name: str = "org/name") -> None:
    page.download.name.setText(name)
    page.download.ask.click()
    wait(desk, page, lambda s: not s.models.search.asking)


def test_size_and_licence_come_first_then_the_model_is_fetched_and_listed(
    qtbot: QtBot, desk: Desk, page: ModelsPage, hub: HubState
) -> None:
    look_up(desk, page)
    assert desk.state.models.search.error is None
    card = page.download
    assert "apache-2.0" in card.offer_facts.text() and "3 files" in card.offer_facts.text()
    assert hub.sent == 0, "something was fetched before anybody agreed"
    assert not unnamed_controls(page)
    card.go.click()
    wait(desk, page, lambda s: s.download_job.status == "completed" and s.engine.models)
    (model,) = desk.state.engine.models
    assert (model.name, model.origin, model.licence) == ("org/name", "downloaded", "apache-2.0")
    assert (Path(model.path) / "model.safetensors").read_bytes() == WEIGHTS
    qtbot.waitUntil(lambda: list(page.rows) == [model.path])
    look_up(desk, page)
    assert not card.go.isEnabled() and "Already" in card.go.text()


def test_a_cancelled_download_goes_on_where_it_ended(desk: Desk, page: ModelsPage, hub: HubState) -> None:
    hub.pause_s = 0.05
    look_up(desk, page)
    page.download.go.click()
    wait(desk, page, lambda s: s.download_job.progress_done > 20_000)
    assert page.download.progress.isVisible()
    page.download.progress.cancel.click()
    wait(desk, page, lambda s: s.download_job.status == "stopped" and s.models.downloads)
    (left,) = desk.state.models.downloads
    assert left.name == "org/name" and 0 < left.here_bytes < left.size_bytes
    hub.pause_s, before = 0.0, hub.sent
    desk.do.download_model(left.name, left.hub, left.revision, left.endpoint)
    wait(desk, page, lambda s: s.download_job.status == "completed" and not s.models.downloads)
    assert hub.ranges and hub.sent - before < len(WEIGHTS)
    assert (Path(desk.state.download_job.paths["model"]) / "model.safetensors").read_bytes() == WEIGHTS


def test_what_was_fetched_can_be_thrown_away(desk: Desk, page: ModelsPage, hub: HubState) -> None:
    hub.pause_s = 0.05
    desk.do.download_model("org/name", "hugging_face")
    wait(desk, page, lambda s: s.download_job.progress_done > 20_000)
    desk.do.cancel_download()
    wait(desk, page, lambda s: s.models.downloads)
    desk.do.drop_download("org/name", "hugging_face")
    wait(desk, page, lambda s: not s.models.downloads)
    assert not list((desk.home / "models").rglob("*.part"))


def test_a_wrong_hash_is_refused_with_the_sentence(desk: Desk, page: ModelsPage, hub: HubState) -> None:
    hub.lies["model.safetensors"] = bytes([WEIGHTS[0] ^ 1]) + WEIGHTS[1:]
    desk.do.download_model("org/name", "hugging_face")
    wait(desk, page, lambda s: s.download_job.error)
    assert page.download.error.isVisible()
    assert "its hash is not the one that the hub names" in page.download.error.message.text()
    assert desk.state.engine.models == ()


def test_offline_explains_and_fetches_nothing(
    qtbot: QtBot, desk: Desk, page: ModelsPage, hub: HubState
) -> None:
    qtbot.mouseClick(page.download.offline, Qt.MouseButton.LeftButton)
    page.render(desk.state)
    assert desk.state.preferences.offline and page.download.offline_words.isVisible()
    assert not page.download.ask.isEnabled() and page.download.name.isVisible()
    desk.do.download_model("org/name", "hugging_face")
    wait(desk, page, lambda s: s.download_job.error)
    assert "set to stay offline" in desk.state.download_job.error.message
    desk.do.look_up_model("org/name", "hugging_face")
    wait(desk, page, lambda s: s.models.search.error)
    assert hub.sent == 0
    again = Desk(qtbot, desk.home)
    assert again.state.preferences.offline, "the switch was forgotten"
    again.do.close()
    qtbot.mouseClick(page.download.offline, Qt.MouseButton.LeftButton)
    page.render(desk.state)
    look_up(desk, page)
    assert desk.state.models.search.found is not None


def test_an_address_of_a_page_is_understood_and_what_is_missing_said(
    desk: Desk, page: ModelsPage, hub: HubState
) -> None:
    look_up(desk, page, "https://huggingface.co/org/name/tree/main")
    assert desk.state.models.search.found is not None
    assert desk.state.models.search.found.name == "org/name"
    hub.status = 404
    look_up(desk, page, "org/other")
    assert page.download.error.isVisible() and "no model org/other" in page.download.error.message.text()
