"""Tasks of lm-eval (EleutherAI's evaluation harness), where the library and a task's data are on this computer.

The library is no dependency: whoever has it beside Luthier can ask both models what published tables ask. Nothing is
downloaded, so a task whose data are not here is refused.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import Measure
from engine.contract.job import Job

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase

BATCH = 8


@dataclass(frozen=True, slots=True)
class Score:
    """One metric of one task."""

    value: float
    higher_is_better: bool
    rows: int


def check_tasks(tasks: Sequence[str], *, scores: bool = False) -> None:
    """Look for the library and for ``tasks`` (names, or paths of task files) before anything is loaded.

    Raises:
        UserError: ``BAD_COMMAND`` for a reward model, which ``scores`` and answers nothing; ``NOT_FOUND`` when the
            library or a task is missing.
    """
    if not tasks:
        return
    if scores:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            "This run trained a reward model, which answers no tasks of lm-eval",
            hint="Evaluate it without --lm-eval: its held-out pairs tell what it has learnt.",
        )
    if find_spec("lm_eval") is None:
        raise UserError(
            ErrorCode.NOT_FOUND,
            "lm-eval is not installed, so its tasks cannot be asked",
            hint='Install it beside Luthier\'s engine with "pip install lm-eval", or leave --lm-eval out.',
        )
    from lm_eval.tasks import TaskManager

    known = TaskManager()
    missing = [
        task for task in tasks if not task.endswith((".yaml", ".yml")) and not known.match_tasks([task])
    ]
    if missing:
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"lm-eval knows no task {missing[0]}",
            hint='"lm-eval ls tasks" lists them; a task of your own is named by the path of its YAML file.',
        )


def harness_scores(
    model: "nn.Module",
    tokenizer: "PreTrainedTokenizerBase",
    tasks: Sequence[str],
    *,
    limit: int,
    job: Job,
    name: str,
) -> dict[str, Score]:
    """Each metric of each task by "task: metric"; ``limit`` rows of each, 0 for all of them.

    Raises:
        UserError: ``NOT_FOUND`` when a task's data are not on this computer.
        Cancelled: the user asked to end.
    """
    if not tasks:
        return {}
    from lm_eval import simple_evaluate

    with job.phase("harness", name), _offline():
        try:
            found = simple_evaluate(
                model=_model(model, tokenizer, job),
                tasks=list(tasks),
                limit=limit or None,
                bootstrap_iters=0,
                log_samples=False,
            )
        except (ConnectionError, FileNotFoundError, OSError) as error:
            raise UserError(
                ErrorCode.NOT_FOUND,
                f"The data of {', '.join(tasks)} are not on this computer: {str(error).splitlines()[0]}",
                hint="Let lm-eval fetch them once while there is a network; Luthier downloads none of them.",
            ) from error
    return dict(_scores(found or {}))


def harness_measures(before: dict[str, Score], after: dict[str, Score]) -> tuple[Measure, ...]:
    """The scores of both models as figures of the report."""
    return tuple(
        Measure(
            name=f"lm_eval/{title}",
            title=title,
            better="higher" if first.higher_is_better else "lower",
            before=first.value,
            after=after[title].value,
            rows=first.rows,
        )
        for title, first in before.items()
        if title in after
    )


def _model(model: "nn.Module", tokenizer: "PreTrainedTokenizerBase", job: Job) -> Any:
    """The model as lm-eval speaks to it; each of its questions is a moment to end at."""
    from lm_eval.models.huggingface import HFLM

    class Watched(HFLM):  # type: ignore[misc]
        def _model_call(self, *args: Any, **options: Any) -> Any:
            job.check()
            return super()._model_call(*args, **options)

        def _model_generate(self, *args: Any, **options: Any) -> Any:
            job.check()
            return super()._model_generate(*args, **options)

    device = str(next(model.parameters()).device)
    return Watched(pretrained=model, tokenizer=tokenizer, batch_size=BATCH, device=device)


def _scores(found: dict[str, Any]) -> Iterator[tuple[str, Score]]:
    """From lm-eval's "metric,filter" to one name a figure; errors of estimation are left out."""
    rows, better = found.get("n-samples", {}), found.get("higher_is_better", {})
    for task, figures in found.get("results", {}).items():
        for key, value in figures.items():
            metric, _, kept = key.partition(",")
            if not isinstance(value, float | int) or metric.endswith("_stderr") or not kept:
                continue
            title = f"{task}: {metric}" if kept == "none" else f"{task}: {metric} ({kept})"
            count = int(rows.get(task, {}).get("effective", 0))
            yield title, Score(float(value), bool(better.get(task, {}).get(metric, True)), count)


@contextlib.contextmanager
def _offline() -> Iterator[None]:
    """datasets reads what is on this computer and nothing else."""
    import datasets.config

    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE = before
