"""The Train page: what it shows of a run, and what its buttons ask for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.state.model import AppState, JobState, JobStatus, PhaseMark, TrainState
from app.state.series import Series
from app.views.train import TrainPage
from app.views.train_words import phase_summaries
from tests.gui.page_fixtures import Shown, opener, unnamed_controls
from tests.gui.stories import stories


@pytest.fixture
def open_page(qtbot: QtBot) -> Callable[..., Shown]:
    return opener(TrainPage, qtbot)


def with_status(status: JobStatus, **job: object) -> AppState:
    state = stories()["running"]
    return replace(state, train=replace(state.train, job=replace(state.train.job, status=status, **job)))  # type: ignore[arg-type]


def test_without_a_run_the_next_step_is_the_data(open_page: Callable[..., Shown]) -> None:
    shown = open_page(AppState())
    QTest.mouseClick(shown.page.empty.nothing.button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("show_page") == [("data",)]


def test_with_data_the_next_step_is_the_method_and_runs_can_be_opened(
    open_page: Callable[..., Shown],
) -> None:
    state = replace(stories()["imported"], train=TrainState(), runs=stories()["finished"].runs)
    shown = open_page(state)
    QTest.mouseClick(shown.page.empty.nothing.button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("show_page") == [("method",)]
    second = shown.page.empty.rows[1]
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert shown.intents.named("open_run") == [(state.runs[1].id,)]


def test_a_running_run_shows_where_it_is(open_page: Callable[..., Shown]) -> None:
    page = open_page("running").page
    assert page.progress.how_far.text() == "step 150 of 240"
    assert page.progress.left.text() == "18 to 21 min left"
    assert page.progress.bar.value() == 625
    assert page.progress.evaluation.value.text() == "0.760"
    assert page.progress.evaluation.aside.text() == "▼ 0.050"
    phases = [label.text() for label in page.progress._phase_labels if label.isVisible()]
    assert phases == ["✓ Load 2 s", "✓ Tokenize 3 s", "● Train 7 min", "○ Save"]
    assert page.samples.isVisible()
    assert page.samples.prompt.text() == "Who are you?"
    assert not page.crash.isVisible() and not page.finished.isVisible()


def test_the_buttons_of_a_running_run(open_page: Callable[..., Shown]) -> None:
    shown = open_page("running")
    header = shown.page.header
    QTest.mouseClick(header.pause, Qt.MouseButton.LeftButton)
    QTest.mouseClick(header.save, Qt.MouseButton.LeftButton)
    header.stop_keep.trigger()
    header.stop_discard.trigger()
    assert shown.intents.calls == [
        ("pause_run", (False,), {}) if shown.intents.calls[0][1] else ("pause_run", (), {}),
        ("save_now", (False,), {}) if shown.intents.calls[1][1] else ("save_now", (), {}),
        ("stop_run", (), {"keep": True}),
        ("stop_run", (), {"keep": False}),
    ]
    assert not header.resume.isVisible()


@pytest.mark.parametrize(
    ("status", "pause", "resume", "stop"),
    [
        ("starting", True, False, True),
        ("running", True, False, True),
        ("pausing", True, False, True),
        ("paused", False, True, False),
        ("completed", False, False, False),
        ("crashed", False, True, False),
    ],
)
def test_which_buttons_stand(
    open_page: Callable[..., Shown], status: JobStatus, pause: bool, resume: bool, stop: bool
) -> None:
    header = open_page(with_status(status)).page.header
    assert (header.pause.isVisible(), header.resume.isVisible(), header.stop.isVisible()) == (
        pause,
        resume,
        stop,
    )
    assert header.pause.isEnabled() is (status == "running")


def test_a_paused_run_resumes(open_page: Callable[..., Shown]) -> None:
    shown = open_page(with_status("paused"))
    QTest.mouseClick(shown.page.header.resume, Qt.MouseButton.LeftButton)
    assert shown.intents.named("resume_run") == [("r7",)]


def test_a_crash_says_what_happened_and_offers_the_ways_out(open_page: Callable[..., Shown]) -> None:
    shown = open_page("crashed")
    crash = shown.page.crash
    assert crash.isVisible()
    assert "signal 9" in crash.message.text()
    assert crash.resume.text() == "Resume from step 100"
    assert not crash.log.isVisible()
    QTest.mouseClick(crash.details.button, Qt.MouseButton.LeftButton)
    assert crash.log.isVisible()
    assert "step 150 loss 0.69" in crash.log.text()
    QTest.mouseClick(crash.resume, Qt.MouseButton.LeftButton)
    QTest.mouseClick(crash.discard, Qt.MouseButton.LeftButton)
    assert shown.intents.named("resume_run") == [("r7",)]
    assert shown.intents.named("delete_run") == [("r7",)]


def test_a_crash_before_the_first_checkpoint_cannot_resume(open_page: Callable[..., Shown]) -> None:
    state = stories()["crashed"]
    job = replace(state.train.job, paths={})
    page = open_page(replace(state, train=replace(state.train, checkpoints=(), job=job))).page
    assert not page.crash.resume.isVisible()
    assert not page.crash.keep.isVisible(), "there is nothing to keep"
    assert page.crash.discard.isVisible()


def test_a_finished_run_says_how_near_its_plan_was(open_page: Callable[..., Shown]) -> None:
    def figures(**report: object) -> str:
        done = with_status("completed", result={"seconds": 60.0, **report})
        return str(open_page(done).page.finished.figures.text())

    assert "peak 2.1 GB, 2.0 GB planned (+5%)" in figures(
        peak_memory_bytes=2_255_000_000, planned_memory_bytes=2 << 30
    )
    assert figures(peak_memory_bytes=2 << 30).endswith("peak 2.0 GB")


def test_a_finished_run_shows_its_path_and_one_next_step(open_page: Callable[..., Shown]) -> None:
    shown = open_page("finished")
    finished = shown.page.finished
    assert finished.path.path.full_text().endswith("/adapter")
    QTest.mouseClick(finished.path.reveal_button, Qt.MouseButton.LeftButton)
    assert shown.intents.named("reveal") == [(finished.path.path.full_text(),)]
    QTest.mouseClick(finished.next, Qt.MouseButton.LeftButton)
    assert shown.intents.named("show_page") == [("export",)]


def test_a_stopped_run_says_so(open_page: Callable[..., Shown]) -> None:
    page = open_page(with_status("stopped")).page
    assert "Stopped" in page.finished.heading.text()


def test_an_engine_that_starts_has_no_curves_yet(open_page: Callable[..., Shown]) -> None:
    state = with_status("starting", phases=(), progress_name="", progress_total=None, eta_s=None)
    train = replace(state.train, series={}, total_steps=None, step=0, samples=(), checkpoints=())
    page = open_page(replace(state, train=train)).page
    assert page.charts is None, "the plotting library is not loaded before it is needed"
    assert page.loading.isVisible()
    assert page.progress.what.text() == "Starting the engine"
    assert page.progress.bar.maximum() == 0, "a running bar while nothing can be counted"


def test_updates_keep_the_widgets(open_page: Callable[..., Shown]) -> None:
    shown = open_page("running")
    charts = shown.page.charts
    train = shown.state.train
    longer = train.series["train/loss"].extended([151], [0.5])
    shown.show(
        replace(shown.state, train=replace(train, step=151, series={**train.series, "train/loss": longer}))
    )
    assert shown.page.charts is charts
    assert shown.page.progress.how_far.text() == "step 151 of 240"


def test_charts_share_cursor_and_zoom(open_page: Callable[..., Shown], qtbot: QtBot) -> None:
    charts = open_page("running").page.charts
    shown = [card.view for card in charts.small if card.isVisible()]
    assert not charts.large.reset.isVisible()
    shown[0]._plot.vb.setXRange(20, 60, padding=0)
    assert charts.large.view.window_steps == (20.0, 60.0)
    assert charts.large.reset.isVisible()
    charts.large.view.pointed.emit(30.0)
    assert shown[1]._cross.isVisible()
    QTest.mouseClick(charts.large.reset, Qt.MouseButton.LeftButton)
    assert shown[2].window_steps is None
    assert not charts.large.reset.isVisible()


def test_a_metric_that_is_not_measured_has_no_card(open_page: Callable[..., Shown]) -> None:
    state = stories()["running"]
    series = {name: curve for name, curve in state.train.series.items() if not name.startswith("memory/")}
    shown = open_page(replace(state, train=replace(state.train, series=series)))
    visible = {card.chart.key for card in shown.page.charts.small if card.isVisible()}
    assert visible == {"learning_rate", "grad_norm", "throughput"}


def test_log_switch(open_page: Callable[..., Shown]) -> None:
    large = open_page("running").page.charts.large
    QTest.mouseClick(large.log, Qt.MouseButton.LeftButton)
    assert large.view.log is True


def test_other_runs_are_laid_over(open_page: Callable[..., Shown]) -> None:
    state = stories()["running"]
    other = Series().extended([1, 2], [3.0, 2.0])
    runs = stories()["finished"].runs
    compared = replace(state, runs=runs, train=replace(state.train, compare=((runs[1].name, other),)))
    shown = open_page(compared)
    large = shown.page.charts.large
    assert runs[1].name in [name for name, *_ in large._legend_chips]
    large._fill_compare()
    names = [action.text() for action in large.compare_menu.actions()]
    assert names == [run.name for run in runs[1:]]
    assert large.compare_menu.actions()[0].isChecked()
    large.compare_menu.actions()[2].trigger()
    large.compare_menu.actions()[0].trigger()
    assert shown.intents.named("compare_runs") == [([runs[1].id, runs[3].id],), ([],)]


def test_picture_and_table_are_saved_and_a_bad_place_is_told(
    open_page: Callable[..., Shown], tmp_path: Path
) -> None:
    large = open_page("running").page.charts.large
    large.write_picture(tmp_path / "loss.png")
    large.write_table(tmp_path / "curves.csv")
    assert (tmp_path / "loss.png").stat().st_size > 5000
    assert (tmp_path / "curves.csv").read_text().startswith("step,train/loss")
    large.write_table(tmp_path / "no" / "curves.csv")
    assert "cannot be written" in large.message.text()


def test_looking_back_at_samples_stays_there(open_page: Callable[..., Shown]) -> None:
    shown = open_page("running")
    state, card = shown.state, shown.page.samples
    first = state.train.samples[0]
    two = (first, replace(first, step=140, answer="second"))
    shown.show(replace(state, train=replace(state.train, samples=two)))
    assert card.answer.text() == "second"
    QTest.mouseClick(card.earlier, Qt.MouseButton.LeftButton)
    shown.show(
        replace(state, train=replace(state.train, samples=(*two, replace(first, step=160, answer="third"))))
    )
    assert card.answer.text() == first.answer, "new samples do not take away what is read"
    for _ in range(2):
        QTest.mouseClick(card.later, Qt.MouseButton.LeftButton)
    assert card.answer.text() == "third"


def test_spans_of_one_phase_are_added_up() -> None:
    job = JobState(
        kind="train",
        status="running",
        t=30.0,
        phases=(
            PhaseMark("load", 0.0, 2.0),
            PhaseMark("train", 2.0),
            PhaseMark("evaluate", 10.0, 1.5),
            PhaseMark("evaluate", 20.0, 2.5),
        ),
    )
    found = {item.name: item for item in phase_summaries(job)}
    assert found["evaluate"].seconds == 4.0
    assert found["train"].running and found["train"].seconds == 28.0
    assert found["save"].seconds is None
    assert "save" not in {item.name for item in phase_summaries(replace(job, status="completed"))}


@pytest.mark.parametrize("story", ["running", "crashed", "finished", "paused"])
@pytest.mark.parametrize("size", [(836, 638), (1252, 838)])
def test_nothing_is_wider_than_the_page(
    open_page: Callable[..., Shown], qtbot: QtBot, story: str, size: tuple[int, int]
) -> None:
    page = open_page(story, size=size).page
    qtbot.waitUntil(lambda: page._run.minimumSizeHint().width() <= size[0] >= page._run.width())
    assert unnamed_controls(page) == []
