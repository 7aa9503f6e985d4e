"""How well a reward model tells the better answer of a held-out pair.

There is nothing to compare with: before training its scoring layer was random. What a coin would do stands for it.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.contract.evaluation import EvaluationReport, Measure
from engine.contract.job import Job
from engine.data.examples import Example
from engine.evaluate.chance import sign_test
from engine.evaluate.overfitting import overfitting
from engine.evaluate.perplexity import perplexity
from engine.models.tuned import Tuned, load_tuned
from engine.objectives.pair_scores import pair_scores

if TYPE_CHECKING:
    from torch import nn

COIN = math.log(2.0)  # nats a pair of who does not know which answer is the better one
ACCURACY = ("Pairs ranked right", "Held-out pairs whose better answer has the higher score; a coin gets 50%.")
LOSS = (
    "Held-out loss",
    "Nats a pair that telling the better answer costs; a coin has 0.69, lower is better.",
)


def score_report(
    tuned: Tuned,
    examples: Sequence[Example],
    trained: Sequence[Example],
    *,
    split: str,
    job: Job,
) -> EvaluationReport:
    """Loss and accuracy on held-out pairs, with the signs of overfitting.

    Raises:
        Cancelled: the user asked to end.
    """
    model = load_tuned(tuned)
    with job.phase("evaluate", "after"):
        held = _margins(model, examples, job)
        learnt = _margins(model, trained, job)
    loss = _loss(held)
    return EvaluationReport(
        rows=len(held),
        loss_before=COIN,
        loss_after=loss,
        perplexity_before=perplexity(COIN),
        perplexity_after=perplexity(loss),
        split="test" if split == "test" else "validation",
        run=tuned.recipe.name or tuned.run_dir.name,
        base=tuned.recipe.model.path,
        measures=_measures(held, loss),
        overfitting=overfitting(
            tuned.run_dir, held_out=(COIN, loss), trained=(COIN, _loss(learnt)) if learnt else None
        ),
    )


def _margins(model: "nn.Module", examples: Sequence[Example], job: Job) -> list[float]:
    """By how much the better answer of each pair scores higher."""
    rows = pair_scores(model, examples, job=job, name="after")
    return [chosen - rejected for chosen, rejected in rows]


def _loss(margins: Sequence[float]) -> float:
    """Mean of ``-log sigmoid(margin)``, written so that no exponential overflows."""
    values = [max(-margin, 0.0) + math.log1p(math.exp(-abs(margin))) for margin in margins]
    return sum(values) / max(1, len(values))


def _measures(margins: Sequence[float], loss: float) -> tuple[Measure, ...]:
    right, wrong = sum(margin > 0 for margin in margins), sum(margin < 0 for margin in margins)
    rows, chance = len(margins), sign_test(right, wrong)
    return (
        Measure(
            name="pair_accuracy",
            title=ACCURACY[0],
            help=ACCURACY[1],
            unit="%",
            better="higher",
            before=50.0,
            after=100.0 * right / max(1, rows),
            rows=rows,
            improved=right,
            worsened=wrong,
            p_value=chance,
        ),
        Measure(name="loss", title=LOSS[0], help=LOSS[1], better="lower", before=COIN, after=loss, rows=rows),
    )
