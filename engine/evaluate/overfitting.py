"""Was it learnt by heart? Signs from the run's curve and from training rows measured like held-out ones.

The loss on training rows is compared with that on held-out rows before and after: the two sides may differ in
difficulty from the start, so only what training added to the distance counts.
"""

from pathlib import Path

from engine.contract.evaluation import Curve, Overfitting, Verdict
from engine.evaluate.curves import curves

ROSE, ROSE_MUCH = 1.03, 1.15  # held-out loss at the end, by its lowest
RATIO, RATIO_LARGE = 1.5, 3.0  # held-out loss by training loss, what it was before set aside
LEAST_NATS = 0.1  # a distance below it is none, however small the training loss


def overfitting(
    run_dir: Path, *, held_out: tuple[float, float], trained: tuple[float, float] | None
) -> Overfitting:
    """The signs; ``held_out`` and ``trained`` are losses (before, after) on rows of the two sides."""
    train, held = curves(run_dir / "events.jsonl")
    found = [*_worse_than_before(*held_out), *_risen(held)]
    if trained is not None:
        found += _distance(held_out, trained)
    levels = [level for level, _ in found]
    verdict: Verdict = "red" if "red" in levels else "amber" if "amber" in levels else "green"
    found.sort(key=lambda item: item[0] != "red")
    return Overfitting(
        verdict=verdict,
        signs=tuple(sentence for _, sentence in found) or (_nothing(trained is not None, held),),
        curves=tuple(curve for curve in (train, held) if curve.steps),
        train_before=trained[0] if trained else None,
        train_after=trained[1] if trained else None,
    )


Sign = tuple[Verdict, str]


def _nothing(measured: bool, held: Curve) -> str:
    if measured or len(held.steps) > 1:
        sentence = "No sign of overfitting: the held-out loss fell and kept up with the training loss."
    else:
        sentence = "The held-out loss fell; the run kept no curve to look at."
    return sentence


def _worse_than_before(before: float, after: float) -> list[Sign]:
    if after <= before:
        return []
    sentence = (
        f"The held-out loss is {after:.3f} after training and was {before:.3f} before: the run made it worse."
    )
    return [("red", sentence)]


def _risen(held: Curve) -> list[Sign]:
    if len(held.steps) < 2:
        return []
    lowest = min(held.values)
    step, end = held.steps[held.values.index(lowest)], held.values[-1]
    if end <= lowest * ROSE:
        return []
    sentence = f"The held-out loss was lowest at step {step} ({lowest:.3f}) and rose to {end:.3f} by the end; the checkpoint there is the better one."
    return [("red" if end > lowest * ROSE_MUCH else "amber", sentence)]


def _distance(held_out: tuple[float, float], trained: tuple[float, float]) -> list[Sign]:
    start = max(0.0, held_out[0] - trained[0])
    distance = held_out[1] - trained[1] - start
    ratio = (held_out[1] - start) / max(trained[1], 1e-6)
    if distance < LEAST_NATS or ratio < RATIO:
        return []
    sentence = f"Rows that were trained on have a loss of {trained[1]:.3f}, held-out rows {held_out[1]:.3f}: more was learnt by heart than understood."
    return [("red" if ratio > RATIO_LARGE and distance > 5 * LEAST_NATS else "amber", sentence)]
