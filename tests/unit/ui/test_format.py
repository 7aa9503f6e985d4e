"""Numbers as people say them."""

import pytest

from app.ui import format


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KB"),
        (3 * 2**30, "3.0 GB"),
        (182 * 2**30, "182 GB"),
        (2**50, "1024 TB"),
    ],
)
def test_sizes_are_binary(count: int, words: str) -> None:
    assert format.size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (45, "45 s"),
        (360, "6 min"),
        (3600, "1 h"),
        (7800, "2 h 10 min"),
        (259_200, "3 days"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert format.duration(seconds) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((1080, 1260), "18 to 21 min left"),
        ((170, 190), "3 min left"),
        ((40, 130), "40 s to 2 min left"),
        ((3600, 7800), "1 h to 2 h 10 min left"),
    ],
)
def test_time_left_is_a_range(span: tuple[float, float], words: str) -> None:
    assert format.time_left(span) == words


def test_a_plan_has_a_range_or_about() -> None:
    assert format.duration_range((1020, 1380)) == "17 to 23 min"
    assert format.duration_range((355, 365)) == "about 6 min"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1e-4, "1e-4"),
        (2.5e-4, "2.5e-4"),
        (1e-8, "1e-8"),
        (0.05, "0.05"),
        (16.0, "16"),
        (0.0, "0"),
        (3e5, "3e5"),
        (0.999, "0.999"),
    ],
)
def test_hyperparameters_as_their_users_write_them(value: float, words: str) -> None:
    assert format.scientific(value) == words
    assert float(words) == pytest.approx(value)


@pytest.mark.parametrize(
    ("done", "total", "unit", "words"),
    [
        (1240, 2000, "steps", "1,240 of 2,000 steps"),
        (1.5 * 2**30, 3 * 2**30, "bytes", "1.5 GB of 3.0 GB"),
        (2**20, None, "bytes", "1.0 MB"),
        (7, None, "rows", "7 rows"),
        (1, 4, "", "25%"),
    ],
)
def test_amounts(done: float, total: float | None, unit: str, words: str) -> None:
    assert format.amount(done, total, unit) == words


def test_rates() -> None:
    assert format.rate(3412.4, "tokens") == "3,412 tokens/s"
    assert format.rate(12 * 2**20, "bytes") == "12.0 MB/s"
    assert format.rate(None, "tokens") == ""


def test_ago_and_counts() -> None:
    assert format.ago(1000.0, now=1030.0) == "just now"
    assert format.ago(0.0, now=7200.0) == "2 h ago"
    assert format.short_count(134_515_008) == "135 M"
    assert format.short_count(2_442_240) == "2.4 M"
    assert format.loss(None) == "–"
    assert format.percent(0.018, 1) == "1.8%"
