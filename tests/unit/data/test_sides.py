"""Sides and leaks: twins stay together, leaks are counted and removed, mixing touches what is trained on alone."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contract.errors import UserError
from engine.contract.recipe import DataSectionBase, Source, Validation
from engine.data.leakage import NEAR_THRESHOLD, conversation_text, find_leaks
from engine.data.near import resemblance
from engine.data.rows import Message, Row
from engine.data.sides import Given, set_aside

WORDS = [f"word{number}" for number in range(400)]


def row(line, text, *, path="a.jsonl", raw=None):
    turns = (Message("system", "You are kind."), Message("user", text), Message("assistant", "yes"))
    return Row(path, line, turns, raw=raw or {})


def sentence(draw, words=30):
    return " ".join(draw.choices(WORDS, k=words))


def edited(draw, text):
    """``text`` with one word changed: about 0.87 of its pairs of words stay."""
    words = text.split()
    words[draw.randrange(len(words))] = "changed"
    return " ".join(words)


def section(*paths, mix="concatenate", weights=(), **options):
    sources = tuple(
        Source(path=path, **({"weight": weight} if weight else {}))
        for path, weight in zip(paths or ("a.jsonl",), weights or [None] * 9, strict=False)
    )
    return DataSectionBase(sources=sources, mix=mix, validation=Validation(**options))


def lines(rows):
    return {(item.path, item.line) for item in rows}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.05, 0.4), st.floats(0.0, 0.4))
def test_near_twins_stay_on_one_side_and_nothing_is_lost(seed, ratio, test_ratio):
    draw = random.Random(seed)
    texts = [sentence(draw) for _ in range(30)]
    texts += [edited(draw, text) for text in texts[:20]]
    rows = [row(line, text) for line, text in enumerate(texts)]
    aside = set_aside(rows, section(ratio=ratio, test_ratio=test_ratio), Given(), seed=seed)
    sides = (aside.train, aside.validation, aside.test)
    assert sorted(item.line for side in sides for item in side) == list(range(50))
    place = {item.line: number for number, side in enumerate(sides) for item in side}
    for line in range(20):
        if resemblance(texts[line] + "\nyes", texts[line + 30] + "\nyes") >= NEAR_THRESHOLD:
            assert place[line] == place[line + 30]
    assert aside.leakage is not None
    assert (aside.leakage.exact, aside.leakage.near, aside.leakage.removed) == (0, 0, 0)
    assert aside.leakage.held_out == len(aside.validation) + len(aside.test)


def test_without_the_option_twins_leak_and_are_counted_and_removed_on_request():
    draw = random.Random(1)
    texts = [sentence(draw) for _ in range(100)]
    rows = [row(line, text) for line, text in enumerate(texts + [edited(draw, text) for text in texts])]
    options = {"ratio": 0.2, "near_duplicates": False}
    kept = set_aside(rows, section(**options), Given(), seed=1)
    assert len(kept.validation) == 40 and kept.leakage.near > 20 and kept.leakage.removed == 0
    removed = set_aside(rows, section(**options, remove_leaks=True), Given(), seed=1)
    assert removed.leakage.removed == removed.leakage.near == kept.leakage.near
    assert len(removed.validation) == 40 - removed.leakage.near
    assert removed.train == kept.train, "leaks leave the held-out side, never the training"
    assert not len(find_leaks(removed.train, removed.validation).near)


def test_a_leak_is_shown_with_both_of_its_places():
    draw = random.Random(2)
    texts = [sentence(draw) for _ in range(5)]
    train = [row(line, text) for line, text in enumerate(texts)]
    held_out = [row(9, edited(draw, texts[3]), path="v.jsonl"), row(10, texts[1], path="v.jsonl")]
    held_out.append(row(11, sentence(draw), path="v.jsonl"))
    leaks = find_leaks(train, held_out)
    assert (leaks.near.tolist(), leaks.exact.tolist(), leaks.twins.tolist()) == ([0], [1], [3, 1, -1])
    report = leaks.report(train, held_out, removed=1)
    assert (report.held_out, report.near, report.exact, report.threshold) == (3, 1, 1, 0.8)
    near, exact = report.examples
    assert (near["held_out"]["path"], near["held_out"]["line"], near["train"]["line"]) == ("v.jsonl", 9, 3)
    assert exact["train"]["prompt"].endswith(texts[1])


def test_a_system_prompt_that_all_share_makes_no_twins():
    shared = " ".join(WORDS[:200])
    pair = [
        Row("a", line, (Message("system", shared), Message("user", text), Message("assistant", "ok then")))
        for line, text in enumerate(("one question about birds", "another thing entirely, ships"))
    ]
    assert shared not in conversation_text(pair[0])
    assert find_leaks(pair[:1], pair[1:]).twins.tolist() == [-1]


def test_files_of_each_side_are_used_whole_but_for_what_is_trained_on():
    draw = random.Random(3)
    texts = [sentence(draw) for _ in range(8)]
    rows = [row(line, text) for line, text in enumerate(texts[:4])]
    given = Given(
        [row(1, texts[4], path="v"), row(2, texts[0], path="v")], [row(1, texts[5], path="t"), row(2, texts[1], path="t")]
    )  # fmt: skip
    aside = set_aside(rows, section(path="v", test_path="t", ratio=0.5), given, seed=0)
    assert aside.train is rows, "the share does not count where a file is named"
    assert (lines(aside.validation), lines(aside.test)) == ({("v", 1)}, {("t", 1)})
    assert (aside.leakage.exact, aside.leakage.removed) == (2, 2)


def test_a_test_file_goes_with_a_drawn_validation():
    draw = random.Random(4)
    rows = [row(line, sentence(draw)) for line in range(20)]
    aside = set_aside(
        rows, section(count=5, test_path="t"), Given(test=[row(1, sentence(draw), path="t")]), seed=0
    )
    assert (len(aside.train), len(aside.validation), lines(aside.test)) == (15, 5, {("t", 1)})


def test_a_column_decides():
    draw = random.Random(5)
    words = ["train", "dev", "test", "train"]
    rows = [row(line, sentence(draw), raw={"split": word}) for line, word in enumerate(words)]
    aside = set_aside(rows, section(column="split", ratio=0.5), Given(), seed=0)
    assert [len(side) for side in (aside.train, aside.validation, aside.test)] == [2, 1, 1]


@pytest.mark.parametrize("name", ["source", "language", "topic"])
def test_every_source_language_or_topic_gives_its_share(name):
    draw = random.Random(6)
    chinese = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
    rows = []
    for line in range(100):
        rare = line % 5 == 0
        text = "".join(draw.choices(chinese, k=40)) if rare else sentence(draw)
        rows.append(row(line, text, path="rare" if rare else "usual", raw={"topic": 1 if rare else 2}))
    aside = set_aside(rows, section(ratio=0.1, test_ratio=0.1, stratify_by=name), Given(), seed=0)
    for side in (aside.validation, aside.test):
        assert Counter(item.path for item in side) == {"usual": 8, "rare": 2}


def test_a_column_of_the_file_goes_before_the_word_that_means_source():
    rows = [row(line, str(line), raw={"source": "x"}) for line in range(4)]
    with pytest.raises(UserError, match="'topci'"):
        set_aside(rows, section(ratio=0.5, stratify_by="topci"), Given(), seed=0)
    assert len(set_aside(rows, section(ratio=0.5, stratify_by="source"), Given(), seed=0).validation) == 2


def test_only_what_is_trained_on_is_mixed_and_repeated():
    draw = random.Random(7)
    rows = [row(line, sentence(draw), path="small") for line in range(10)]
    rows += [row(line, sentence(draw), path="large") for line in range(50)]
    data = section("small", "large", mix="interleave_over", count=12, stratify_by="source")
    aside = set_aside(rows, data, Given(), seed=0)
    assert Counter(item.path for item in aside.validation) == {"small": 2, "large": 10}
    assert Counter(item.path for item in aside.train) == {"small": 40, "large": 40}
    assert len(lines(aside.train)) == 48 and not lines(aside.train) & lines(aside.validation)
    assert [item.path for item in aside.train[:4]] == ["small", "large", "small", "large"]


def test_nothing_is_searched_where_nothing_is_held_out(monkeypatch):
    monkeypatch.setattr("engine.data.sides.find_leaks", lambda *_, **__: pytest.fail("searched"))
    monkeypatch.setattr("engine.data.sides.twin_groups", lambda *_, **__: pytest.fail("grouped"))
    rows = [row(1, "a"), row(2, "b")]
    aside = set_aside(rows, section(), Given(), seed=0)
    assert aside.train is rows and aside.leakage is None
