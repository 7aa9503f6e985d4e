import dataclasses
from collections import Counter

import pytest

from engine.contract.errors import UserError
from engine.data.steps.balance import Balance


@pytest.fixture
def mixed(rows):
    made = rows(*[("q", str(number)) for number in range(100)])
    return tuple(
        dataclasses.replace(row, raw={"topic": "abc"[row.line % 10 // 5 + (row.line > 90)]}) for row in made
    )


def counts(result):
    return Counter(row.raw.get("topic") for row in result.kept)


def test_caps_each_value(mixed):
    before = Counter(row.raw["topic"] for row in mixed)
    result = Balance(column="topic", max_rows=20).apply(mixed)
    assert counts(result) == {value: min(20, count) for value, count in before.items()}
    lines = [row.line for row in result.kept]
    assert lines == sorted(lines) and len(result.kept) + len(result.removed) == 100
    assert set(counts(Balance(column="topic").apply(mixed)).values()) == {min(before.values())}


def test_drawn_by_the_seed(mixed):
    draws = [
        tuple(row.line for row in Balance(column="topic", max_rows=5, seed=seed).apply(mixed).kept)
        for seed in (1, 1, 2)
    ]
    assert draws[0] == draws[1] != draws[2]


def test_what_every_row_has(rows):
    made = rows(
        ("What is bread?", "Baked dough."), ("Why is that so?", "Nobody knows."), ("什么是面包？", "烤面团。")
    )
    assert [row.line for row in Balance(column="language", max_rows=1).apply(made).kept][-1] == 3
    assert len(Balance(column="language", max_rows=1).apply(made).kept) == 2


def test_an_unknown_column_is_an_error(mixed):
    with pytest.raises(UserError, match="no row has a column 'tpoic'"):
        Balance(column="tpoic").apply(mixed)
    assert Balance(column="tpoic").apply(()).kept == ()
