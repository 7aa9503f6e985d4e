"""``advise``: what to train, how, and why, in a terminal or as JSON."""

import argparse
from pathlib import Path
from typing import cast

from engine.cli.output import Output
from engine.cli.training import duration, gb
from engine.contract.advice import Advice, Choice, Goal
from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import RecipeBase
from engine.registry import default_recipe, load_recipe, parse_recipe, save_recipe


def advise(arguments: argparse.Namespace, output: Output) -> int:
    """Propose a stage, a method and their main options."""
    from engine.advise.advisor import advise as propose
    from engine.data.api import DataService

    found = propose(recipe_of(arguments), cast(Goal, arguments.goal), data=DataService())
    if arguments.out:
        save_recipe(parse_recipe(found.recipe), Path(arguments.out))
    if output.json:
        output.object(found)
    else:
        _print(found, output)
    return 0


def recipe_of(arguments: argparse.Namespace) -> RecipeBase:
    """The recipe that is named, or one of a model and dataset files.

    Raises:
        UserError: neither is named, or a file cannot be used.
    """
    if arguments.recipe:
        return load_recipe(Path(arguments.recipe), overrides=arguments.overrides)
    if not arguments.data:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            "Name a recipe, or dataset files with --data",
            hint="advise --data rows.jsonl --goal style",
        )
    from engine.data.expand import expand

    document = default_recipe()
    document["model"]["path"] = arguments.model or document["model"]["path"]
    document["data"]["sources"] = list(expand(tuple(arguments.data)).sources)
    return parse_recipe(document, base_dir=Path.cwd())


def _print(found: Advice, output: Output) -> None:
    output.text(
        f"goal {found.goal}: {found.rows:,} rows ({found.kind or 'no data'}), {found.parameters:,} parameters"
    )
    for choice in found.choices:
        output.text(f"\n{choice.path} = {choice.value}{_before(choice)}")
        output.text(f"  {choice.sentence} ({choice.source})")
    for caution in found.cautions:
        output.text(f"\nbeware: {caution.sentence}" + (f" ({caution.source})" if caution.source else ""))
    verdict = "fits" if found.fits else "does not fit"
    output.text(f"\nmemory {gb(found.memory_bytes)} of {gb(found.available_bytes)} free: {verdict}")
    if found.seconds[1]:
        output.text(f"time   {duration(found.seconds[0])} to {duration(found.seconds[1])}")


def _before(choice: Choice) -> str:
    return f" (now {choice.before})" if choice.changed else ""
