"""A model that does not fit beside the live run: waiting for the run, pausing it, or using less."""

from collections.abc import Callable

import pytest

from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


@pytest.fixture
def refused(sit_down: SitDown) -> Desk:
    """A run that goes on, and a chat whose model was refused beside it."""
    desk = sit_down("tight", "--interval", "0.05", "--steps", "400")
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: s.train.step > 0)
    assert desk.state.train.plan is not None and desk.state.train.plan.memory_bytes > 0
    desk.do.load_chat("tuned", "starter")
    desk.wait(lambda s: s.chat.tuned.status == "failed")
    error = desk.state.chat.tuned.error
    assert error is not None and error.details["context_tokens"] == 1024
    return desk


def test_the_run_is_paused_and_the_model_loaded_after_it(refused: Desk) -> None:
    refused.do.wait_for_memory("tuned", pause=True)
    assert refused.state.chat.tuned.status == "waiting" and refused.state.train.job.status == "pausing"
    refused.wait(lambda s: s.chat.tuned.status == "ready")
    assert refused.state.train.job.status == "paused" and refused.state.train.checkpoints
    assert refused.state.chat.tuned.error is None and refused.state.chat.base.status == "empty"


def test_who_waits_is_served_when_the_run_ends(refused: Desk) -> None:
    refused.do.wait_for_memory("tuned", pause=False)
    assert refused.state.train.job.status == "running"
    refused.do.stop_run(keep=True)
    refused.wait(lambda s: s.chat.tuned.status == "ready")
    assert refused.state.train.job.status == "stopped"


def test_who_waits_no_longer_sees_why_it_was_refused(refused: Desk) -> None:
    refused.do.wait_for_memory("tuned", pause=False)
    refused.do.stop_waiting("tuned")
    assert refused.state.chat.tuned.status == "failed"
    error = refused.state.chat.tuned.error
    assert error is not None and "needed_bytes" in error.details
    refused.do.stop_run(keep=True)
    refused.wait(lambda s: not s.train.job.active)
    assert refused.state.chat.tuned.status == "failed"


def test_less_context_fits_beside_it(refused: Desk) -> None:
    refused.do.load_chat_with("tuned", context_tokens=1024)
    refused.wait(lambda s: s.chat.tuned.status == "ready")
    assert refused.state.chat.tuned.context_tokens == 1024 and refused.state.train.job.active
    refused.do.load_chat("tuned", "starter")  # another choice begins with the usual context again
    refused.wait(lambda s: s.chat.tuned.status == "failed")
    assert refused.state.chat.tuned.context_tokens == 4096


def test_it_can_be_loaded_all_the_same(refused: Desk) -> None:
    refused.do.load_chat_with("tuned", anyway=True)
    refused.wait(lambda s: s.chat.tuned.status == "ready")
