"""The evaluation that a run's folder keeps, written as a page wherever the user wants it."""

import os
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import REPORT_NAME, EvaluationReport, Language, ReportForm
from engine.evaluate.page.document import page, paper


def kept_report(run_dir: Path) -> EvaluationReport:
    """The newest evaluation of ``run_dir``.

    Raises:
        UserError: the run has none that can be read.
    """
    try:
        return EvaluationReport.model_validate_json((run_dir / REPORT_NAME).read_bytes())
    except (OSError, ValueError):
        raise UserError(
            ErrorCode.NOT_FOUND, f"There is no evaluation of the run in {run_dir}", hint="Measure it first."
        ) from None


def write_report(run_dir: Path, target: Path, *, language: Language, form: ReportForm = "page") -> Path:
    """The newest evaluation of ``run_dir`` as ``target``; returns where it is.

    Raises:
        UserError: the run has none, or the place cannot be written.
    """
    report = kept_report(run_dir)
    check_place(target)
    text = page(report, language=language) if form == "page" else paper(report, language=language)
    fresh = target.with_name(f".{target.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise _unwritable(target, error.strerror or str(error)) from None
    return target


def check_place(target: Path) -> None:
    """Whether a page can be written there, before the long work.

    Raises:
        UserError: the folder is missing or not writable, or the place is a folder.
    """
    if target.is_dir():
        raise _unwritable(target, "it is a folder")
    if not target.parent.is_dir():
        raise _unwritable(target, "its folder is missing")
    if not os.access(target.parent, os.W_OK):
        raise _unwritable(target, "its folder cannot be written")


def _unwritable(target: Path, reason: str) -> UserError:
    return UserError(
        ErrorCode.BAD_COMMAND, f"Cannot write {target}: {reason}", hint="Choose another place for the report."
    )
