"""Models of other servers in the chat: the real page and a real engine, against a real server of the same interface."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.client.process import default_program
from app.state.model import AppState, EngineState
from app.ui.theme import Theme
from app.views.chat import ChatPage
from app.views.chat_models import choices
from app.views.chat_server import ServerDialog
from engine.contract.results import LocalModel
from tests.gui.fakes.desk import Desk
from tests.gui.page_fixtures import light_theme, unnamed_controls
from tests.unit.api.fake import NAME, TOKEN, FakeModel, Running, serving


@pytest.fixture
def server() -> Iterator[Running]:
    with serving(FakeModel()) as running:
        yield running


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(qtbot, tmp_path / "home", program=default_program())
    yield made
    made.do.close()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> Iterator[ChatPage]:
    theme: Theme = light_theme()
    made = ChatPage(desk.store, desk.do, theme)
    qtbot.addWidget(made)
    seeing = desk.store.changed.connect(lambda *_: made.render(desk.state))
    made.resize(1200, 800)
    made.render(desk.state)
    made.show()
    yield made
    desk.store.changed.disconnect(seeing)


def opened(page: ChatPage, url: str, key: str) -> ServerDialog:
    dialog = page.base.menu.connect_server()
    dialog.url.setText(url)
    dialog.key.setText(key)
    return dialog


def test_a_servers_model_answers_in_a_column(
    qtbot: QtBot, desk: Desk, page: ChatPage, server: Running
) -> None:
    dialog = opened(page, server.address.removesuffix("/v1"), TOKEN)
    assert not dialog.load.isEnabled() and not unnamed_controls(dialog)
    dialog.connect_button.click()
    qtbot.waitUntil(dialog.load.isEnabled, timeout=30_000)
    assert dialog.url.text() == server.address and dialog.model.currentText() == NAME
    dialog.load.click()
    desk.wait(lambda s: s.chat.base.status in ("ready", "failed"))
    assert desk.state.chat.base.error is None and desk.state.chat.base.title == NAME
    desk.do.send_chat("Hello there 你好")
    desk.wait(lambda s: s.chat.base.status == "ready" and len(s.chat.base.turns) == 2)
    turn = desk.state.chat.base.turns[1]
    assert turn.content == "Hello there 你好" and turn.reply is not None and turn.reply.tokens == 3
    qtbot.waitUntil(lambda: [view.words.text() for view in page.base.turns[1:]] == ["Hello there 你好"])


def test_the_key_is_its_owners_alone(qtbot: QtBot, desk: Desk, page: ChatPage, server: Running) -> None:
    desk.do.connect_server(server.address, TOKEN)
    desk.wait(lambda s: s.chat.servers)
    desk.do.load_chat("tuned", f"{server.address}#{NAME}")
    desk.wait(lambda s: s.chat.tuned.status in ("ready", "failed"))
    kept = desk.home / "servers.json"
    assert TOKEN in kept.read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert kept.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in repr(desk.state)
    for path in desk.home.rglob("*"):
        if path.is_file() and path != kept:
            assert TOKEN.encode() not in path.read_bytes(), path


def test_servers_are_remembered_and_forgotten(qtbot: QtBot, desk: Desk, server: Running) -> None:
    desk.do.connect_server(server.address, TOKEN)
    desk.wait(lambda s: s.chat.servers)
    other = Desk(qtbot, desk.home, program=default_program())
    assert [found.models for found in other.state.chat.servers] == [(NAME,)]
    other.do.load_chat("base", f"{server.address}#{NAME}")
    other.wait(lambda s: s.chat.base.status in ("ready", "failed"))
    assert other.state.chat.base.status == "ready"
    other.do.forget_server(server.address)
    assert other.state.chat.servers == ()
    assert TOKEN not in (desk.home / "servers.json").read_text(encoding="utf-8")
    other.do.close()


@pytest.mark.parametrize(("key", "words"), [("wrong", "does not accept the key"), ("", "wants a key")])
def test_a_refusal_stands_in_the_dialog(
    qtbot: QtBot, desk: Desk, page: ChatPage, server: Running, key: str, words: str
) -> None:
    dialog = opened(page, server.address, key)
    dialog.connect_button.click()
    desk.wait(lambda s: s.chat.server_error)
    qtbot.waitUntil(dialog.error.isVisible)
    assert words in desk.state.chat.server_error.message
    assert not dialog.load.isEnabled() and desk.state.chat.servers == ()


def test_servers_that_can_be_started_are_offered_only_where_they_are_found() -> None:
    found = LocalModel(name="Tiny", path="/m/tiny", origin="folder", format="safetensors")
    file = LocalModel(name="File", path="/m/file.gguf", origin="folder", format="gguf")
    state = AppState(engine=EngineState(models=(found, file)))
    assert [choice.path for choice in choices(state, "base")] == ["/m/tiny", "/m/file.gguf"]
    engine = replace(state.engine, versions={"luthier": "1", "vllm": "installed"})
    offered = choices(replace(state, engine=engine), "base")
    assert [choice.path for choice in offered] == ["/m/tiny", "/m/file.gguf", "vllm:/m/tiny"]
    assert offered[-1].title == "Tiny · vLLM" and offered[-1].group == "launched"
