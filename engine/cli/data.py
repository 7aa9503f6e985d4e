"""``data inspect | preview | statistics``."""

import argparse
from pathlib import Path

from engine.cli.output import Output
from engine.contract.recipe import Source
from engine.registry import load_recipe

SHOWN_REJECTIONS = 20


def inspect(arguments: argparse.Namespace, output: Output) -> int:
    """Say what dataset files hold and which of their rows cannot be used."""
    from engine.data.api import inspect as inspect_sources

    found = inspect_sources(
        tuple(Source(path=str(Path(name).expanduser().resolve())) for name in arguments.files)
    )
    if output.json:
        output.object(found)
        return 0
    for file in found.files:
        output.text(f"{file.path}: {file.format}, {file.family} ({file.confidence:.0%} sure)")
        output.text(f"  columns: {', '.join(file.columns)}")
        output.text(f"  {file.accepted} of {file.rows} rows can be used")
        for item in file.rejected[:SHOWN_REJECTIONS]:
            column = f", column {item.column}" if item.column else ""
            output.text(f"  line {item.line}{column}: {item.reason}")
        if len(file.rejected) > SHOWN_REJECTIONS:
            output.text(f"  and {len(file.rejected) - SHOWN_REJECTIONS} more (--json lists all)")
    return 0


def preview(arguments: argparse.Namespace, output: Output) -> int:
    """Show one row; trained tokens stand between brackets."""
    from engine.data.api import preview as preview_rows

    recipe = load_recipe(Path(arguments.recipe), overrides=arguments.overrides)
    found = preview_rows(recipe, offset=arguments.row, limit=1)
    if output.json:
        output.object(found)
        return 0
    if not found.rows:
        output.text(f"There is no row {arguments.row}; the dataset has {found.total}.")
        return 1
    row = found.rows[0]
    output.text(f"row {row.index} of {found.total}: {row.path}, line {row.line}")
    output.text(f"{len(row.tokens)} tokens, {row.trained} trained, {row.truncated} cut")
    output.text("".join(f"[{token.text}]" if token.trained else token.text for token in row.tokens))
    return 0


def statistics(arguments: argparse.Namespace, output: Output) -> int:
    """Count rows and tokens."""
    from engine.data.api import statistics as measure

    found = measure(load_recipe(Path(arguments.recipe), overrides=arguments.overrides))
    if output.json:
        output.object(found)
        return 0
    output.text(f"rows        {found.rows} ({found.rejected} rejected)")
    output.text(f"split       {found.train_rows} to train, {found.validation_rows} held out")
    output.text(f"tokens      {found.tokens:,}, of which {found.trained_tokens:,} are trained")
    output.text(f"length      median {found.median}, 95% up to {found.p95}, longest {found.longest}")
    output.text(f"over cutoff {found.over_cutoff}")
    for step in found.steps:
        output.text(f"{step.title}: {step.before} -> {step.after} rows, {step.changed} changed")
    return 0
