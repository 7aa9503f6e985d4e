"""Runs from Start to the library and back."""

import json
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


@pytest.fixture
def desk(sit_down: SitDown) -> Desk:
    """A desk whose draft can be trained."""
    one = sit_down("normal", "--interval", "0.02")
    one.import_sample()
    return one


def test_a_run_from_start_to_end(desk: Desk) -> None:
    desk.do.start_run()
    assert desk.state.page == "train" and desk.state.train.job.active
    desk.wait(lambda s: desk.ended())
    train = desk.state.train
    assert train.job.status == "completed" and train.step == train.total_steps == 20
    assert len(train.series["train/loss"]) == 20 and len(train.checkpoints) == 4
    row = desk.library.get(train.run_id)
    assert row is not None and row == desk.state.runs[0]
    assert (row.status, row.step, row.rows, row.checkpoint_step) == ("completed", 20, 9, 20)
    assert row.disk_bytes > 0 and len(row.spark) == 20
    assert Path(row.dir).parent == desk.home / "runs"
    assert "finished" in desk.texts()[-1]


def test_without_data_or_with_faults_nothing_starts(sit_down: SitDown) -> None:
    desk = sit_down()
    desk.wait(lambda s: s.draft.plan)
    desk.do.start_run()
    assert not desk.state.train.job.active and desk.state.notices[-1].intent == "open_data"
    desk.import_sample()
    desk.do.set_option("method.rank", -1)
    desk.wait(lambda s: s.draft.errors)
    desk.do.start_run()
    assert not desk.state.train.job.active and "method.rank" in desk.texts()[-1]


def test_one_run_at_a_time(desk: Desk) -> None:
    desk.do.start_run()
    first = desk.state.train.run_id
    desk.do.start_run()
    assert desk.state.train.run_id == first and "in progress" in desk.texts()[-1]


def test_pause_and_resume_make_one_curve(desk: Desk) -> None:
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 7)
    desk.do.pause_run()
    assert desk.state.train.job.status == "pausing"
    desk.wait(lambda s: s.train.job.status == "paused")
    paused_at = desk.state.train.step
    desk.do.resume_run(desk.state.train.run_id)
    desk.wait(lambda s: s.train.job.status == "completed")
    assert desk.state.train.series["train/loss"].steps == [float(n) for n in range(1, 21)]
    assert paused_at in [mark.step for mark in desk.state.train.checkpoints]
    assert len(desk.state.runs) == 1


@pytest.mark.parametrize("keep", [True, False])
def test_stop_keeps_or_discards(desk: Desk, keep: bool) -> None:
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 2)
    desk.do.stop_run(keep=keep)
    assert desk.state.train.job.status == "stopping"
    desk.wait(lambda s: s.train.job.status == "stopped")
    assert bool(desk.state.train.checkpoints) == keep


def test_a_wish_before_the_engine_is_up_is_not_lost(desk: Desk) -> None:
    desk.do.start_run()
    desk.do.stop_run(keep=False)
    desk.wait(lambda s: s.train.job.status == "stopped")
    assert desk.state.train.step < 20


def test_save_now_goes_on(desk: Desk) -> None:
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 2)
    desk.do.save_now()
    desk.wait(lambda s: s.train.job.status == "completed")
    assert len(desk.state.train.checkpoints) > 4


def test_a_crash_says_where_and_offers_to_resume(sit_down: SitDown) -> None:
    desk = sit_down("crash:12")
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: s.train.job.status == "crashed")
    train = desk.state.train
    assert (
        train.step == 12 and train.job.error is not None and train.job.log_tail[0] == "fake engine: here I am"
    )
    assert train.job.error.code == "out_of_memory"
    notice = desk.state.notices[-1]
    assert "step 12" in notice.text and "step 10" in notice.text and notice.intent == f"resume:{train.run_id}"
    assert desk.state.runs[0].status == "crashed"
    again = sit_down("normal", home=desk.home)
    again.wait(lambda s: s.engine.schema)
    again.do.run_intent(notice.intent)
    again.wait(lambda s: s.train.job.status == "completed")
    assert again.state.train.series["train/loss"].steps == [float(n) for n in range(1, 21)]


def test_an_engine_that_will_not_start_a_run(sit_down: SitDown) -> None:
    desk = sit_down("dies:run.start")
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: desk.ended())
    assert desk.state.train.job.status in ("failed", "crashed") and desk.state.train.job.error is not None
    assert desk.state.runs[0].status == desk.state.train.job.status
    desk.do.delete_run(desk.state.runs[0].id)
    assert desk.state.runs == ()


