"""When an engine stands by for a run: only where one can be expected and nobody goes short."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.actions.readiness import is_quantized, may_start
from app.state.model import AppState, JobState
from tests.gui.fakes.desk import Desk
from tests.gui.stories import stories


def planned(page: str = "method") -> AppState:
    return replace(stories()["planned"], page=page)  # type: ignore[arg-type]


def test_it_stands_by_where_a_run_is_about_to_start() -> None:
    assert may_start(planned("method")) and may_start(planned("train"))


@pytest.mark.parametrize(
    "state",
    [
        planned("chat"),
        replace(planned(), draft=replace(planned().draft, plan=None)),
        replace(stories()["too_large"], page="method"),
        replace(stories()["running"], page="train"),
        replace(planned(), search_job=JobState(status="running")),
        replace(planned(), export=replace(planned().export, job=JobState(status="running"))),
    ],
)
def test_it_does_not_elsewhere(state: AppState) -> None:
    assert not may_start(state)


def test_a_machine_without_room_to_spare_keeps_its_memory() -> None:
    plan = planned().draft.plan
    assert plan is not None
    tight = plan.model_copy(update={"available_bytes": plan.memory_bytes + 900_000_000})
    assert not may_start(replace(planned(), draft=replace(planned().draft, plan=tight)))


def test_quantized_bases_are_told_apart() -> None:
    assert is_quantized({"model": {"path": "x", "quantization": "nf4"}})
    assert not is_quantized({"model": {"path": "x", "quantization": "none"}}) and not is_quantized({})


def test_a_run_begins_in_the_engine_that_stands_by(sit_down: Callable[..., Desk]) -> None:
    desk = sit_down("normal", "--interval", "0.01", "--steps", "3")
    desk.import_sample()
    desk.do.show_page("method")
    desk.do._ready.consider()
    desk.wait(lambda s: desk.do._standby.there and desk.do._standby._client.pid)
    pid = desk.do._standby._client.pid
    desk.do.start_run()
    desk.wait(lambda s: s.train.run_id)
    assert desk.do._runs._job.pid == pid and not desk.do._standby.there
    desk.wait(lambda s: desk.ended())
    assert desk.state.train.job.status == "completed"
