"""The chart widget: redraws, crosshair, zoom, scale, picture, and the histogram's line."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.charts.base import Chart, Line, charts
from app.charts.plot.histogram import LengthHistogram
from app.charts.plot.picture import picture
from app.charts.plot.view import REDRAW_MS, ChartData, ChartView
from app.state.series import Series
from app.ui.theme import Theme

LOSS = next(chart for chart in charts() if chart.large)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    made = Theme()
    made.apply(qapp, "light")
    return made


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Callable[[Chart], ChartView]:
    def build(chart: Chart = LOSS) -> ChartView:
        view = ChartView(chart, theme)
        qtbot.addWidget(view)
        view.resize(700, 320)
        view.show()
        qtbot.waitUntil(lambda: not view._timer.isActive())
        return view

    return build


def run(steps: int = 100) -> dict[str, Series]:
    every = list(range(1, steps + 1))
    return {
        "train/loss": Series().extended(every, [3.0 * math.exp(-step / 50) + 0.2 for step in every]),
        "eval/loss": Series().extended(
            every[19::20], [3.1 * math.exp(-step / 50) + 0.3 for step in every[19::20]]
        ),
    }


def drawn_points(view: ChartView) -> int:
    return len(view._curves[0].raw.xData) if view._curves[0].raw.xData is not None else 0


def test_a_burst_of_snapshots_is_drawn_once_and_then_the_newest(
    make: Callable[..., ChartView], qtbot: QtBot
) -> None:
    view = make()
    draws: list[int] = []
    original = view._draw
    view._draw = lambda: (draws.append(1), original())[1]  # type: ignore[method-assign]
    series = Series()
    for step in range(1, 51):
        series = series.extended([step], [1.0 / step])
        view.show_data(ChartData({"train/loss": series}))
    assert len(draws) == 1, "the first is drawn at once, the others wait"
    qtbot.waitUntil(lambda: drawn_points(view) == 50)
    assert len(draws) == 2
    assert REDRAW_MS >= 66, "at most 15 times a second"


def test_nothing_is_drawn_while_hidden(make: Callable[..., ChartView], qtbot: QtBot) -> None:
    view = make()
    view.hide()
    view.show_data(ChartData(run()))
    assert drawn_points(view) == 0
    view.show()
    assert drawn_points(view) == 100


def test_a_hundred_thousand_points_become_few(make: Callable[..., ChartView]) -> None:
    view = make()
    view.show_data(ChartData(run(100_000)))
    assert 100 < drawn_points(view) <= 2 * view.width()


def test_a_shorter_run_replaces_a_longer_one(make: Callable[..., ChartView], qtbot: QtBot) -> None:
    view = make()
    view.show_data(ChartData(run(240)))
    view.show_data(ChartData(run(150)))
    qtbot.waitUntil(lambda: drawn_points(view) == 150)


def test_the_crosshair_reads_the_nearest_points(make: Callable[..., ChartView]) -> None:
    view = make()
    view.show_data(ChartData(run()))
    reading = view.reading(33.4)
    assert reading is not None
    assert reading.step == 33
    train, evaluation = reading.lines
    assert train.label == "train"
    assert train.raw == pytest.approx(3.0 * math.exp(-33 / 50) + 0.2)
    assert train.value != train.raw, "the line shows the smoothed value"
    assert evaluation.at == 40
    view.point_at(33.4)
    assert view._box.isVisible()
    assert "step 33" in view._box.text()
    assert "at 40" in view._box.text()
    view.point_at(None)
    assert not view._box.isVisible()


def test_reading_an_empty_chart(make: Callable[..., ChartView]) -> None:
    view = make()
    assert view.reading(10) is None
    view.point_at(10)
    assert not view._box.isVisible()


def test_keys_move_the_crosshair(make: Callable[..., ChartView]) -> None:
    view = make()
    view.show_data(ChartData(run()))
    steps: list[float | None] = []
    view.pointed.connect(steps.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape):
        QTest.keyClick(view, key)
    assert steps == [100.0, 99.0, 100.0, None]


def test_the_mouse_moves_the_crosshair(make: Callable[..., ChartView]) -> None:
    view = make()
    view.show_data(ChartData(run()))
    steps: list[float | None] = []
    view.pointed.connect(steps.append)
    QTest.mouseMove(view._widget.viewport(), QPoint(200, 150))
    QTest.mouseMove(view._widget.viewport(), QPoint(400, 150))
    inside = [step for step in steps if step is not None]
    assert inside and 0 < inside[-1] < 100


def test_zoom_is_told_and_taken_back(make: Callable[..., ChartView]) -> None:
    view = make()
    view.show_data(ChartData(run()))
    told: list[object] = []
    view.zoomed.connect(told.append)
    view._plot.vb.setXRange(20, 40, padding=0)
    assert told == [(20.0, 40.0)]
    assert view.window_steps == (20.0, 40.0)
    view.show_data(ChartData(run(200)))
    assert view._plot.vb.viewRange()[0] == [20.0, 40.0], "new points do not take the zoom away"
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert told[-1] is None
    assert view._plot.vb.viewRange()[0][1] > 90


def test_a_window_from_another_chart_is_not_told_again(make: Callable[..., ChartView]) -> None:
    view = make()
    view.show_data(ChartData(run()))
    told: list[object] = []
    view.zoomed.connect(told.append)
    view.set_window((10.0, 30.0))
    assert told == []
    assert view._plot.vb.viewRange()[0] == [10.0, 30.0]


def test_log_scale_leaves_out_what_has_no_logarithm(make: Callable[..., ChartView]) -> None:
    view = make(Chart("x", (Line("a", "a"),)))
    view.show_data(ChartData({"a": Series().extended([1, 2, 3], [0.0, 0.1, 10.0])}))
    view.set_log(True)
    low, high = view._plot.vb.viewRange()[1]
    assert low == pytest.approx(-1.16)
    assert high == pytest.approx(1.16)
    view.set_log(False)
    assert view._plot.vb.viewRange()[1][0] < 0.0


def test_compared_runs_lie_over_the_large_chart(make: Callable[..., ChartView]) -> None:
    view = make()
    other = Series().extended([1, 2, 300], [5.0, 4.0, 3.0])
    view.show_data(ChartData(run(), compare=(("Run 6", other),)))
    reading = view.reading(2)
    assert reading is not None
    assert [line.label for line in reading.lines] == ["train", "evaluation", "Run 6"]
    assert view._plot.vb.viewRange()[0][1] == 300
    view.show_data(ChartData(run()))
    view._draw()
    assert len(view._overlays) == 0


def test_colours_follow_the_theme(make: Callable[..., ChartView], theme: Theme, qapp: QApplication) -> None:
    view = make()
    light = view._widget.backgroundBrush().color().name()
    theme.apply(qapp, "dark")
    dark = view._widget.backgroundBrush().color().name()
    assert (light.upper(), dark.upper()) == ("#FFFFFF", "#1D2026")
    theme.apply(qapp, "light")


def test_a_picture_is_twice_as_sharp_and_shows_the_curve(
    make: Callable[..., ChartView], theme: Theme, tmp_path: Path
) -> None:
    view = make()
    view.show_data(ChartData(run()))
    image = picture(view, title="Run 7 · Loss", legend=[("train", theme.color("curve0"))], theme=theme)
    assert image.width() == 2 * (view.width() + 32)
    target = tmp_path / "loss.png"
    assert image.save(str(target))
    saved = QImage(str(target))
    colors = {
        saved.pixelColor(x, y).name() for x in range(0, saved.width(), 2) for y in range(0, saved.height(), 2)
    }
    assert theme.color("curve1").name() in colors, "the evaluation's points are in the picture"


def test_the_cutoff_is_dragged_and_chosen_once(qtbot: QtBot, theme: Theme) -> None:
    histogram = LengthHistogram(theme)
    qtbot.addWidget(histogram)
    histogram.resize(402, 160)
    histogram.show_bins([5, 9, 4, 1], bin_tokens=100, longest=390)
    histogram.show_cutoff(300, "300 tokens")
    histogram.show()
    moved: list[int] = []
    chosen: list[int] = []
    histogram.cutoff_moved.connect(moved.append)
    histogram.cutoff_chosen.connect(chosen.append)
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(301, 60))
    QTest.mouseMove(histogram, QPoint(251, 60))
    histogram.show_cutoff(300, "the engine's old answer")
    assert histogram.cutoff == 250, "a drag keeps its own place"
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(251, 60))
    assert moved[-1] == 250
    assert chosen == [250]


def test_the_cutoff_moves_by_keys_and_never_below_what_the_recipe_takes(qtbot: QtBot, theme: Theme) -> None:
    histogram = LengthHistogram(theme)
    qtbot.addWidget(histogram)
    histogram.show_bins([5, 9], bin_tokens=100, longest=190)
    histogram.show_cutoff(100, "")
    chosen: list[int] = []
    histogram.cutoff_chosen.connect(chosen.append)
    QTest.keyClick(histogram, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    assert chosen == [99, 8]
