"""The search by buckets against plain sets of word pairs."""

import random
import re
from itertools import pairwise

import numpy as np
import pytest

from engine.data.near import bands_for, near_duplicates, near_groups, near_twins, resemblance

WORDS = [f"w{number}" for number in range(3000)]


def plain(first: str, second: str) -> float:
    """The resemblance as one would write it without arrays."""
    sets = []
    for text in (first, second):
        words = re.findall(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+", text.lower())
        sets.append(set(pairwise(words)) if len(words) > 1 else set(words))
    return len(sets[0] & sets[1]) / max(1, len(sets[0] | sets[1]))


def planted(count: int, *, edits: float = 0.05, seed: int = 0) -> tuple[list[str], dict[int, int]]:
    """Texts of 20 to 60 words; every tenth is one of the originals with some words replaced."""
    draw = random.Random(seed)
    texts, source = [], {}
    for place in range(count):
        words = draw.choices(WORDS, k=draw.randint(20, 60))
        if place % 10 == 9:
            source[place] = draw.choice([other for other in range(place) if other not in source])
            words = texts[source[place]].split()
            for changed in draw.sample(range(len(words)), max(1, round(edits * len(words)))):
                words[changed] = draw.choice(WORDS)
        texts.append(" ".join(words))
    return texts, source


def test_planted_rows_are_found_and_nothing_else():
    texts, source = planted(3000)
    found = near_duplicates(texts)
    hits = [place for place in np.flatnonzero(found >= 0) if place in source]
    assert len(hits) >= 0.95 * len(source) and len(hits) >= 0.99 * int((found >= 0).sum())


def test_every_find_is_a_find():
    draw = random.Random(1)
    texts = [" ".join(draw.choices(WORDS[:6], k=draw.randint(1, 12))) for _ in range(400)]
    found = near_duplicates(texts, threshold=0.6)
    assert (found >= 0).any() and (found < 0).any()
    for place in np.flatnonzero(found >= 0):
        assert found[place] < place and found[found[place]] == -1
        assert plain(texts[place], texts[found[place]]) >= 0.6
    kept = [texts[place] for place in np.flatnonzero(found < 0)]
    missed = sum(plain(a, b) >= 0.6 for i, a in enumerate(kept) for b in kept[:i])
    assert missed <= 0.02 * len(texts)


@pytest.mark.parametrize(
    "pair",
    [
        ("The cat sat on the mat.", "the CAT sat, on the mat!"),
        ("alpha beta gamma", "alpha beta delta"),
        ("请写一首关于春天的诗", "请写一首关于秋天的诗。"),
        ("混合 mixed 文本 text here", "混合 mixed 文本 text there"),
        ("混合mixed文本text", "混合 mixed 文本 text"),
        ("a1文b", "a1 文 c"),
        ("one", "One"),
        ("one", "two"),
        ("a\u0000b c", "a b c"),
        ("\U0002070e\U00020731 x", "\U0002070e\U00020731 y"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_resemblance_is_that_of_word_pairs(pair):
    if "\U0002070e" in pair[0]:
        assert resemblance(*pair) == pytest.approx(1 / 3)
    else:
        assert resemblance(*pair) == pytest.approx(plain(*pair))


def test_no_words_no_twins():
    assert near_duplicates(["", "", "!!!", "!!!", "…"]).tolist() == [-1] * 5
    assert near_groups(["", "", "!!!"]).tolist() == [0, 1, 2]
    assert near_duplicates([]).tolist() == near_twins([], []).tolist() == []
    assert near_twins(["a b"], []).tolist() == [-1]
    assert resemblance("", "!") == 0.0


def test_short_texts_can_be_left_alone():
    texts = ["yes", "Yes.", "a b c d e f", "a b c d e f"]
    assert near_duplicates(texts).tolist() == [-1, 0, -1, 2]
    assert near_duplicates(texts, shortest=6).tolist() == [-1, -1, -1, 2]
    assert near_duplicates(texts, shortest=7).tolist() == [-1] * 4


def test_a_chain_is_one_group_but_only_twins_of_the_kept_go():
    words = [f"x{number}" for number in range(40)]
    chain = [
        " ".join([*words[: 40 - 3 * step], *(f"y{number}" for number in range(3 * step))])
        for step in range(4)
    ]
    assert near_groups(chain).tolist() == [0, 0, 0, 0]
    found = near_duplicates(chain)
    assert found[:2].tolist() == [-1, 0] and -1 in found[2:].tolist()


def test_many_of_one_kind_do_not_hide_each_other():
    texts = [
        f"please write me a short and cheerful story about the {word} of my neighbour"
        for word in WORDS[:2000]
    ]
    assert (near_duplicates(texts) >= 0).sum() >= 1990
    assert (near_duplicates(["one two three"] * 5000)[1:] == 0).all()


def test_long_texts_are_compared_by_their_smallest():
    draw = random.Random(3)
    words = [f"v{draw.randrange(10**6)}" for _ in range(5000)]
    close = [word if draw.random() > 0.05 else "other" for word in words]
    far = [word if draw.random() > 0.4 else "other" for word in words]
    found = near_duplicates([" ".join(words), " ".join(far), " ".join(close)])
    assert found.tolist() == [-1, -1, 0]


def test_twins_cross_the_border_only():
    texts, source = planted(2000, seed=5)
    held = {place: twin for place, twin in source.items() if place >= 1000 > twin}
    found = near_twins(texts[1000:], texts[:1000])
    right = sum(found[place - 1000] == twin for place, twin in held.items())
    assert len(held) > 20 and right >= 0.95 * len(held)
    assert (found >= 0).sum() <= right + 0.05 * len(held) + 1
    assert near_twins(["q r s", "Q r s!"], ["a b", "q r s", "q r s"]).tolist() == [1, 1]
    assert near_twins(["q r s", "q r s"], ["a b"]).tolist() == [-1, -1]


def test_threshold_decides_how_bands_are_cut():
    for threshold in (0.3, 0.5, 0.7, 0.8, 0.9):
        bands, rows = bands_for(threshold)
        assert 1 - (1 - threshold**rows) ** bands >= 0.98 and bands * rows <= 96
    with pytest.raises(ValueError, match="above 0"):
        near_duplicates(["a"], threshold=0.0)


def test_it_can_be_ended():
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        near_duplicates(["a b c"], tick=stop)
