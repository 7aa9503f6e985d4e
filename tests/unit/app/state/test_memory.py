"""How much room is kept for a live run."""

from dataclasses import replace

from app.state.memory import still_wanted
from app.state.model import JobState, TrainState
from app.state.series import Series
from tests.gui.stories import plan

LIVE = TrainState(job=JobState(status="running"), run_id="r")
PLANNED = plan().model_copy(update={"memory_bytes": 1000, "device": "cpu"})


def _measured(name: str, *values: float) -> dict[str, Series]:
    return {name: Series().extended(list(range(1, len(values) + 1)), list(values))}


def test_without_a_live_run_nothing_is_kept() -> None:
    done = replace(LIVE, job=JobState(status="completed"), plan=PLANNED)
    assert still_wanted(TrainState()) == still_wanted(done) == {}


def test_a_run_that_only_begins_gets_all_that_was_planned() -> None:
    assert still_wanted(replace(LIVE, plan=PLANNED)) == {"cpu": 1000}
    assert still_wanted(LIVE) == {"cpu": 0}


def test_later_what_is_missing_up_to_its_peak() -> None:
    running = replace(LIVE, plan=PLANNED, series=_measured("memory/process", 700.0, 900.0, 400.0))
    assert still_wanted(running) == {"cpu": 600}
    assert still_wanted(replace(running, plan=None)) == {"cpu": 500}
    above = _measured("memory/process", 1200.0, 1100.0)
    assert still_wanted(replace(running, series=above)) == {"cpu": 100}


def test_on_a_card_its_memory_counts() -> None:
    card = PLANNED.model_copy(update={"device": "cuda"})
    assert still_wanted(replace(LIVE, plan=card)) == {"cuda": 1000}
    series = {**_measured("memory/process", 5.0), **_measured("memory/gpu", 800.0, 600.0)}
    assert still_wanted(replace(LIVE, plan=card, series=series)) == {"cuda": 200}
