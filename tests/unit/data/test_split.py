"""The split: sizes, determinism, and no content on both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.rows import Message, Row, content_key
from engine.data.split import split, without_leaks


def row(line, text):
    return Row("file", line, (Message("user", text), Message("assistant", "a")))


@given(st.lists(st.integers(0, 12), max_size=60), st.floats(0.0, 0.99), st.integers(0, 2**31 - 1))
def test_every_row_on_one_side_and_no_content_on_both(texts, ratio, seed):
    rows = [row(line, str(text)) for line, text in enumerate(texts)]
    train, validation = split(rows, ratio=ratio, seed=seed)
    assert sorted([*train, *validation], key=lambda item: item.line) == rows
    assert [item.line for item in train] == sorted(item.line for item in train)
    assert not {content_key(item) for item in train} & {content_key(item) for item in validation}
    if ratio > 0 and len(set(texts)) >= 2:
        assert train and validation
    else:
        assert not validation
    assert (train, validation) == split(rows, ratio=ratio, seed=seed)


@pytest.mark.parametrize(
    ("count", "ratio", "expected"), [(100, 0.1, 10), (2, 0.01, 1), (2, 0.99, 1), (1, 0.5, 0), (10, 0.0, 0)]
)
def test_sizes(count, ratio, expected):
    assert len(split([row(i, str(i)) for i in range(count)], ratio=ratio, seed=1)[1]) == expected


def test_a_row_keeps_its_side_wherever_it_stands():
    rows = [row(i, str(i)) for i in range(50)]
    one = {item.messages for item in split(rows, ratio=0.3, seed=3)[1]}
    two = {item.messages for item in split(rows[::-1], ratio=0.3, seed=3)[1]}
    assert one == two
    assert one != {item.messages for item in split(rows, ratio=0.3, seed=4)[1]}


def test_leaks_are_taken_out_of_the_validation():
    train, validation = [row(1, "a"), row(2, "b")], [row(1, "b"), row(2, "c")]
    assert without_leaks(train, validation) == (validation[1],)
