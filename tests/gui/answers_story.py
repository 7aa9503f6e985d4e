"""A run that learns from its own answers, and the form of such a recipe, for the pictures of the window."""

import math
from dataclasses import replace
from typing import Any

from app.state.model import AppState, SampleMark
from app.state.series import Series


def answering(running: AppState, series: Any) -> AppState:
    """``running`` with rewards in place of a held-out loss; ``series`` makes a curve of values."""
    count = len(running.train.series["train/loss"])
    rises = [1 / (1 + math.exp(-(step - 60) / 18)) for step in range(count)]
    curves: dict[str, Series] = {
        **{name: curve for name, curve in running.train.series.items() if name != "eval/loss"},
        "train/loss": series([0.02 * math.sin(step * 1.3) * (1 - rises[step]) for step in range(count)]),
        "train/reward": series(
            [0.1 + 0.8 * value + 0.05 * math.sin(step * 2.1) for step, value in enumerate(rises)]
        ),
        "eval/reward": series([0.12, 0.2, 0.55, 0.81, 0.88], 30, 30),
        "train/reward_std": series([0.1 + 0.3 * value * (1 - value) * 4 for value in rises]),
        "train/kl": series([0.4 * value + 0.02 * math.sin(step) ** 2 for step, value in enumerate(rises)]),
        "train/completion_length": series(
            [60 - 35 * value + 4 * math.sin(step * 1.9) for step, value in enumerate(rises)]
        ),
    }
    samples = (SampleMark(150, "What is 17 + 25?", "17 + 25 = 42, so the answer is 42.", "42"),)
    train = replace(running.train, series=curves, samples=samples, checkpoints=())
    recipe = {**(running.draft.recipe or {}), "objective": _objective()}
    return replace(running, train=train, draft=replace(running.draft, recipe=recipe))


def _objective() -> dict[str, Any]:
    from engine.registry import parse_recipe

    made = parse_recipe({"method": {"kind": "lora"}, "objective": {"kind": "grpo", "same_number": 1.0}})
    return dict(made.objective.model_dump(mode="json"))
