"""Recipes on their way to other programs: what is asked, and what came of it."""

from typing import Any, Literal

from engine.contract.command import Command
from engine.contract.results import Result, Unmapped


class ExportConfig(Command):
    """Write a recipe for another program, as one of the schema's ``recipe_forms``. Reply: ``ExportedConfig``."""

    type: Literal["recipe.export"] = "recipe.export"
    recipe: dict[str, Any]
    form: str
    path: str


class ExportedConfig(Result):
    """``files``: the one that was asked for, then those beside it."""

    program: str
    files: tuple[str, ...]
    unmapped: tuple[Unmapped, ...]
