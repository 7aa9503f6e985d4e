"""``evaluate``: what a run changed, as figures in a terminal or JSON."""

import argparse

from pydantic import ValidationError

from engine.cli.output import Output
from engine.cli.results import carry_out
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import EvaluationReport, EvaluationWish, Forgetting, Measure
from engine.server.tasks import evaluate_task


def evaluate(arguments: argparse.Namespace, output: Output) -> int:
    """Measure a run on its held-out rows and on general questions."""
    ended = carry_out(evaluate_task(arguments.run, wish=wish_of(arguments)), output)
    if ended.code == 0 and not output.json:
        _print(EvaluationReport.model_validate(ended.finished.result), output)
    return ended.code


def wish_of(arguments: argparse.Namespace) -> EvaluationWish:
    """What the command line asks for.

    Raises:
        UserError: a value is out of its bounds.
    """
    asked = {
        "answers": arguments.answers,
        "max_tokens": arguments.max_tokens,
        "pattern": arguments.pattern,
        "probe": arguments.probe,
    }
    try:
        return EvaluationWish.model_validate(
            {name: value for name, value in asked.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "-".join(str(part) for part in first["loc"]).replace("_", "-")
        raise UserError(ErrorCode.BAD_COMMAND, f"--{name}: {first['msg']}") from None


def _print(report: EvaluationReport, output: Output) -> None:
    output.text(f"{report.rows} held-out rows, {report.answered} of them answered")
    width = max(len(item.title) for item in report.measures)
    for item in report.measures:
        output.text(
            f"{item.title:<{width}}  {_figure(item, item.before)} -> {_figure(item, item.after)}{_counted(item)}"
        )
    if report.overfitting is not None:
        output.text(f"\noverfitting: {report.overfitting.verdict}")
        for sign in report.overfitting.signs:
            output.text(f"  {sign}")
    if report.forgetting is not None:
        _print_forgetting(report.forgetting, output)
    for answer in report.answers:
        output.text(f"\n> {answer.prompt}\n  before: {answer.before}\n  after:  {answer.after}")


def _print_forgetting(found: Forgetting, output: Output) -> None:
    output.text(f"\nforgetting: {found.verdict}\n  {found.sentence}\n  {found.reason}")
    for score in found.abilities:
        name = f"{score.ability} ({score.language})"
        output.text(f"  {name:<20} {score.right_before} -> {score.right_after} of {score.questions}")


def _figure(item: Measure, value: float) -> str:
    return f"{value:.1f}%" if item.unit == "%" else f"{value:.4g}"


def _counted(item: Measure) -> str:
    if item.p_value is None:
        return ""
    return f"  ({item.improved} rows better, {item.worsened} worse)"
