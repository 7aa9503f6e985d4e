"""ROUGE (Lin, 2004) as rouge-score computes it, without its stemmer; written here because that package cannot read
Chinese and brings nltk along. A test holds both against each other."""

from collections import Counter
from collections.abc import Callable, Sequence

from engine.evaluate.metrics.base import Metric
from engine.evaluate.words import words_of

Words = list[str]


def f_measure(shared: int, answer: int, reference: int) -> float:
    """Harmonic mean of precision and recall, 0 to 100."""
    return 200.0 * shared / (answer + reference) if shared else 0.0


def by_ngrams(size: int) -> Callable[[Words, Words], float]:
    """ROUGE-N: ``size`` words in a row that both have, each as often as both have it."""

    def score(answer: Words, reference: Words) -> float:
        mine, wanted = (
            Counter(zip(*(words[start:] for start in range(size)), strict=False))
            for words in (answer, reference)
        )
        return f_measure((mine & wanted).total(), mine.total(), wanted.total())

    return score


def by_longest(answer: Words, reference: Words) -> float:
    """ROUGE-L: the longest sequence of words that both have in the same order."""
    row = [0] * (len(reference) + 1)
    for word in answer:
        diagonal = 0
        for place, wanted in enumerate(reference, 1):
            above = row[place]
            row[place] = diagonal + 1 if word == wanted else max(above, row[place - 1])
            diagonal = above
    return f_measure(row[-1], len(answer), len(reference))


def scored(
    answers: Sequence[str], references: Sequence[str], score: Callable[[Words, Words], float]
) -> list[float]:
    """``score`` of each pair."""
    return [score(words_of(a), words_of(r)) for a, r in zip(answers, references, strict=True)]


class Rouge1(Metric):
    """Single words."""

    name = "rouge1"
    title = "ROUGE-1"
    help = "Single words shared with the reference; Chinese character by character."

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """Of each answer."""
        return scored(answers, references, by_ngrams(1))


class Rouge2(Metric):
    """Two words in a row."""

    name = "rouge2"
    title = "ROUGE-2"
    help = "Two words in a row shared with the reference."

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """Of each answer."""
        return scored(answers, references, by_ngrams(2))


class RougeL(Metric):
    """The longest common sequence."""

    name = "rougeL"
    title = "ROUGE-L"
    help = "The longest run of words, gaps allowed, shared with the reference."

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """Of each answer."""
        return scored(answers, references, by_longest)
