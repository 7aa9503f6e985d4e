"""``data inspect | build | export | preview | statistics | versions``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.data_recipe import data_recipe, expanded, is_recipe, no_dataset, sources_of
from engine.cli.foreground import FAILED, Ended, run_foreground
from engine.cli.output import Output
from engine.cli.reporter import Moving
from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source
from engine.contract.results import BuiltData, InspectedFile, SourceStatistics
from engine.server.tasks import Task, build_task, convert_task

if TYPE_CHECKING:
    from engine.data.api import DataService

SHOWN_REJECTIONS = 20
SHOWN_LANGUAGES = 4


def inspect(arguments: argparse.Namespace, output: Output) -> int:
    """Say what dataset files hold and which of their rows cannot be used. Files that cannot be read at all are
    named after the others, and make the exit code 1."""
    from engine.data.api import DataService

    service = DataService()
    named = expanded(arguments.files)
    failures = [(item.path, no_dataset(item)) for item in named.refused]
    found: list[dict[str, Any]] = []
    for source in named.sources:
        try:
            file, counted = _inspected(service, source, arguments.model, output)
        except UserError as error:
            failures.append((source.path, error))
            continue
        found.append({**file.model_dump(mode="json"), "statistics": counted.model_dump(mode="json")})
        if not output.json:
            _describe(file, counted, output)
    if failures and not found and len(arguments.files) == 1:
        raise failures[0][1]
    failed = [{"path": path, "error": error.info.model_dump(mode="json")} for path, error in failures]
    if output.json:
        skipped = [item.model_dump(mode="json") for item in named.skipped]
        output.object({"files": found, "failed": failed, "skipped": skipped})
        return FAILED if failed else 0
    for item in named.skipped:
        output.note(f"skipped: {item.path}: {item.reason}")
    for _, failure in failures:
        output.note(f"error: {failure.info.message}")
    return FAILED if failed else 0


def _inspected(
    service: "DataService", source: Source, model: str | None, output: Output
) -> tuple[InspectedFile, SourceStatistics]:
    counted = _counted(service, source, model, output)
    (file,) = service.inspect((source,), complete=True).files
    return file, counted


def _counted(service: "DataService", source: Source, model: str | None, output: Output) -> SourceStatistics:
    moving = Moving(output)
    try:
        return service.counted(source, model=model, tick=lambda count: moving("rows", count, None))
    finally:
        moving.close()


def _describe(file: InspectedFile, counted: SourceStatistics, output: Output) -> None:
    output.text(f"{file.path}: {file.format}, {file.family} ({file.confidence:.0%} sure), {file.encoding}")
    output.text(f"  columns: {', '.join(file.columns)}")
    output.text(f"  {file.accepted} of {file.rows} rows can be used")
    for note in file.notes:
        output.text(f"  note: {note}")
    for item in file.rejected[:SHOWN_REJECTIONS]:
        column = f", column {item.column}" if item.column else ""
        output.text(f"  line {item.line}{column}: {item.reason}")
    if len(file.rejected) > SHOWN_REJECTIONS:
        output.text(f"  and {len(file.rejected) - SHOWN_REJECTIONS} more (--json lists all)")
    _count(counted, output)


def _count(counted: SourceStatistics, output: Output) -> None:
    common = sorted(counted.languages.items(), key=lambda pair: -pair[1])[:SHOWN_LANGUAGES]
    roles = ", ".join(f"{name} {number}" for name, number in counted.roles.items())
    languages = ", ".join(f"{name} {number}" for name, number in common)
    output.text(f"  {counted.rows} rows, {counted.turns} turns ({roles}), {counted.duplicates} duplicates")
    if languages:
        output.text(f"  rows by language: {languages}")
    if counted.tokens:
        share = counted.trained_tokens / counted.tokens
        output.text(f"  {counted.tokens:,} tokens, {share:.0%} of them trained")


def build(arguments: argparse.Namespace, output: Output) -> int:
    """Read, clean, split and write a dataset."""
    task = build_task(
        data_recipe(arguments),
        out=arguments.out,
        file_type=arguments.type,
        form=arguments.form,
        licence=arguments.licence,
        guard=not arguments.no_guard,
        name=arguments.name,
    )
    return _written(task, output)


def export(arguments: argparse.Namespace, output: Output) -> int:
    """Convert dataset files as they are: no cleaning, no split."""
    task = convert_task(
        sources_of(arguments.files),
        out=arguments.out,
        file_type=arguments.type,
        form=arguments.form,
        guard=not arguments.no_guard,
        overwrite=arguments.overwrite,
    )
    return _written(task, output)


def _written(task: Task, output: Output) -> int:
    ended = run_foreground(task, output, quiet=output.json)
    finished = ended.finished
    if finished.error is not None:
        output.failure(finished.error)
    elif finished.status != "completed":
        output.failure(UserError(ErrorCode.CANCELLED, "Nothing was written: the job was stopped").info)
    elif output.json:
        output.object(finished.result)
    else:
        _list_written(ended, output)
    return ended.code


def _list_written(ended: Ended, output: Output) -> None:
    from engine.data.versions import read_card

    result = ended.finished.result
    for item in result.get("skipped", ()):
        output.note(f"{item['path']}: {item['rejected']} rows cannot be used and were left out")
    if "card" not in result:
        for name, rows in result["rows"].items():
            output.text(f"{rows} rows: {result['files'][name]}")
        return
    made = BuiltData.model_validate(result)
    output.text(f"{made.path}")
    for side, path in made.files.items():
        output.text(f"  {side:<12} {made.rows[side]} rows: {path}")
    output.text(f"  {'card':<12} {made.card}")
    card = read_card(Path(made.path))
    for step in card.steps if card else ():
        output.text(f"  {step.title}: {step.before} -> {step.after} rows, {step.changed} changed")


def preview(arguments: argparse.Namespace, output: Output) -> int:
    """Show one row; trained tokens stand between brackets."""
    from engine.data.api import preview as preview_rows

    found = preview_rows(data_recipe(arguments), offset=arguments.row, limit=1)
    if output.json:
        output.object(found)
        return 0 if found.rows else FAILED
    if not found.rows:
        output.note(f"error: There is no row {arguments.row}; the dataset has {found.total}.")
        return FAILED
    row = found.rows[0]
    output.text(f"row {row.index} of {found.total}: {row.path}, line {row.line}")
    output.text(f"{len(row.tokens)} tokens, {row.trained} trained, {row.truncated} cut")
    output.text("".join(f"[{token.text}]" if token.trained else token.text for token in row.tokens))
    return 0


def statistics(arguments: argparse.Namespace, output: Output) -> int:
    """Count rows, turns, languages and, with a model, tokens."""
    from engine.data.api import DataService

    service = DataService()
    if arguments.model is None and not any(is_recipe(Path(name)) for name in arguments.files):
        counted = [_counted(service, source, None, output) for source in sources_of(arguments.files)]
        if output.json:
            output.object({"sources": [item.model_dump(mode="json") for item in counted]})
            return 0
        for item in counted:
            output.text(item.path)
            _count(item, output)
        return 0
    moving = Moving(output)
    try:
        found = service.statistics(data_recipe(arguments), report=moving)
    finally:
        moving.close()
    if output.json:
        output.object(found)
        return 0
    held_out = f"{found.validation_rows} held out" + (
        f", {found.test_rows} for the test" if found.test_rows else ""
    )
    output.text(f"rows        {found.rows} ({found.rejected} rejected)")
    output.text(f"split       {found.train_rows} to train, {held_out}")
    output.text(f"tokens      {found.tokens:,}, of which {found.trained_tokens:,} are trained")
    output.text(f"length      median {found.median}, 95% up to {found.p95}, longest {found.longest}")
    output.text(f"over cutoff {found.over_cutoff}")
    if found.leakage is not None and found.leakage.held_out:
        leakage = found.leakage
        output.text(
            f"leakage     {leakage.exact} exact and {leakage.near} near twins of {leakage.held_out} held-out rows "
            f"are trained on; {leakage.removed} left out"
        )
    for step in found.steps:
        output.text(f"{step.title}: {step.before} -> {step.after} rows, {step.changed} changed")
    for item in found.sources:
        output.text(item.path)
        _count(item, output)
    return 0


def versions(arguments: argparse.Namespace, output: Output) -> int:
    """List the kept versions of datasets."""
    from engine.data.versions import list_versions

    found = list_versions()
    if output.json:
        output.object(found)
        return 0
    for item in found.versions:
        output.text(f"{item.name}: {item.rows} rows, {item.content_hash[:8]}, {item.path}")
    if not found.versions:
        output.note("No dataset is kept yet; `luthier-engine data build` without --out makes one.")
    return 0
