"""``run``, ``plan``, ``import`` and ``recipe``."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.cli.foreground import exit_code, run_foreground
from engine.cli.output import Output
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import RunFinished
from engine.contract.recipe import RecipeBase
from engine.contract.results import Plan, Unmapped
from engine.contract.trying import TriedStep
from engine.registry import load_recipe, parse_recipe, save_recipe
from engine.server.tasks import train_task, try_task


def run_recipe(arguments: argparse.Namespace, output: Output) -> int:
    """Train; with ``--json`` every line is an event, the last one ``run.finished`` even when nothing began."""
    try:
        recipe = load_recipe(Path(arguments.recipe), overrides=arguments.overrides)
        task = train_task(recipe, resume=arguments.resume, overwrite=arguments.overwrite)
    except UserError as error:
        if output.json:
            output.event(RunFinished(status="failed", error=error.info))
        output.complain(error.info)
        return exit_code(error.info)
    if not output.json:
        output.note(f"run {task.run_dir}")
    ended = run_foreground(task, output, events=output.json)
    finished = ended.finished
    if finished.error is not None:
        output.complain(finished.error)
    elif not output.json:
        output.text(finished.status)
        for line in describe_memory(finished.result):
            output.text(f"  {line}")
        for name, path in finished.paths.items():
            output.text(f"  {name}: {path}")
        if finished.status != "completed" and "checkpoint" in finished.paths:
            output.text(f"  go on with: luthier-engine run {arguments.recipe} --resume")
    return ended.code


def plan(arguments: argparse.Namespace, output: Output) -> int:
    """Show what a recipe will need."""
    from engine.train.plan import make_plan

    recipe = load_recipe(Path(arguments.recipe), overrides=arguments.overrides)
    if arguments.dry_run:
        return _dry_run(recipe, output, anyway=arguments.anyway)
    found = make_plan(recipe, changes=arguments.changes or None)
    if output.json:
        output.object(found)
        return 0
    for line in describe_plan(found):
        output.text(line)
    return 0


def _dry_run(recipe: RecipeBase, output: Output, *, anyway: bool) -> int:
    """One step on the longest batch, and the plan that knows what it took."""
    ended = run_foreground(try_task(recipe, anyway=anyway), output, quiet=output.json)
    finished = ended.finished
    if finished.error is not None:
        output.failure(finished.error)
    elif finished.status != "completed":
        output.failure(UserError(ErrorCode.CANCELLED, "The step was stopped").info)
    elif output.json:
        output.object(finished.result)
    else:
        found = TriedStep.model_validate(finished.result)
        off = found.measured_bytes / max(1, found.predicted_bytes) - 1.0
        output.text(f"predicted      {gb(found.predicted_bytes)}")
        output.text(f"measured       {gb(found.measured_bytes)} ({off:+.1%})")
        output.text(f"longest batch  {found.tokens:,} tokens in {found.rows} rows, {found.seconds:.1f} s")
        output.text("the plan as it is corrected by the step:")
        for line in describe_plan(found.plan):
            output.text(line)
    return ended.code


def import_config(arguments: argparse.Namespace, output: Output) -> int:
    """Convert another program's configuration, and list every option that has no counterpart."""
    from engine.migrate.convert import import_config as convert

    found = convert(Path(arguments.file))
    if arguments.out:
        save_recipe(parse_recipe(found.recipe), Path(arguments.out))
    if output.json:
        output.object(found)
        return 0
    output.text(
        f"A configuration of {found.program}" + (f", written to {arguments.out}" if arguments.out else "")
    )
    _list_unmapped(found.unmapped, output)
    return 0


def export_config(arguments: argparse.Namespace, output: Output) -> int:
    """Write a recipe for another program, and list every option that it does not get."""
    from engine.migrate.exporting import export_recipe

    recipe = load_recipe(Path(arguments.recipe), overrides=arguments.overrides)
    found = export_recipe(recipe, arguments.form, Path(arguments.out))
    if output.json:
        output.object(found)
        return 0
    output.text(f"{found.program}: {', '.join(found.files)}")
    _list_unmapped(found.unmapped, output)
    return 0


def _list_unmapped(unmapped: Sequence[Unmapped], output: Output) -> None:
    for item in unmapped:
        output.text(f"  {item.option}: {item.value}  ({item.reason})")
    output.text(f"{len(unmapped)} options have no counterpart")


def describe_plan(found: Plan) -> list[str]:
    """A plan as lines of text."""
    lines = [f"memory on {found.device}"]
    lines += [f"  {name:<12} {gb(size)}" for name, size in found.memory.items()]
    verdict = "fits" if found.fits else "does not fit"
    lines.append(
        f"  {'together':<12} {gb(found.memory_bytes)} of {gb(found.available_bytes)} free: {verdict}"
    )
    lines.append(f"disk           {gb(found.disk_bytes)} of {gb(found.free_disk_bytes)} free")
    lines.append(f"trained        {found.trainable_parameters:,} of {found.parameters:,} parameters")
    lines.append(f"steps          {found.total_steps} over {found.train_rows} rows, {found.tokens:,} tokens")
    lines.append(f"time           {duration(found.seconds[0])} to {duration(found.seconds[1])}")
    return lines + [f"advice: {sentence}" for sentence in found.advice]


def describe_memory(result: dict[str, Any]) -> list[str]:
    """What a run held at most, beside what its plan said."""
    peak, planned = result.get("peak_memory_bytes"), result.get("planned_memory_bytes")
    if not peak:
        return []
    if not planned:
        return [f"memory: {gb(peak)} at most"]
    return [f"memory: {gb(peak)} at most, {gb(planned)} planned ({peak / planned - 1.0:+.0%})"]


def gb(size_bytes: int) -> str:
    """Bytes for people."""
    return f"{size_bytes / 1e9:.2f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """Seconds for people."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
