"""Metrics: equal to sacrebleu's and rouge-score's own figures on the same texts, Chinese included."""

import random

import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import corpus_bleu, corpus_chrf, sentence_bleu, sentence_chrf

from engine.contract.errors import UserError
from engine.contract.evaluation import EvaluationWish
from engine.evaluate.measures import answer_measures
from engine.evaluate.metrics.base import chosen, metrics
from engine.evaluate.metrics.bleu import Bleu
from engine.evaluate.metrics.chrf import Chrf
from engine.evaluate.metrics.exact_match import ExactMatch
from engine.evaluate.metrics.json_valid import JsonValid, is_json
from engine.evaluate.metrics.pattern import Pattern
from engine.evaluate.metrics.rouge import Rouge1, Rouge2, RougeL
from engine.evaluate.words import words_of

ENGLISH = (
    ("The violin's strings are tuned in fifths.", "The strings of a violin are tuned in fifths: G, D, A and E!"),
    ("", "Nothing was said."),
    ("Glue creeps; hide glue doesn't (much).", "Glue creeps; hide glue doesn't (much)."),
    ("a b a b a b", "b a b a"),
    ("3.14 and 1,000 under_score", "1,000 and 3.14"),
)  # fmt: skip
CHINESE = (
    ("小提琴有四根弦。", "小提琴的四根弦按五度定弦：G、D、A、E。"),
    ("我是 Maple，你好！", "你好，我是 Maple。"),
    ("不知道", "鱼胶遇热会变软。"),
)


def sides(pairs: tuple[tuple[str, str], ...]) -> tuple[list[str], list[str]]:
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


@pytest.mark.parametrize(("pairs", "tokenize"), [(ENGLISH, "13a"), (CHINESE, "zh"), (ENGLISH + CHINESE, "zh")])  # fmt: skip
def test_bleu_and_chrf_are_sacrebleus(pairs, tokenize) -> None:
    answers, references = sides(pairs)
    assert Bleu().corpus(answers, references) == corpus_bleu(answers, [references], tokenize=tokenize).score
    assert Chrf().corpus(answers, references) == corpus_chrf(answers, [references]).score
    assert Bleu().corpus(answers, references) > 0
    by_row = [sentence_bleu(a, [r], tokenize=tokenize).score for a, r in pairs]
    assert Bleu().rows(answers, references) == pytest.approx(by_row)
    assert Chrf().rows(answers, references) == [sentence_chrf(a, [r]).score for a, r in pairs]


def random_pairs() -> tuple[tuple[str, str], ...]:
    draw = random.Random(3)
    words = ["wood", "glue", "plane", "the", "a", "varnish-2", "cello's", "A440"]
    return tuple(
        (" ".join(draw.choices(words, k=draw.randint(1, 40))), " ".join(draw.choices(words, k=draw.randint(1, 40))))
        for _ in range(50)
    )  # fmt: skip


def test_rouge_is_that_of_rouge_score() -> None:
    pairs = (*ENGLISH, *random_pairs())
    answers, references = sides(pairs)
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"])
    expected = [scorer.score(reference, answer) for answer, reference in pairs]
    for kind, name in ((Rouge1, "rouge1"), (Rouge2, "rouge2"), (RougeL, "rougeL")):
        theirs = [100 * row[name].fmeasure for row in expected]
        assert kind().rows(answers, references) == pytest.approx(theirs, abs=1e-9)
        assert kind().corpus(answers, references) == pytest.approx(sum(theirs) / len(theirs))
        assert sum(theirs) > 0


class OurWords:
    def tokenize(self, text: str) -> list[str]:
        return words_of(text)


def test_rouge_in_chinese_is_that_of_rouge_score_over_the_same_words() -> None:
    answers, references = sides(CHINESE)
    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=OurWords())
    expected = [scorer.score(reference, answer) for answer, reference in CHINESE]
    for kind, name in ((Rouge1, "rouge1"), (Rouge2, "rouge2"), (RougeL, "rougeL")):
        theirs = [100 * row[name].fmeasure for row in expected]
        assert kind().rows(answers, references) == pytest.approx(theirs)
        assert max(theirs) > 10, "without segmentation there would be nothing to share"


def test_words() -> None:
    assert words_of("Tune it: 440 Hz!") == ["tune", "it", "440", "hz"]
    assert words_of("我用Maple v2，café") == ["我", "用", "maple", "v2", "café"]
    assert words_of("ДОБРЫЙ день") == ["добрый", "день"]


def test_exact_match_forgives_white_space_only() -> None:
    assert ExactMatch().rows(["a  b\n", "A b", ""], ["a b", "a b", ""]) == [100, 0, 100]


def test_json_counts_where_references_are_json() -> None:
    objects = ['{"a": 1}', "[1, 2]", "plain"]
    assert JsonValid.made_for(EvaluationWish(), objects) is not None
    assert JsonValid.made_for(EvaluationWish(), ["plain", '{"a": 1}']) is None
    answers = ['{"a": NaN}', '```json\n{"a": 1}\n```', ' {"a": [1]} ', "[" * 100_000, "3"]
    assert [is_json(text) for text in answers] == [False, False, True, False, False]


def test_pattern() -> None:
    metric = Pattern.made_for(EvaluationWish(pattern=r"^Answer: \d+$"), ["x"])
    assert metric is not None
    assert metric.rows(["so\nAnswer: 12", "Answer: twelve"], ["", ""]) == [100, 0]
    assert Pattern.made_for(EvaluationWish(), ["x"]) is None
    with pytest.raises(UserError, match="no valid regular expression"):
        chosen(EvaluationWish(pattern="("), ["x"])
    slow = Pattern(r"^(a|aa)+$")
    with pytest.raises(UserError, match="needs more than"):
        slow.rows(["a" * 60 + "b"], [""])


def test_the_folder_is_the_list() -> None:
    names = [kind.name for kind in metrics()]
    assert sorted(names) == sorted(set(names))
    assert {"bleu", "chrf", "exact_match", "json_valid", "pattern", "rouge1", "rouge2", "rougeL"} == set(
        names
    )


def test_measures_count_rows_and_chance() -> None:
    references = [f"answer number {index} of ten" for index in range(10)]
    before = ["something else"] * 10
    after = [*references[:9], "something else"]
    found = {item.name: item for item in answer_measures(EvaluationWish(), references, before, after)}
    exact = found["exact_match"]
    assert (exact.before, exact.after, exact.improved, exact.worsened) == (0, 90, 9, 0)
    assert exact.p_value == pytest.approx(2 / 2**9)
    assert found["bleu"].after > found["bleu"].before
    same = {item.name: item for item in answer_measures(EvaluationWish(), references, before, before)}
    assert same["rougeL"].p_value is None
    assert answer_measures(EvaluationWish(), [], [], []) == []
