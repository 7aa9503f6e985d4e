"""A live job: numbers without gaps, wishes that wait, thinned progress with an honest range."""

import threading
from pathlib import Path

import pytest

from engine.contract import messages as m
from engine.contract.job import Cancelled, Job
from engine.server.job import LiveJob
from engine.server.journal import Journal, replay


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def job_with(events: list[m.Event], clock: Clock | None = None, journal: Journal | None = None) -> LiveJob:
    return LiveJob("r", sinks=[events.append], clock=clock or Clock(), journal=journal)


def test_it_is_a_job() -> None:
    job: Job = LiveJob("r")
    assert job.run == "r"


def test_events_are_numbered_without_gaps_from_any_thread(tmp_path: Path) -> None:
    events: list[m.Event] = []
    journal = Journal(tmp_path / "events.jsonl")
    job = LiveJob("r", sinks=[events.append], journal=journal)

    def work() -> None:
        for _ in range(200):
            job.emit(m.Heartbeat())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    assert [event.seq for event in events] == list(range(1, 801))
    assert list(replay(tmp_path / "events.jsonl")) == events
    assert all(event.run == "r" and event.wall > 0 for event in events)


def test_a_resumed_run_counts_on_in_number_and_time(tmp_path: Path) -> None:
    path, clock = tmp_path / "events.jsonl", Clock()
    journal = Journal(path)
    job = job_with([], clock, journal)
    clock.now += 7.0
    job.emit(m.Heartbeat())
    journal.close()
    again = Journal(path)
    clock.now += 1000.0
    job = job_with([], clock, again)
    clock.now += 2.0
    job.emit(m.Heartbeat())
    again.close()
    assert [(event.seq, event.t) for event in replay(path)] == [(1, 7.0), (2, 9.0)]


def test_a_phase_that_fails_has_no_end() -> None:
    events: list[m.Event] = []
    job = job_with(events)
    with job.phase("load", "starter"):
        pass
    with pytest.raises(ValueError), job.phase("train"):
        raise ValueError
    states = [(e.name, e.state) for e in events if isinstance(e, m.Phase)]
    assert states == [("load", "started"), ("load", "finished"), ("train", "started")]


def test_progress_is_thinned_and_its_end_always_comes() -> None:
    events: list[m.Event] = []
    clock = Clock()
    job = job_with(events, clock)
    for done in range(1001):
        job.progress("tokenize", done, 1000, "rows")
        clock.now += 0.001
    seen = [event.done for event in events if isinstance(event, m.Progress)]
    assert seen[0] == 0 and seen[-1] == 1000
    assert len(seen) <= 7


def test_the_range_of_the_time_left_spans_the_rate_of_the_whole_and_of_late() -> None:
    events: list[m.Event] = []
    clock = Clock()
    job = job_with(events, clock)
    job.progress("train", 0, 1000)
    for done in range(1, 51):  # a second each, then two seconds each
        clock.now += 1.0 if done <= 25 else 2.0
        job.progress("train", done, 1000)
    last = events[-1]
    assert isinstance(last, m.Progress) and last.eta_s is not None
    early, late = last.eta_s
    assert early < 950 * 1.5 < 950 * 2.0 < late


def test_progress_that_starts_over_has_a_rate_of_its_own() -> None:
    events: list[m.Event] = []
    clock = Clock()
    job = job_with(events, clock)
    for done in (0, 50, 0, 10):
        clock.now += 1.0
        job.progress("evaluate", done, 100)
    last = events[-1]
    assert isinstance(last, m.Progress) and last.eta_s is not None
    assert last.eta_s[0] <= 9.0 <= last.eta_s[1]


@pytest.mark.parametrize("wish", ["pause", "stop", "discard", "cancel"])
def test_a_wish_to_end_cancels_at_the_next_check(wish: str) -> None:
    job = LiveJob("r")
    job.check()
    job.set_wish(wish)  # type: ignore[arg-type]
    with pytest.raises(Cancelled):
        job.check()
    assert job.wish() == wish
    job.answered()
    assert job.wish() is None
    job.check()


def test_a_wish_to_save_ends_nothing_and_hides_no_wish_to_end() -> None:
    job = LiveJob("r")
    job.set_wish("save")
    job.check()
    job.set_wish("stop")
    job.set_wish("save")
    assert job.wish() == "stop"
    job.set_wish("discard")
    assert job.wish() == "discard"


def test_wishes_come_through_the_folder_and_the_heart_looks_for_them() -> None:
    seen = threading.Event()
    job = LiveJob("r", poll=lambda: "pause")
    with job.alive():
        for _ in range(200):
            if job.wish():
                seen.set()
                break
            threading.Event().wait(0.02)
    assert seen.is_set() and job.wish() == "pause"


def test_nothing_follows_the_last_event_and_the_folder_is_free_before_it() -> None:
    events: list[m.Event] = []
    job = job_with(events)
    seen: list[int] = []
    job.finish(m.RunFinished(status="completed"), release=lambda: seen.append(len(events)))
    job.emit(m.Heartbeat())
    job.progress("late", 1)
    assert [event.seq for event in events] == [1] and seen == [0]


def test_the_end_is_told_even_when_the_journal_cannot_be_written(tmp_path: Path) -> None:
    events: list[m.Event] = []
    journal = Journal(tmp_path / "events.jsonl")
    job = job_with(events, journal=journal)

    def full(event: m.Event) -> None:
        raise OSError(5, "Input/output error")

    journal.append = full  # type: ignore[method-assign]
    with pytest.raises(OSError):
        job.emit(m.Heartbeat())
    job.finish(m.RunFinished(status="failed"))
    assert isinstance(events[-1], m.RunFinished)
