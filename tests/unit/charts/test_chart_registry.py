"""The folder is the list of charts, and listing it loads neither Qt nor the plotting library."""

import subprocess
import sys

from app.charts.base import Chart, Scale, charts


def test_every_chart_of_the_folder_is_found_in_order() -> None:
    found = charts()
    assert [chart.key for chart in found] == [
        *("loss", "reward", "kl", "completion_length", "learning_rate", "grad_norm", "memory", "throughput")
    ]
    assert [chart.key for chart in found if chart.large] == ["loss"]


def test_charts_name_the_metrics_of_the_engine() -> None:
    by_key = {chart.key: chart for chart in charts()}
    assert by_key["loss"].names == ("train/loss", "eval/loss")
    assert by_key["reward"].names == ("train/reward", "eval/reward", "train/reward_std")
    assert by_key["kl"].names == ("train/kl",)
    assert by_key["completion_length"].names == ("train/completion_length",)
    assert by_key["grad_norm"].y is Scale.LOG
    assert set(by_key["memory"].names) == {"memory/gpu", "memory/process", "memory/host"}
    assert by_key["memory"].factor * 3 * 2**30 == 3.0  # bytes to GB


def test_no_two_lines_of_a_chart_share_a_colour() -> None:
    for chart in charts():
        colors = [line.color for line in chart.series]
        assert len(set(colors)) == len(colors), chart.key


def test_listing_the_charts_loads_no_plotting_library() -> None:
    code = (
        "import sys; from app.charts.base import charts; charts();"
        "sys.exit(any(name in sys.modules for name in ('pyqtgraph', 'numpy', 'PySide6')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_chart_without_a_key_is_only_a_declaration() -> None:
    assert Chart(title="x", series=()).key == ""
