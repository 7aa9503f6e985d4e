"""The figures of a report: each before and after, with how many rows changed and whether that could be chance."""

from collections.abc import Sequence

from engine.contract.evaluation import EvaluationWish, Measure
from engine.evaluate.chance import sign_test
from engine.evaluate.loss import RowLoss, accuracy, mean_loss
from engine.evaluate.metrics.base import chosen
from engine.evaluate.perplexity import perplexity

LOSS = ("Held-out loss", "Nats a token of the reference answers; lower is better.")
PERPLEXITY = ("Perplexity", "How many tokens the model hesitates between; lower is better.")
ACCURACY = ("Token accuracy", "Tokens of the reference answers that were the most probable ones.")


def loss_measures(before: Sequence[RowLoss], after: Sequence[RowLoss]) -> list[Measure]:
    """Loss, perplexity and token accuracy of the reference answers."""
    losses = [[row.nats / row.tokens for row in rows] for rows in (before, after)]
    hits = [[row.hits / row.tokens for row in rows] for rows in (before, after)]
    down, up = _changed(*losses)
    right, wrong = reversed(_changed(*hits))
    first, second = mean_loss(before), mean_loss(after)
    return [
        _measure("loss", LOSS, "lower", (first, second), (down, up), len(before)),
        _measure(
            "perplexity", PERPLEXITY, "lower", (perplexity(first), perplexity(second)), (down, up), len(before)
        ),
        _measure(
            "token_accuracy", ACCURACY, "higher", (accuracy(before), accuracy(after)), (right, wrong), len(before)
        ),
    ]  # fmt: skip


def answer_measures(
    wish: EvaluationWish, references: Sequence[str], before: Sequence[str], after: Sequence[str]
) -> list[Measure]:
    """What the metrics say of the answers.

    Raises:
        UserError: the user's pattern is none, or takes too long.
    """
    found = []
    for metric in chosen(wish, references) if references else ():
        fell, rose = _changed(metric.rows(before, references), metric.rows(after, references))
        figures = (metric.corpus(before, references), metric.corpus(after, references))
        words = (metric.title, metric.help)
        found.append(_measure(metric.name, words, "higher", figures, (rose, fell), len(references)))
    return found


def _changed(before: Sequence[float], after: Sequence[float]) -> tuple[int, int]:
    """How many fell, how many rose."""
    pairs = list(zip(before, after, strict=True))
    return sum(new < old for old, new in pairs), sum(new > old for old, new in pairs)


def _measure(
    name: str,
    words: tuple[str, str],
    better: str,
    figures: tuple[float, float],
    changed: tuple[int, int],
    rows: int,
) -> Measure:
    improved, worsened = changed
    return Measure(
        name=name,
        title=words[0],
        help=words[1],
        unit="" if better == "lower" else "%",
        better="lower" if better == "lower" else "higher",
        before=figures[0],
        after=figures[1],
        rows=rows,
        improved=improved,
        worsened=worsened,
        p_value=sign_test(improved, worsened),
    )
