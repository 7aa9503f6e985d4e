"""A run that learns from its own answers, and the form of such a recipe, for the pictures of the window."""

import math
from dataclasses import replace
from typing import Any

from app.state.model import AppState, SampleMark
from app.state.series import Series
from engine.contract.errors import ErrorCode, ErrorInfo


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


def rewarding(planned: AppState) -> AppState:
    """``planned`` with a file of rewards that nobody has allowed yet."""
    path = "/home/mara/projects/sums/rewards.py"
    error = ErrorInfo(
        code=ErrorCode.RECIPE_INVALID,
        message=f"The rewards in {path} are code, which could do anything that you can",
        hint="If you trust its source, look at the code and allow it in the window, or with `luthier-engine allow-code FILE`.",
        recipe_path="objective.reward_funcs",
        details={"code_folder": path},
    )
    recipe = {**(planned.draft.recipe or {}), "objective": _objective(reward_funcs=path)}
    return replace(planned, draft=replace(planned.draft, recipe=recipe, plan=None, plan_error=error))


def _objective(**options: Any) -> dict[str, Any]:
    from engine.registry import parse_recipe

    objective = {"kind": "grpo", "same_number": 1.0, **options}
    made = parse_recipe({"method": {"kind": "lora"}, "objective": objective})
    return dict(made.objective.model_dump(mode="json"))
