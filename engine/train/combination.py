"""Whether a recipe's parts go together, looked at before anything large is read."""

from typing import cast

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase
from engine.methods.base import Method
from engine.models.facts import read_facts
from engine.models.load import resolve_model
from engine.models.rope import scaled_config
from engine.objectives.base import Objective
from engine.objectives.reward_file import check_reward_file
from engine.registry import check_limits
from engine.train.judge import check_judge


def check_combination(recipe: RecipeBase) -> None:
    """Refuse what cannot be trained: by the declared limits, then by what the base model's folder says of itself.

    Raises:
        UserError: ``RECIPE_INVALID`` with the reason, or ``NOT_FOUND`` when there is no base model or
            no reward model; ``details`` say whose code would have to run that nobody allowed.
    """
    check_limits(recipe)
    scaled_config(recipe.model, resolve_model(recipe.model.path))
    method = cast(Method, recipe.method)
    objective = cast(Objective, recipe.objective)
    if objective.code_file:
        check_reward_file(objective.code_file)
    if objective.judge:
        check_judge(objective.judge)
    reason = method.refusal(read_facts(resolve_model(recipe.model.path)))
    if reason is not None:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            reason,
            hint="Choose another method or another base model.",
            recipe_path="method.kind",
        )
