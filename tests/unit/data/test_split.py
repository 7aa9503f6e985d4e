"""The split: sizes, determinism, and no content on both sides."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.errors import ErrorCode, UserError
from engine.data.rows import Message, Row, content_key, digest
from engine.data.split import Share, Sides, by_column, divide, split, without_leaks


def row(line, text, raw=None):
    return Row("file", line, (Message("user", text), Message("assistant", "a")), raw=raw or {})


def keys_of(texts):
    return [digest([str(text)]) for text in texts]


def sides_of(sides: Sides, count):
    """The name of the side of each place; fails if one is on none or on two."""
    names = {}
    for name in ("train", "validation", "test"):
        places = getattr(sides, name).tolist()
        assert places == sorted(places)
        for place in places:
            assert names.setdefault(place, name) == name
    assert sorted(names) == list(range(count))
    return [names[place] for place in range(count)]


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
    assert list(without_leaks(train, validation)) == [validation[1]]


SHARES = st.builds(Share, st.floats(0.0, 0.49))


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 6), st.sampled_from("xyz")), max_size=60),
    SHARES,
    SHARES,
    st.integers(0, 2**31 - 1),
)
def test_three_sides_are_disjoint_and_complete_and_keep_twins_together(rows, validation, test, seed):
    keys = keys_of(text for text, _, _ in rows)
    twins = [twin for _, twin, _ in rows]
    strata = [word for _, _, word in rows]
    options = {"validation": validation, "test": test, "seed": seed, "twins": twins, "strata": strata}
    found = sides_of(divide(keys, **options), len(rows))
    if rows:
        assert "train" in found
    if joined(keys, twins) > 1:
        for labels in (keys, twins):
            assert all(len({found[i] for i, x in enumerate(labels) if x == label}) == 1 for label in labels)
    backwards = divide(keys[::-1], **{**options, "twins": twins[::-1], "strata": strata[::-1]})
    assert sides_of(backwards, len(rows)) == found[::-1], "content decides, not place"


def joined(keys, twins):
    """How many groups there are when equal keys and equal twins are tied together."""
    groups = []
    for pair in {("key", key): 0 for key in keys} | {("twin", twin): 0 for twin in twins}:
        groups.append({pair})
    for key, twin in zip(keys, twins, strict=True):
        tied = [group for group in groups if ("key", key) in group or ("twin", twin) in group]
        groups = [group for group in groups if group not in tied] + [set().union(*tied)]
    return len(groups)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.floats(0.05, 0.6), st.integers(0, 999))
def test_every_stratum_gives_its_share(sizes, ratio, seed):
    strata = [str(number) for number, size in enumerate(sizes) for _ in range(size)]
    keys = keys_of(range(len(strata)))
    found = sides_of(divide(keys, validation=Share(ratio), seed=seed, strata=strata), len(strata))
    held = Counter(word for word, side in zip(strata, found, strict=True) if side == "validation")
    if len(strata) < 2:
        return
    wanted = min(max(1, round(ratio * len(strata))), len(strata) - 1)
    assert held.total() == wanted
    assert all(abs(held[str(n)] - wanted * size / len(strata)) < 1 for n, size in enumerate(sizes))


def test_counts_are_exact_and_asking_for_a_test_moves_no_validation_row():
    keys = keys_of(range(100))
    alone = divide(keys, validation=Share(count=7), seed=3)
    both = divide(keys, validation=Share(count=7), test=Share(count=20), seed=3)
    assert (len(both.train), len(both.validation), len(both.test)) == (73, 7, 20)
    assert alone.validation.tolist() == both.validation.tolist()


def test_a_large_group_of_twins_goes_where_it_fits():
    sides = divide(keys_of(range(100)), validation=Share(0.1), seed=1, twins=[0] * 80 + list(range(1, 21)))
    assert len(sides.validation) == 10 and min(sides.validation) >= 80


def test_rows_that_are_all_nearly_the_same_are_split_all_the_same():
    sides = divide(keys_of(range(50)), validation=Share(0.1), seed=1, twins=[0] * 50)
    assert len(sides.validation) == 5


def test_two_large_groups_leave_one_to_train_on():
    keys = keys_of([0, 0, 0, 1, 1, 1])
    sides = divide(keys, validation=Share(0.25), test=Share(0.4375), seed=0)
    assert [len(side) for side in (sides.train, sides.validation, sides.test)] == [3, 3, 0]


@pytest.mark.parametrize(
    ("validation", "test", "place"),
    [
        (Share(count=10), Share(), "count"),
        (Share(0.1), Share(count=9), "test_count"),
        (Share(0.6), Share(0.5), "test_ratio"),
    ],
)
def test_holding_out_everything_is_refused(validation, test, place):
    with pytest.raises(UserError, match="none to train on") as caught:
        divide(keys_of(range(10)), validation=validation, test=test, seed=0)
    assert caught.value.info.code is ErrorCode.RECIPE_INVALID
    assert caught.value.info.recipe_path == f"data.validation.{place}"


def test_a_column_says_the_side_in_the_usual_words():
    words = ["train", "Validation", " dev ", "TEST", "", None, "training", "val"]
    rows = [row(i, str(i), {"split": word}) for i, word in enumerate(words)]
    sides = by_column([*rows, row(8, "8", {"other": 1})], "split")
    assert sides_of(sides, 9) == [
        "train", "validation", "validation", "test", "train", "train", "train", "validation", "train",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "words"), [("splat", "No row has the column 'splat'"), ("split", "file, line 4: .*'holdout'")]
)
def test_a_column_that_says_no_side_is_refused(column, words):
    with pytest.raises(UserError, match=words) as caught:
        by_column([row(3, "a", {"split": "train"}), row(4, "b", {"split": "holdout"})], column)
    assert caught.value.info.recipe_path == "data.validation.column"
