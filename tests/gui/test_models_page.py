"""The Models page: what is found and how it suits, and what its buttons ask for; no engine."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.views.models import ModelsPage
from tests.gui.models_story import HUB
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.stories import stories

STRANGE = f"{HUB}/models--acme--Strange-3B/snapshots/1"


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(ModelsPage, qtbot)


def visible(page: ModelsPage) -> list[str]:
    return [row.model.name for row in page.rows.values() if row.isVisibleTo(page)]


def badges(page: ModelsPage, path: str) -> list[str]:
    return [chip.text() for chip in page.rows[path].badges.findChildren(QLabel)]


def test_every_model_says_what_it_is_and_how_it_suits(shown: Callable[..., Shown]) -> None:
    page = shown("shelf").page
    assert len(visible(page)) == 6
    assert badges(page, "/home/mara/.cache/huggingface/hub/models--Qwen--Qwen2.5-7B-Instruct") == [
        "✕ Chat",
        "✕ LoRA",
        "✓ QLoRA",
    ]
    assert badges(page, STRANGE) == ["✓ Chat", "◐ LoRA", "✓ QLoRA"]
    assert badges(page, "/home/mara/.ollama/models/blobs/sha256-3e4c") == ["… weighing"]
    words = " ".join(label.text() for label in page.rows[STRANGE].findChildren(QLabel))
    for part in (
        "StrangeForCausalLM",
        "3.1",
        "other",
        "no chat template",
        "Hugging Face cache",
        "modeling_strange",
    ):
        assert part in words
    assert not unnamed_controls(page)


def test_the_list_is_searched_and_filtered(shown: Callable[..., Shown]) -> None:
    page = shown("shelf").page
    page.search.setText("qwen apache")
    assert visible(page) == ["Qwen2.5-7B-Instruct", "qwen3:4b"]
    page.kind.button("train").click()
    assert visible(page) == ["Qwen2.5-7B-Instruct"]
    page.search.setText("no such thing")
    assert visible(page) == [] and page.nothing.isVisibleTo(page)
    page.search.clear()
    page.kind.button("chat").click()
    assert "old-gpt" not in visible(page) and "qwen3:4b" in visible(page)


def test_its_buttons_ask_for_training_and_chat(shown: Callable[..., Shown]) -> None:
    one = shown("shelf")
    row = one.page.rows[STRANGE]
    row.train.click()
    row.chat.click()
    row._path.reveal_button.click()
    assert one.intents.named("use_for_training") == [(STRANGE,)]
    assert one.intents.named("talk_to") == [(STRANGE,)]
    assert one.intents.named("reveal") == [(STRANGE,)]
    ollama = one.page.rows["/home/mara/.ollama/models/blobs/sha256-3e4c"]
    assert not ollama.train.isVisibleTo(one.page) and ollama.chat.isVisibleTo(one.page)


def test_a_row_stays_when_other_models_come(shown: Callable[..., Shown]) -> None:
    one = shown("empty")
    first = next(iter(one.page.rows.values()))
    one.show(stories()["shelf"])
    assert next(iter(one.page.rows.values())) is first and len(one.page.rows) == 6


@pytest.mark.parametrize(
    ("story", "part"),
    [("starting", "skeleton"), ("no_models", "empty"), ("shelf", "area"), ("shelf_failed", "error")],
)
def test_each_state_has_its_face(shown: Callable[..., Shown], story: str, part: str) -> None:
    page = shown(story).page
    faces = [name for name in ("skeleton", "empty", "area", "error") if getattr(page, name).isVisibleTo(page)]
    assert faces == [part]


def test_an_empty_shelf_offers_the_starter(shown: Callable[..., Shown]) -> None:
    one = shown("no_models")
    one.page.empty.button.click()
    assert one.intents.named("install_starter") == [()]
