"""The local API's switch in the Settings, with a real engine behind it: other programs are answered while it is on."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.client.process import default_program
from app.state.changes import ModelsArrived
from app.state.model import ApiState, AppState, JobState
from app.views.settings_api import ApiCard
from engine.contract.results import LocalModel
from tests.gui.fakes.desk import Desk
from tests.gui.stories import Recorder
from tests.unit.export.tiny import make_base


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("api") / "tiny")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path / "home", program=default_program())
    yield made
    made.do.close()


@pytest.fixture
def card(qtbot: QtBot, desk: Desk, model: Path) -> Iterator[ApiCard]:
    made = ApiCard(desk.do)
    qtbot.addWidget(made)
    found = LocalModel(
        path=str(model), name="Tiny", architecture="llama", origin="folder", format="safetensors"
    )
    desk.wait(lambda s: s.engine.status == "ready" and s.engine.doctor)
    desk.store.dispatch(ModelsArrived((found,)))
    seeing = desk.store.changed.connect(lambda *_: made.render_state(desk.state))
    made.render_state(desk.state)
    made.port.setValue(0)
    made.show()
    yield made
    desk.store.changed.disconnect(seeing)


def ask(address: str, token: str) -> Any:
    body = {"model": "tiny", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}
    request = urllib.request.Request(f"{address}/chat/completions", json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def click(qtbot: QtBot, card: ApiCard) -> None:
    qtbot.mouseClick(card.switch, Qt.MouseButton.LeftButton)


def engines() -> list[int]:
    return [child.pid for child in psutil.Process().children(recursive=True) if child.is_running()]


def test_other_programs_are_answered_while_it_is_on(qtbot: QtBot, desk: Desk, card: ApiCard) -> None:
    click(qtbot, card)
    desk.wait(lambda s: s.api.address or s.api.job.error)
    assert desk.state.api.job.error is None
    qtbot.waitUntil(card.details.isVisible)
    assert card.switch.isChecked() and not card.model.isEnabled()
    assert card.address.shown.full_text() == desk.state.api.address
    assert desk.state.api.token not in card.token.shown.full_text()
    reply = ask(desk.state.api.address, desk.state.api.token)
    assert reply["model"] == "tiny" and reply["usage"]["completion_tokens"] == 4
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(desk.state.api.address, "another")
    address = desk.state.api.address
    click(qtbot, card)
    desk.wait(lambda s: not s.api.job.active)
    assert desk.state.api.address == desk.state.api.token == ""
    qtbot.waitUntil(lambda: not card.details.isVisible())
    assert card.model.isEnabled() and not card.switch.isChecked() and not card.error.isVisible()
    with pytest.raises(urllib.error.URLError):
        ask(address, "any")


def test_it_ends_with_the_app(qtbot: QtBot, desk: Desk, card: ApiCard) -> None:
    click(qtbot, card)
    desk.wait(lambda s: s.api.address)
    assert len(engines()) >= 2
    desk.do.close()
    qtbot.waitUntil(lambda: not engines(), timeout=20_000)


def test_a_port_that_is_taken_is_said(qtbot: QtBot, desk: Desk, card: ApiCard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        card.port.setValue(other.getsockname()[1])
        click(qtbot, card)
        desk.wait(lambda s: not s.api.job.active and s.api.job.error)
    qtbot.waitUntil(card.error.isVisible)
    assert "cannot be used" in card.error.message.text() + card.error.title.text()
    assert not card.switch.isChecked() and card.switch.isEnabled()


def test_without_a_model_there_is_nothing_to_switch_on(qtbot: QtBot) -> None:
    card = ApiCard(Recorder())  # type: ignore[arg-type]
    qtbot.addWidget(card)
    card.render_state(AppState())
    assert not card.switch.isEnabled()


def test_address_and_token_are_copied(qtbot: QtBot) -> None:
    intents = Recorder()
    card = ApiCard(intents)  # type: ignore[arg-type]
    qtbot.addWidget(card)
    api = ApiState(JobState(status="running"), "/m", "http://127.0.0.1:1/v1", "m", "secret")
    card.render_state(replace(AppState(), api=api))
    for row in (card.address, card.token, card.name):
        row.button.click()
    assert intents.named("copy_text") == [("http://127.0.0.1:1/v1",), ("secret",), ("m",)]


def test_a_crash_is_shown_and_it_can_be_started_again(qtbot: QtBot, desk: Desk, card: ApiCard) -> None:
    click(qtbot, card)
    desk.wait(lambda s: s.api.address)
    for pid in engines():
        if "serve" in " ".join(psutil.Process(pid).cmdline()) and pid != desk.quick.pid:
            psutil.Process(pid).kill()
    desk.wait(lambda s: not s.api.job.active)
    assert desk.state.api.job.status == "crashed" and desk.state.api.token == ""
    qtbot.waitUntil(card.error.isVisible)
    assert card.switch.isEnabled()
