"""A model that does not fit into the memory: what the Chat page offers, and what it says while it waits."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.state.model import AppState, ChatSide, ChatTurn, JobState, TrainState
from app.views.chat import ChatPage
from engine.contract.errors import ErrorCode, ErrorInfo
from tests.gui.page_fixtures import Shown, opener, unnamed_controls

Open = Callable[..., Shown]
DETAILS = {"needed_bytes": 3 * 10**9, "free_bytes": 10**9}


@pytest.fixture
def open_page(qtbot: QtBot) -> Open:
    return opener(ChatPage, qtbot)


def refused(*, live: bool = True, status: Any = "failed", **details: Any) -> AppState:
    error = ErrorInfo(
        code=ErrorCode.OUT_OF_MEMORY, message="m-q8_0.gguf needs 3 GB.", details={**DETAILS, **details}
    )
    side = ChatSide("/m/m-q8_0.gguf", "M", status, error=error)
    job = JobState(status="running" if live else "completed")
    state = AppState(train=TrainState(job=job, run_id="r", name="Violins"))
    return replace(state, chat=replace(state.chat, tuned=side))


def offered(shown: Shown) -> list[str]:
    offer = shown.page.tuned.offer
    buttons = (offer.wait, offer.pause, offer.shorter, offer.smaller, offer.anyway)
    return [button.text() for button in buttons if button.isVisible()]


def test_beside_a_live_run_one_can_wait_pause_or_use_less(open_page: Open) -> None:
    shown = open_page(refused(context_tokens=1024, smaller="/m/m-q4_k_m.gguf", smaller_bytes=10**9))
    assert offered(shown) == [
        "Wait for the run",
        "Pause the run",
        "Shorter context (1,024 tokens)",
        "Take m-q4_k_m.gguf (954 MB)",
    ]
    assert shown.page.tuned.banner.isVisible() and not unnamed_controls(shown.page)
    offer = shown.page.tuned.offer
    for button in (offer.wait, offer.pause, offer.shorter, offer.smaller):
        button.click()
    assert [
        (name, args, more) for name, args, more in shown.intents.calls if "chat" in name or "wait" in name
    ] == [
        ("wait_for_memory", ("tuned",), {"pause": False}),
        ("wait_for_memory", ("tuned",), {"pause": True}),
        ("load_chat_with", ("tuned",), {"context_tokens": 1024}),
        ("load_chat", ("tuned", "/m/m-q4_k_m.gguf"), {}),
    ]


def test_without_a_run_it_can_be_loaded_all_the_same(open_page: Open) -> None:
    shown = open_page(refused(live=False))
    assert offered(shown) == ["Load it anyway"]
    shown.page.tuned.offer.anyway.click()
    assert ("load_chat_with", ("tuned",), {"anyway": True}) in shown.intents.calls


def test_other_errors_offer_nothing_of_the_kind(open_page: Open) -> None:
    state = refused()
    gone = ErrorInfo(code=ErrorCode.NOT_FOUND, message="There is no model at /m")
    shown = open_page(replace(state, chat=replace(state.chat, tuned=replace(state.chat.tuned, error=gone))))
    assert offered(shown) == [] and shown.page.tuned.banner.isVisible()


def test_while_it_waits_it_says_for_what_and_can_be_ended(open_page: Open) -> None:
    shown = open_page(refused(status="waiting"))
    column = shown.page.tuned
    assert offered(shown) == [] and not column.banner.isVisible()
    assert "as soon as Violins has ended" in column.waiting.words.text() and column.waiting.isVisible()
    column.waiting.cancel.click()
    assert shown.intents.named("stop_waiting") == [("tuned",)]
    state = refused(status="waiting")
    shown.show(replace(state, train=replace(state.train, job=JobState(status="pausing"))))
    assert "checkpoint" in column.waiting.words.text()


def test_the_meter_counts_against_the_context_that_was_loaded(open_page: Open) -> None:
    side = ChatSide("m", "Model", "ready", (ChatTurn("user", "?"),), context_tokens=1024)
    state = AppState()
    shown = open_page(replace(state, chat=replace(state.chat, tuned=side)))
    assert shown.page.composer.meter.text() == "0 of 1,024 tokens"