def test_runs_are_reopened_with_their_curves(desk: Desk, sit_down: SitDown) -> None:
    desk.do.start_run()
    desk.wait(lambda s: desk.ended())
    curve, run_id = desk.state.train.series["train/loss"], desk.state.train.run_id
    desk.do.close()
    again = sit_down(home=desk.home)
    assert [run.id for run in again.state.runs] == [run_id]
    again.do.open_run(run_id)
    again.wait(lambda s: s.train.run_id == run_id)
    assert again.state.page == "train" and again.state.train.job.status == "completed"
    assert again.state.train.series["train/loss"].values == curve.values
    assert again.state.train.recipe["method"]["kind"] == "lora"


def test_the_library_is_rebuilt_from_the_folders(desk: Desk, sit_down: SitDown) -> None:
    desk.do.start_run()
    desk.wait(lambda s: desk.ended())
    row = desk.state.runs[0]
    desk.do.close()
    for path in desk.home.glob("library.sqlite*"):
        path.unlink()
    again = sit_down(home=desk.home)
    again.wait(lambda s: s.runs)
    found = again.state.runs[0]
    assert (found.id, found.status, found.spark, found.rows) == (row.id, "completed", row.spark, 9)
    assert again.texts() == []


def test_delete_and_undo(desk: Desk) -> None:
    desk.do.start_run()
    desk.do.delete_run(desk.state.train.run_id)
    assert "stop it first" in desk.texts()[-1]
    desk.wait(lambda s: desk.ended())
    run = desk.state.runs[0]
    desk.do.delete_run(run.id)
    assert desk.state.runs == () and not Path(run.dir).exists() and desk.state.train.run_id == ""
    desk.do.run_intent(desk.state.notices[-1].intent)
    assert desk.state.runs == (run,) and (Path(run.dir) / "events.jsonl").exists()
    assert desk.library.get(run.id) == run


def test_rename_and_compare(desk: Desk, sit_down: SitDown) -> None:
    for _ in range(2):
        desk.do.start_run()
        desk.wait(lambda s: desk.ended())
    first, second = (run.id for run in desk.state.runs)
    desk.do.rename_run(first, "  Better name ")
    assert desk.state.runs[0].name == "Better name"
    desk.do.compare_runs([first, second, "unknown"])
    desk.wait(lambda s: len(s.train.compare) == 2)
    name, curve = desk.state.train.compare[0]
    assert (name, len(curve)) == ("Better name", 20)
    desk.do.compare_runs([])
    assert desk.state.train.compare == ()
    desk.do.close()
    (desk.home / "library.sqlite").unlink()
    again = sit_down(home=desk.home)
    again.wait(lambda s: len(s.runs) == 2)
    assert "Better name" in [run.name for run in again.state.runs]


def test_a_run_found_running_is_followed_and_steered(desk: Desk, sit_down: SitDown) -> None:
    """The engine's pipe is somebody else's: the journal and the control file are all there is."""
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 3)
    desk.do.leave_running()
    again = sit_down("normal", home=desk.home)
    again.wait(lambda s: s.train.job.status == "running" and s.train.step >= 3)
    assert again.state.train.series["train/loss"].steps[:3] == [1.0, 2.0, 3.0]
    assert "still going" in again.texts()[-1]
    again.do.pause_run()
    again.wait(lambda s: s.train.job.status == s.runs[0].status == "paused")


def test_a_run_found_running_that_dies_is_a_crash(desk: Desk, sit_down: SitDown) -> None:
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 6)
    desk.do.leave_running()
    pid = json.loads((Path(desk.state.train.job.run_dir) / "process.json").read_text())["pid"]
    again = sit_down("normal", home=desk.home)
    again.wait(lambda s: s.train.job.status == "running")
    psutil.Process(pid).kill()
    again.wait(lambda s: s.train.job.status == "crashed")
    assert again.state.notices[-1].intent == f"resume:{again.state.train.run_id}"


def test_a_run_that_died_with_the_app_is_told_once_and_can_be_kept(sit_down: SitDown) -> None:
    desk = sit_down("crash:7")
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: s.train.step >= 5)
    desk.do.leave_running()  # from here on this app knows nothing of it
    run_id = desk.state.train.run_id
    pid = json.loads((desk.home / "runs" / run_id / "process.json").read_text())["pid"]
    desk.qtbot.waitUntil(
        lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie", timeout=60_000
    )
    row = desk.library.get(run_id)
    assert row is not None and row.status == "running"
    desk.library.put(
        row
    )  # with the journal's last size: only the state tells that something must have happened
    again = sit_down("normal", home=desk.home)
    again.wait(lambda s: s.notices)
    assert again.state.runs[0].status == "crashed" and "step 7" in again.texts()[0]
    again.do.keep_run(run_id)
    again.wait(lambda s: s.runs[0].status == "stopped")
    assert again.state.train.run_id == run_id
    assert again.state.train.job.paths["adapter"].endswith("adapter")
    again.do.close()
    third = sit_down("normal", home=desk.home)
    third.wait(lambda s: s.engine.schema)
    assert third.texts() == [] and third.state.runs[0].status == "stopped"
