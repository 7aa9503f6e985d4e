"""``evaluate``: what a run changed, as figures in a terminal, JSON, or a page."""

import argparse
import os
from pathlib import Path

from pydantic import ValidationError

from engine.cli.output import Output
from engine.cli.results import KEY_VARIABLE, carry_out
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import EvaluationReport, EvaluationWish, Forgetting, Judgement, Measure
from engine.evaluate.chance import said
from engine.evaluate.page import check_place, kept_report, system_language, write_report
from engine.server.run_folder import find_run
from engine.server.tasks import evaluate_task


def evaluate(arguments: argparse.Namespace, output: Output) -> int:
    """Measure a run on its held-out rows and on general questions, or show what was measured before."""
    html = Path(arguments.html).expanduser().resolve() if arguments.html else None
    if html is not None:
        check_place(html)
    if arguments.kept:
        run_dir = find_run(arguments.run)
        report = kept_report(run_dir)
        if output.json:
            output.object(report)
    else:
        task = evaluate_task(arguments.run, wish=wish_of(arguments))
        ended = carry_out(task, output)
        if ended.code != 0:
            return ended.code
        run_dir = Path(task.run_dir)
        report = EvaluationReport.model_validate(ended.finished.result)
    if html is not None:
        write_report(run_dir, html, language=arguments.language or system_language())
        output.note(f"report: {html}")
    if not output.json:
        _print(report, output)
    return 0


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
        "judge": _judge(arguments.judge),
        "lm_eval": tuple(arguments.lm_eval.split(",")) if arguments.lm_eval else None,
        "lm_eval_limit": arguments.lm_eval_limit,
    }
    try:
        return EvaluationWish.model_validate(
            {name: value for name, value in asked.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "-".join(str(part) for part in first["loc"]).replace("_", "-")
        raise UserError(ErrorCode.BAD_COMMAND, f"--{name}: {first['msg']}") from None


def _judge(model: str | None) -> dict[str, str] | None:
    return {"model": model, "key": os.environ.get(KEY_VARIABLE, "")} if model else None


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
    if report.judgement is not None:
        _print_judgement(report.judgement, output)
    for answer in report.answers:
        output.text(f"\n> {answer.prompt}\n  before: {answer.before}\n  after:  {answer.after}")


def _print_forgetting(found: Forgetting, output: Output) -> None:
    output.text(f"\nforgetting: {found.verdict}\n  {found.sentence}\n  {found.reason}")
    for score in found.abilities:
        name = f"{score.ability} ({score.language})"
        output.text(f"  {name:<20} {score.right_before} -> {score.right_after} of {score.questions}")


def _print_judgement(found: Judgement, output: Output) -> None:
    chance = f", {said(found.p_value)}" if found.p_value is not None else ""
    output.text(f"\njudge: {found.judge}")
    output.text(
        f"  of {found.pairs} pairs {found.wins} better after training, {found.losses} before{chance}; "
        f"{found.ties} ties ({found.split} where the orders disagreed), {found.unclear} not understood"
    )


def _figure(item: Measure, value: float) -> str:
    return f"{value:.1f}%" if item.unit == "%" else f"{value:.4g}"


def _counted(item: Measure) -> str:
    if item.p_value is None:
        return ""
    return f"  ({item.improved} rows better, {item.worsened} worse)"
