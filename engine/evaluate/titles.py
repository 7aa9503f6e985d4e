"""Every name and explanation that a report shows, so that they can be translated like those of a form."""

from engine.evaluate import measures, scores
from engine.evaluate.metrics.base import metrics
from engine.evaluate.probe import questions


def titles() -> list[str]:
    """Names and help of all figures, and the abilities of the general questions."""
    own = (measures.LOSS, measures.PERPLEXITY, measures.ACCURACY, scores.ACCURACY, scores.LOSS)
    pairs = [*own, *((kind.title, kind.help) for kind in metrics())]
    return [*(text for pair in pairs for text in pair), *dict.fromkeys(item.ability for item in questions())]
