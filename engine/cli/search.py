"""``search``: trials of a recipe over chosen options, as a table in a terminal or as JSON."""

import argparse
from pathlib import Path
from typing import cast

from engine.cli.foreground import run_foreground
from engine.cli.output import Output
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Event, TrialChanged
from engine.contract.recipe import RecipeBase
from engine.contract.search import Pruner, SearchReport, SearchWish, Trial
from engine.registry import load_recipe
from engine.server.search_task import search_task


def search(arguments: argparse.Namespace, output: Output) -> int:
    """Look for better options; every trial is kept, and a search that was ended goes on with ``--resume``."""
    if arguments.resume:
        task = search_task(None, None, folder=Path(arguments.resume))
    else:
        recipe = load_recipe(Path(arguments.recipe or ""), overrides=arguments.overrides)
        out = Path(arguments.out) if arguments.out else None
        task = search_task(recipe, wish_of(arguments, recipe), folder=out)
    if not output.json:
        output.note(f"search {task.run_dir}")
    ended = run_foreground(task, output, quiet=output.json, also=[] if output.json else [Told(output)])
    if ended.finished.error is not None:
        output.failure(ended.finished.error)
    elif output.json:
        output.object(ended.finished.result)
    else:
        _print(SearchReport.model_validate(ended.finished.result), output)
        if ended.finished.status != "completed":
            output.text(f"go on with: luthier-engine search --resume {task.run_dir}")
    return ended.code


def wish_of(arguments: argparse.Namespace, recipe: RecipeBase) -> SearchWish:
    """What the command line asks for.

    Raises:
        UserError: no option is named, or one cannot be varied.
    """
    from engine.search.space import read_axis

    if not arguments.over:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            "Name the options to vary with --over",
            hint="--over optim.learning_rate=1e-5:1e-3:log",
        )
    return SearchWish(
        axes=tuple(read_axis(text, recipe) for text in arguments.over),
        trials=arguments.trials,
        pruner=cast(Pruner, arguments.pruner),
        seed=arguments.seed,
    )


class Told:
    """A sink of events that says how each trial ended."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __call__(self, event: Event) -> None:
        """A line for a trial that is over."""
        if isinstance(event, TrialChanged) and event.trial.state != "running":
            self._output.note(_line(event.trial))


def _line(trial: Trial) -> str:
    params = "  ".join(
        f"{path}={value:.4g}" if isinstance(value, float) else f"{path}={value}"
        for path, value in trial.params.items()
    )
    value = f"{trial.value:.4f}" if trial.value is not None else "-"
    return f"trial {trial.number + 1}: {trial.state:<9} {value:>8}  {params}  {trial.reason}".rstrip()


def _print(report: SearchReport, output: Output) -> None:
    for trial in report.trials:
        best = "  <- best" if trial.number == report.best else ""
        output.text(f"{_line(trial)}{best}")
    if report.best is not None:
        output.text(f"\nthe best recipe: {Path(report.folder) / 'best.yaml'}")
