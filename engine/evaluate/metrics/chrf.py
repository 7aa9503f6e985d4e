"""chrF as sacrebleu computes it (Popović, 2015): by letters, so that it needs no words and suits every language."""

from collections.abc import Sequence

from engine.evaluate.metrics.base import Metric


class Chrf(Metric):
    """Character n-grams up to six."""

    name = "chrf"
    title = "chrF"
    help = "Letters in a row shared with the reference; fair to short answers and to every language."

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """Of each answer."""
        from sacrebleu.metrics import CHRF

        chrf = CHRF()
        pairs = zip(answers, references, strict=True)
        return [float(chrf.sentence_score(answer, [reference]).score) for answer, reference in pairs]

    def corpus(self, answers: Sequence[str], references: Sequence[str]) -> float:
        """sacrebleu's corpus score."""
        from sacrebleu.metrics import CHRF

        return float(CHRF().corpus_score(list(answers), [list(references)]).score)
