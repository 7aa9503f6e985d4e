"""What a run was expected to hold, counted from the very examples that it trains on, for its report."""

from engine.contract.errors import UserError
from engine.contract.recipe import RecipeBase
from engine.data.examples import Prepared
from engine.models.load import pick_device, resolve_model
from engine.train.answers_plan import with_answers
from engine.train.devices import this_machine
from engine.train.footprint import measure
from engine.train.lengths import lengths_in
from engine.train.memory import memory_of


def expected_memory(recipe: RecipeBase, data: Prepared) -> dict[str, int]:
    """The planned peak by part, in bytes; empty for a model that the planner cannot count."""
    if not data.train:
        return {}
    target = this_machine(pick_device())
    try:
        footprint = measure(recipe, resolve_model(recipe.model.path), target)
    except UserError:
        return {}
    return memory_of(recipe, footprint, with_answers(recipe, lengths_in(data.train)), target)
