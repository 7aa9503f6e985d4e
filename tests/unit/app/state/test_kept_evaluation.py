"""The evaluation that a run's folder keeps: read when the run is opened, gone when it trains on."""

from pathlib import Path

from app.state.changes import RunStarting
from app.state.library import kept_evaluation
from app.state.model import AppState, TrainState
from app.state.reduce import reduce
from engine.contract.evaluation import REPORT_NAME
from tests.gui.evaluation_story import evaluation


def test_what_the_engine_wrote_is_read_again(tmp_path: Path) -> None:
    assert kept_evaluation(tmp_path) is None
    path = tmp_path / REPORT_NAME
    path.write_text(evaluation().model_dump_json(indent=1), encoding="utf-8")
    assert kept_evaluation(tmp_path) == evaluation()


def test_a_damaged_one_is_none(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"rows": 1}'):
        (tmp_path / REPORT_NAME).write_text(text, encoding="utf-8")
        assert kept_evaluation(tmp_path) is None


def test_a_run_that_trains_on_has_none() -> None:
    known = TrainState(run_id="r1", evaluation=evaluation())
    state = reduce(AppState(train=known), RunStarting("r1", "Run", "/runs/r1", {}, 1.0, resumed=known))
    assert state.train.run_id == "r1" and state.train.evaluation is None
