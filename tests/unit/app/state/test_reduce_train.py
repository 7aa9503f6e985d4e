"""What events mean for a run, live and replayed."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from app.state.changes import JobAccepted, JobCrashed, JobEvents, JobRefused, JobWished, RunStarting
from app.state.model import AppState, TrainState
from app.state.reduce import reduce, reduce_all
from app.state.reduce_job import train_event, train_events
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import (
    Checkpoint,
    Event,
    Heartbeat,
    Metrics,
    Phase,
    Progress,
    RunFinished,
    RunScope,
    RunStarted,
    Sample,
    Warn,
)

DIED = ErrorInfo(code=ErrorCode.ENGINE_DIED, message="gone")


def metrics(step: int, **series: float) -> Metrics:
    values = {name.replace("__", "/"): [value] for name, value in series.items()}
    return Metrics.model_validate({"run": "r1", "step": [step], "t": float(step), **values})


def story(steps: int = 10) -> list[Event]:
    events: list[Event] = [
        RunStarted(run="r1", kind="train", run_dir="/runs/a", wall=1000.0, total_steps=None),
        Phase(run="r1", name="load", state="started", t=0.5),
        Phase(run="r1", name="load", state="finished", t=2.0),
        RunScope(run="r1", total_steps=10, train_rows=40, t=2.0),
        Phase(run="r1", name="train", state="started", t=2.5),
    ]
    for step in range(1, steps + 1):
        events.append(metrics(step, train__loss=1.0 / step))
        if step % 5 == 0:
            events.append(Checkpoint(run="r1", step=step, path=f"/c/{step}", best=True))
    return events


def test_a_story_is_told() -> None:
    train = train_events(TrainState(), story())
    assert (train.step, train.total_steps, train.rows) == (10, 10, 40)
    assert train.series["train/loss"].steps == [float(n) for n in range(1, 11)]
    assert [(mark.name, mark.seconds) for mark in train.job.phases] == [("load", 1.5), ("train", None)]
    assert [(mark.step, mark.best) for mark in train.checkpoints] == [(5, False), (10, True)]
    assert train.job.status == "running" and train.job.run_dir == "/runs/a"


def test_a_resumed_run_cuts_back_what_lies_behind_its_checkpoint() -> None:
    train = train_events(TrainState(), story(10))
    again: list[Event] = [
        RunStarted(run="r2", kind="train", resumed_from=5, t=9.0),
        Metrics.model_validate({"run": "r2", "step": [6], "train/loss": [0.5]}),
    ]
    train = train_events(train, again)
    assert train.series["train/loss"].steps == [1, 2, 3, 4, 5, 6]
    assert train.series["train/loss"].last == 0.5
    assert [mark.step for mark in train.checkpoints] == [5]
    assert train.job.run == "r2" and train.step == 6


def test_a_snapshot_does_not_change_when_the_run_goes_on() -> None:
    before = train_events(TrainState(), story(5))
    train_events(before, [metrics(6, train__loss=9.0)])
    assert before.series["train/loss"].steps == [1, 2, 3, 4, 5]


def test_other_jobs_in_the_journal_are_not_the_run() -> None:
    train = train_events(TrainState(), story(5))
    export: list[Event] = [
        RunStarted(run="e1", kind="export"),
        Progress(run="e1", name="convert", done=1),
        RunFinished(run="e1", status="failed"),
    ]
    assert train_events(train, export) == train


def test_progress_warnings_samples_and_heartbeats() -> None:
    events = [
        *story(1),
        Progress(run="r1", name="train", done=1, total=10, unit="steps", eta_s=(1.0, 2.0)),
        Warn(run="r1", code="slow", message="It is slow.", hint="Buy a GPU."),
        Sample(run="r1", step=1, prompt="p", answer="a"),
        Heartbeat(run="r1", t=99.0),
    ]
    train = train_events(TrainState(), events)
    assert (train.job.progress_done, train.job.progress_total, train.job.eta_s) == (1, 10, (1.0, 2.0))
    assert train.job.warnings == ("It is slow. Buy a GPU.",)
    assert train.samples[0].answer == "a" and train.job.t == 99.0


def test_metrics_of_uneven_length_are_left_out() -> None:
    odd = Metrics.model_validate({"run": "r1", "step": [1, 2], "a": [1.0], "b": [1.0, 2.0]})
    assert list(train_events(TrainState(), [odd]).series) == ["b"]


def test_endings() -> None:
    for status in ("completed", "stopped", "paused", "failed"):
        end = RunFinished.model_validate(
            {"run": "r1", "status": status, "paths": {"adapter": "/a"}, "error": DIED}
        )
        train = train_events(TrainState(), [*story(2), end])
        assert train.job.status == status and not train.job.active
        assert train.job.paths == {"adapter": "/a"} and train.job.error == DIED


def started(**more: Any) -> AppState:
    change = RunStarting("id", "name", "/runs/a", {"model": {}}, 5.0, **more)
    return reduce(AppState(), change)


def test_a_run_starts_and_crashes() -> None:
    state = reduce_all(started(), [JobAccepted("train", "r1"), JobEvents("train", tuple(story(3)))])
    assert state.train.job.active and state.train.run_id == "id" and state.train.step == 3
    state = reduce(state, JobCrashed("train", DIED, ("last", "words")))
    assert state.train.job.status == "crashed" and state.train.job.log_tail == ("last", "words")
    assert state.train.step == 3, "what was learnt of the run stays on the page"


def test_a_wish_holds_until_its_effect() -> None:
    state = reduce_all(started(), [JobWished("train", "stopping"), JobEvents("train", tuple(story(3)))])
    assert state.train.job.status == "stopping"
    state = reduce(state, JobEvents("train", (RunFinished(run="r1", status="stopped"),)))
    assert state.train.job.status == "stopped"
    assert reduce(state, JobWished("train", "pausing")).train.job.status == "stopped", "nothing left to pause"


def test_a_refused_run_says_why() -> None:
    state = reduce(started(), JobRefused("train", DIED))
    assert state.train.job.status == "failed" and state.train.job.error == DIED


def test_a_resumed_run_starts_with_its_curves() -> None:
    known = train_events(TrainState(), story(5))
    state = started(resumed=known)
    assert state.train.series == known.series and state.train.job.status == "starting"
    assert state.train.job.error is None


def test_live_in_pieces_equals_replay_at_once() -> None:
    whole = train_events(TrainState(), story(10))
    for cut in range(len(story(10))):
        events = story(10)
        state = reduce_all(
            AppState(), [JobEvents("train", tuple(events[:cut])), JobEvents("train", tuple(events[cut:]))]
        )
        assert state.train == whole
        assert state.train.series["train/loss"].values == whole.series["train/loss"].values


@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(1, 12), min_size=0, max_size=3),
            st.sets(st.sampled_from(["a", "b"]), max_size=2),
            st.integers(0, 1),
            st.sampled_from(["r1", "r2"]),
        ),
        max_size=30,
    )
)
@example([([2], {"a"}, 0, "r1"), ([1], {"a"}, 0, "r1")])
@example([([1], {"a"}, 0, "r1"), ([2], {"a"}, 0, "r2"), ([3], {"a", "b"}, 0, "r1"), ([4], {"a"}, 1, "r1")])
def test_metrics_in_a_row_mean_the_same_together_as_one_by_one(
    drawn: list[tuple[list[int], set[str], int, str]],
) -> None:
    """Also when they repeat steps, are of uneven length, empty, or of another run."""
    events: list[Event] = [RunStarted(run="r1", kind="train")]
    for number, (steps, names, extra, run) in enumerate(drawn):
        values = {name: [float(number)] * (len(steps) + extra) for name in names}
        events.append(Metrics.model_validate({"run": run, "step": steps, "t": float(number), **values}))
    together = train_events(TrainState(), events)
    single = TrainState()
    for event in events:
        single = train_event(single, event)
    assert together == single
    points = [{n: (s.steps, s.values) for n, s in train.series.items()} for train in (together, single)]
    assert points[0] == points[1]
