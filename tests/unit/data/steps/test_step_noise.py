import pytest

from engine.data import noise
from engine.data.steps.noise import Noise
from engine.data.text import words_of

PROSE = (
    "Bread rises because yeast eats sugar and breathes out gas. The gas is caught in a net of gluten, which kneading has "
    "made strong. In the oven the bubbles grow once more, the starch sets, and the crust turns brown. A slow, cool rise "
    "gives more flavour than a quick and warm one, since bacteria have time to make a little acid as well."
)


def removed(rows, answer, question="q", **options):
    return bool(Noise(**options).apply(rows((question, answer))).removed)


@pytest.mark.parametrize(
    "answer",
    [
        PROSE,
        "x² + y² = z², so ∫ f(x) dx ≤ 4",
        "| a | b |\n|---|---|\n| 1 | 2 |\n" + "-" * 80,
        "面包发酵是因为酵母吃糖并呼出气体。揉面使面筋变得结实，气体被困在里面。",
        "```\n" + "####%%%%^^^^\n" * 20 + "```\nThat is the picture.",
        "for i in range(3):\n    print(i)\nfor j in range(3):\n    print(j)",
        "विकल्प: मेरा बेटा पैदा हुआ।",
        "सभी मनुष्य जन्म से स्वतंत्र हैं और अधिकारों में समान हैं।",
        "ทุกคนเกิดมามีอิสระและเท่าเทียมกัน",
        ("-" * 30 + "\n| one |\n") + ("-" * 30 + "\n| two |\n") + "-" * 30,
        "yes yes yes",
        "no, no, " * 12,
        "🙂 Sure! 🎉",
    ],
)
def test_text_stays(rows, answer):
    assert not removed(rows, answer)


@pytest.mark.parametrize(
    ("answer", "option"),
    [
        ("锟斤拷锟斤拷 text", "max_garbage"),
        ("caf\ufffd\ufffd au lait", "max_garbage"),
        ("^~^~|§¤^~|§¤ ok ^~|§", "max_symbols"),
        ("no" + "o" * 60, "max_run"),
        ("哈" * 60, "max_run"),
        ("the same line\n" * 10, "max_repeated_lines"),
        ("first...\nsecond...\nthird…\nfourth...", "max_ellipsis_lines"),
        (" ".join(map(str, range(100, 190))) + " end", "max_wordless"),
        (" ".join(f"of the {word}" for word in PROSE.split()), "max_top_pair"),
        ("I do not know, " * 20, "max_repeated_phrases"),
        (" ".join(f"as far as possible w{number} v{number}" for number in range(20)), "max_top_four"),
    ],
)
def test_each_limit_finds_its_noise(rows, answer, option):
    off = {"max_run": 10_000} if option == "max_run" else {option: 1.0}
    assert removed(rows, answer)
    every = {name: 1.0 for name in Noise.model_fields if name.startswith("max_") and name != "max_run"}
    only = {**every, "max_run": 10_000, option: Noise.model_fields[option].default}
    assert removed(rows, answer, **only) and not removed(rows, answer, **{**only, **off})


def test_where_it_looks(rows):
    assert not removed(rows, "fine", question="\ufffd" * 9)
    assert removed(rows, "fine", question="\ufffd" * 9, where="prompt")
    assert removed(rows, "fine", question="\ufffd" * 9, where="any")


def test_measures_of_repetition():
    words = words_of("a b c d e a b c d e")
    assert noise.repeated_ngram_share(words, 5) == 0.5
    assert noise.repeated_ngram_share(words_of("a " * 20), 5) == pytest.approx(19 / 20)
    assert noise.top_ngram_share(words_of("x y " * 10), 2) == 1.0
    assert noise.top_ngram_share(words_of("x y z w"), 2) == 0.0
    assert noise.repeated_line_share("one line\ntwo lines\none line") == pytest.approx(8 / 25)
