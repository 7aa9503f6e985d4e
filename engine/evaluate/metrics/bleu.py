"""BLEU as sacrebleu computes it (Post, 2018), so that the figure can be compared with published ones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from engine.evaluate.metrics.base import Metric
from engine.evaluate.words import has_han

if TYPE_CHECKING:
    from sacrebleu.metrics import BLEU


class Bleu(Metric):
    """Counted over all answers together, which is how BLEU is defined; single rows are smoothed."""

    name = "bleu"
    title = "BLEU"
    help = "Words and phrases shared with the reference; sacrebleu's, Chinese character by character."

    def rows(self, answers: Sequence[str], references: Sequence[str]) -> list[float]:
        """Of each answer, with as many words in a row as a short one has."""
        bleu = self._bleu(answers, references, by_row=True)
        pairs = zip(answers, references, strict=True)
        return [float(bleu.sentence_score(answer, [reference]).score) for answer, reference in pairs]

    def corpus(self, answers: Sequence[str], references: Sequence[str]) -> float:
        """sacrebleu's corpus score."""
        bleu = self._bleu(answers, references, by_row=False)
        return float(bleu.corpus_score(list(answers), [list(references)]).score)

    def _bleu(self, answers: Sequence[str], references: Sequence[str], *, by_row: bool) -> "BLEU":
        from sacrebleu.metrics import BLEU

        return BLEU(tokenize=tokenizer_for((*references, *answers)), effective_order=by_row)


def tokenizer_for(texts: Sequence[str]) -> Literal["zh", "13a"]:
    """sacrebleu's tokenizer: ``zh`` takes Chinese apart and leaves the rest to ``13a``."""
    return "zh" if any(has_han(text) for text in texts) else "13a"
