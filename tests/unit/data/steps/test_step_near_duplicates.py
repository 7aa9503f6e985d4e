import pytest

from engine.contract.job import Cancelled
from engine.data.rows import Watched
from engine.data.steps.near_duplicates import NearDuplicates

TEXT = "The bread is mixed, kneaded, left to rise for two hours and baked in a hot oven until it is brown"


def lines(made, **options):
    result = NearDuplicates(**options).apply(made)
    assert sorted([*result.kept, *result.removed], key=lambda row: row.line) == list(made)
    return [row.line for row in result.kept]


def test_first_stays(rows):
    made = rows(
        ("How?", TEXT), ("Why?", "Because."), ("How?", TEXT.replace("brown", "dark")), ("How?", TEXT[:40])
    )
    assert lines(made) == [1, 2, 4]
    assert lines(made, threshold=1.0) == [1, 2, 3, 4]


def test_what_is_compared(rows):
    made = rows(
        (TEXT, "An answer about rye and its long history"), (TEXT, "Another thing altogether, told at length")
    )
    assert lines(made, compare="prompt") == [1]
    assert lines(made, compare="answer") == [1, 2]
    assert lines(made) == [1, 2]


def test_short_texts_are_left_alone(rows):
    made = rows(("a", "yes"), ("a", "yes"))
    assert lines(made) == [1, 2] and lines(made, min_words=1) == [1]


def test_the_search_itself_can_be_ended(rows):
    asked = []

    def tick(count: int) -> None:
        asked.append(count)
        if len(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        NearDuplicates().apply(Watched(rows(("q", TEXT), ("q", TEXT + " now")), tick))
    assert asked == [2, 2, 2]  # fewer rows than a pass over them would report
